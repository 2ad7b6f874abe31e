"""What a reader takes out of a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from planqa.errors import ReportError

__all__ = ["NoTextLayer", "Reading"]


class NoTextLayer(ReportError):
    """A PDF whose pages are pictures of text."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The text of a file, as it stands there, and where its pages begin."""

    text: str
    page_starts: tuple[int, ...] = ()
    """Offset in `text` at which each page begins, the first page first; empty without pages."""
    marks: Mapping[int, int] = field(default_factory=dict)
    """Level of each line that the file marks as a heading, by the line's offset in `text`."""
    rows: frozenset[int] = frozenset()
    """The offsets of the lines that are rows of tables, which are no headings."""
