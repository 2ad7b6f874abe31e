"""What an update of the index found: two lists of reports, compared."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from planqa.errors import ReportError
from planqa.manifest import ReportEntry

__all__ = ["Changes", "compare"]


@dataclass(frozen=True, slots=True)
class Changes:
    """What an update found; files are named by their path in the corpus, with forward slashes."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    renamed: tuple[tuple[str, str], ...]
    """Each from and to: the same bytes under another name."""
    unchanged: tuple[str, ...]
    failed: tuple[ReportError, ...]
    """Files that cannot be read; the index holds nothing of them, even if it did before."""
    generation: str
    """The generation that answers now: the one from before when there was nothing to do."""
    doubles: tuple[tuple[str, str], ...] = ()
    """Each a file and the earlier one with the same bytes, which is indexed in its stead."""
    left_out: tuple[tuple[str, str], ...] = ()
    """Each a file that was read now and what of it is not indexed."""


def compare(
    before: Iterable[ReportEntry],
    now: Iterable[ReportEntry],
    failed: dict[str, ReportError],
    generation: str,
    doubles: Iterable[tuple[str, str]] = (),
) -> Changes:
    """The way from the reports `before` to those `now`; `failed` holds the errors by file."""
    before, now = tuple(before), tuple(now)
    old = {entry.file: entry.sha256 for entry in before}
    new = {entry.file: entry.sha256 for entry in now}
    corrections = {entry.file: entry.sidecar for entry in before}
    corrected = {e.file for e in now if e.sidecar != corrections.get(e.file, e.sidecar)}
    both = [file for file in new if file in old]
    gone = {file: old[file] for file in old if file not in new and file not in failed}
    renamed = []
    for file in [file for file in new if file not in old]:
        source = next((name for name, sha256 in gone.items() if sha256 == new[file]), None)
        if source is not None:
            del gone[source]
            renamed.append((source, file))
    arrived = {target for _, target in renamed}
    return Changes(
        added=tuple(file for file in new if file not in old and file not in arrived),
        changed=tuple(file for file in both if old[file] != new[file] or file in corrected),
        removed=tuple(gone),
        renamed=tuple(renamed),
        unchanged=tuple(f for f in both if old[f] == new[f] and f not in corrected),
        failed=tuple(failed.values()),
        doubles=tuple(doubles),
        left_out=tuple(
            (entry.file, entry.left_out)
            for entry in now
            if entry.left_out and (old.get(entry.file) != entry.sha256)
        ),
        generation=generation,
    )
