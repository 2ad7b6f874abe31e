"""A folder of reports that changes -> an index that follows it."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from planqa.build import Progress, update_index
from planqa.changes import Changes
from planqa.corpus import find_files
from planqa.encode import Encoder
from planqa.errors import CorpusError, IndexBusy, PlanqaError

__all__ = ["watch"]

Snapshot = dict[Path, tuple[int, int]]
"""Size and time of change of each file."""


def watch(
    corpus: Path | str,
    path: Path | str,
    *,
    model: str | None = None,
    encoder: Encoder | None = None,
    on_progress: Progress | None = None,
    interval: float = 2.0,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[Changes | PlanqaError]:
    """Updates the index now, and again whenever the corpus has changed; it does not end by itself.

    Yields what each update changed, or the error that kept it from changing anything, and goes on.
    The folder is looked at every `interval` seconds; a change counts when the next look finds no
    further one, so that a file that is still being copied is left alone.
    """
    corpus = Path(corpus)
    indexed: Snapshot | None = None
    seen = _snapshot(corpus)
    while True:
        if seen != indexed:
            try:
                yield update_index(
                    corpus, path, model=model, encoder=encoder, on_progress=on_progress
                )
                indexed = seen
            except IndexBusy:
                pass  # whoever is writing may not have seen this change: try again
            except PlanqaError as error:
                yield error
                indexed = seen
        seen = _settled(corpus, seen, lambda: sleep(interval))


def _settled(corpus: Path, seen: Snapshot, pause: Callable[[], None]) -> Snapshot:
    """What the folder holds, once two looks at it agree."""
    while True:
        pause()
        now = _snapshot(corpus)
        if now == seen:
            return now
        seen = now


def _snapshot(corpus: Path) -> Snapshot:
    """Empty where there is no folder: the update says so."""
    found: Snapshot = {}
    with contextlib.suppress(CorpusError):
        for path in find_files(corpus):
            with contextlib.suppress(FileNotFoundError):
                stat = path.stat()
                found[path] = stat.st_size, stat.st_mtime_ns
    return found
