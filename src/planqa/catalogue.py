"""The reports of an index: what is known of each without reading it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import overload

from planqa.manifest import ReportEntry
from planqa.places import Place

__all__ = ["Catalogue"]


@dataclass(frozen=True)
class Catalogue(Sequence[ReportEntry]):
    """The entries of the reports, in the order of the index."""

    entries: tuple[ReportEntry, ...]

    @overload
    def __getitem__(self, position: int) -> ReportEntry: ...

    @overload
    def __getitem__(self, position: slice) -> tuple[ReportEntry, ...]: ...

    def __getitem__(self, position: int | slice) -> ReportEntry | tuple[ReportEntry, ...]:
        return self.entries[position]

    def __len__(self) -> int:
        return len(self.entries)

    def __iter__(self) -> Iterator[ReportEntry]:
        return iter(self.entries)

    def position(self, report_id: str) -> int:
        """Raises KeyError for an id that is not in the index."""
        return self._positions[report_id]

    @cached_property
    def places(self) -> frozenset[Place]:
        """What the reports are of."""
        return frozenset(entry.place for entry in self.entries)

    @cached_property
    def years(self) -> frozenset[int]:
        """When they were given, as far as it is known."""
        return frozenset(entry.year for entry in self.entries if entry.year)

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {entry.report_id: at for at, entry in enumerate(self.entries)}
