"""A local index -> the same index in Milvus, sending only what it does not have.

Reports are sent in segments. A report that has changed or gone stays in its segment, unread, until that is
written anew: small segments are joined with what is new, so that there are never many, and one that is
to a quarter of reports that are gone is written without them. A new generation is a new list of segments; it
answers once the alias names it, which is the last thing that is done.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from planqa.errors import IndexBusy, IndexCorrupt, IndexStale
from planqa.generation import Generation
from planqa.manifest import IndexNewer, ReportEntry
from planqa.milvus.address import Address
from planqa.milvus.connection import ALIAS, Connection
from planqa.milvus.published import Published, Segment, read_published, write_published
from planqa.milvus.segment import digest_of, write_segment
from planqa.store import Store

__all__ = ["Sent", "divide", "publish"]

Progress = Callable[[int, int, str], None]

_GRACE = 300.0
"""Seconds that a reader of the last generation is given to end its question."""
_GONE_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class Sent:
    """What a run of `publish` did."""

    generation: str
    """The collection of the generation that answers now."""
    sent: int
    """Reports that were written; 0 when there was nothing to do."""
    reports: int
    passages: int
    segments: int


def publish(index: Path | str, address: Address, *, on_progress: Progress | None = None) -> Sent:
    """Lets Milvus answer as the index in the folder `index` does; whatever goes wrong, it answers as before.

    `on_progress` gets how many reports are done, of how many, and "publish". Raises what opening the index
    raises, MissingExtra, IndexNewer, IndexUnusable when Milvus fails, IndexBusy when another process was
    faster.
    """
    generation = Store(index).read_current(Generation.read)
    connection = Connection(address)
    try:
        return _publish(connection, generation, on_progress or _silent)
    finally:
        connection.close()


def _publish(connection: Connection, generation: Generation, on_progress: Progress) -> Sent:
    before, base = connection.current(), _base(connection)
    if before is None or base is not None:
        _clean(connection, base)
    entries = generation.manifest.reports
    digests = tuple(digest_of(generation, position) for position in range(len(entries)))
    settings = generation.manifest.settings
    if base and (base.settings, base.reports, base.digests) == (settings, entries, digests):
        return _sent(base, 0)
    same_model = base is not None and base.settings == settings
    kept, positions = divide(base.segments if base and same_model else (), digests, entries)
    existing = connection.collections()
    if positions:
        name = f"{ALIAS}_s_{uuid.uuid4().hex}"
        kept.append(write_segment(connection, name, generation, positions, digests, on_progress))
    published = Published(_next_name(existing), settings, entries, digests, tuple(kept))
    retired = base.retired if base else {}
    needed, now = published.collections, time.time()
    published.retired.update(
        {name: retired.get(name, now) for name in existing if name not in needed}
    )
    write_published(connection, published)
    if connection.current() != before:
        raise IndexBusy(
            f"another planqa has published to {connection.address.shown} meanwhile: "
            "run `planqa index --store` again when it is done"
        )
    connection.point(published.name)
    return _sent(published, len(positions))


def _base(connection: Connection) -> Published | None:
    """The generation to build on. Raises IndexNewer, which is not to be overwritten."""
    try:
        return read_published(connection)
    except IndexNewer:
        raise
    except (IndexStale, IndexCorrupt):
        return None


def _clean(connection: Connection, base: Published | None) -> None:
    """Drops what an interrupted run left, and what no reader can still be reading."""
    needed, retired = (base.collections, base.retired) if base else (set(), {})
    now = time.time()
    for name in connection.collections():
        if name not in needed and now - retired.get(name, 0.0) > _GRACE:
            connection.drop(name)


def divide(
    segments: Sequence[Segment], digests: Sequence[str], entries: Sequence[ReportEntry]
) -> tuple[list[Segment], list[int]]:
    """The segments that stay, and the positions of the reports that go into a new one.

    A segment goes with the new one when that is no smaller, so that there are no more of them than the number
    of passages has binary digits, and no report is sent more often than that.
    """
    places = {digest: position for position, digest in enumerate(digests)}
    here = {member.digest for segment in segments for member in segment.members}
    moving = [position for position, digest in enumerate(digests) if digest not in here]
    size = sum(entries[position].passages for position in moving)
    kept = []
    for segment in sorted(segments, key=lambda each: each.passages):
        lives = [places[each.digest] for each in segment.members if each.digest in places]
        live = sum(entries[position].passages for position in lives)
        if live <= size or live < (1 - _GONE_SHARE) * segment.passages:
            moving += lives
            size += live
        else:
            kept.append(segment)
    return kept, sorted(moving)


def _next_name(existing: Sequence[str]) -> str:
    """Of a new generation's collection; what is random keeps two writers apart."""
    numbers = [int(name.split("_")[2]) for name in existing if name.startswith(f"{ALIAS}_g_")]
    return f"{ALIAS}_g_{max(numbers, default=0) + 1:04d}_{uuid.uuid4().hex[:8]}"


def _sent(published: Published, sent: int) -> Sent:
    passages = sum(entry.passages for entry in published.reports)
    return Sent(published.name, sent, len(published.reports), passages, len(published.segments))


def _silent(done: int, total: int, stage: str) -> None:
    """No progress is shown."""
