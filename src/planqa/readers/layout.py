"""Printed lines with their places on the page -> text: paragraphs joined, running heads left out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from statistics import median

from planqa.readers.reading import Reading
from planqa.readers.table import Cell, Table

__all__ = ["Row", "reading_of"]

_PAGE_MARK = re.compile(
    r"[\W_]*(?:第\s*)?\d{1,4}\s*(?:页|/\s*\d{1,4})?\s*(?:[，,]?\s*共\s*\d{1,4}\s*页)?[\W_]*$"
)
_SPACED = re.compile(r"(?:[\u4e00-\u9fff]\s+){2,}[\u4e00-\u9fff]$")
_ITEM = re.compile(
    r"[一二三四五六七八九十]{1,3}[、是]|[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,2}[.．、](?!\d)"
    r"|第[一二三四五六七八九十]{1,3}(?:[，章节篇]|部分)|——"
)
_SENTENCE_ENDS = ("。", "；", "：", "！", "？", "”")
_FILLED = 1.8
"""Characters by which a full line may be short, as punctuation may not begin the next."""
_RAGGED = 4.0
"""Characters by which a line may be short that a long figure did not fit in."""
_CENTRED = 3.0
"""Characters from the margin where no line of a paragraph begins, but a title may."""
_EDGE_ROWS = 2
"""Rows at the top and at the bottom of a page that may be running heads."""
_MANY = 5
"""Full lines that show where the margin is."""
_TABLE_ROWS = 3
_TABLE_CELLS = 3


@dataclass(frozen=True, slots=True)
class Row:
    """What is printed at one height of a page; places in points from the top left corner."""

    cells: tuple[str, ...]
    """Its text, cut where the gaps are as wide as between the columns of a table."""
    left: float
    right: float
    top: float
    size: float
    """The height of its characters."""

    @property
    def text(self) -> str:
        """The text of the row, letter-spaced titles closed up."""
        text = " ".join(self.cells).strip()
        return re.sub(r"\s+", "", text) if _SPACED.match(text) else text


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where the text of a page stands: its margins, the size of its type, from line to line."""

    left: float
    right: float
    size: float
    pitch: float
    indents: bool
    """Whether the first lines of its paragraphs are indented."""

    def indented(self, row: Row) -> bool:
        """Whether a row begins to the right of the margin."""
        return row.left > self.left + 1.2 * row.size

    def filled(self, row: Row, short_by: float) -> bool:
        """Whether a row reaches the right margin, but for so many characters."""
        return row.right > self.right - short_by * row.size


@dataclass(frozen=True, slots=True)
class _Piece:
    """A piece of the text, the break before it, and the page that it is on, from 1."""

    page: int
    joint: str
    text: str
    is_row: bool = False


def reading_of(pages: Sequence[Sequence[Row]]) -> Reading:
    """The text of the pages, one line a paragraph, and where in it each page begins."""
    parts: list[str] = []
    starts: list[int] = []
    rows: list[int] = []
    length = 0
    for piece in _pieces(_without_running_heads(pages)):
        length += len(piece.joint)
        starts += [length] * (piece.page - len(starts))
        if piece.is_row:
            rows.append(length)
        parts += (piece.joint, piece.text)
        length += len(piece.text)
    starts += [length] * (len(pages) - len(starts))
    return Reading("".join([*parts, "\n"]), tuple(starts), rows=frozenset(rows))


def _pieces(pages: Sequence[Sequence[Row]]) -> Iterator[_Piece]:
    whole = _frame([row for page in pages for row in page])
    before: tuple[Row, _Frame] | None = None
    gap = ""
    for number, page in enumerate(pages, 1):
        frame = _frame(page) if len(page) >= _MANY else whole
        first = True
        for is_table, rows in _blocks(page):
            if is_table:
                for line in _table(rows):
                    yield _Piece(number, "\n\n", line, is_row=True)
                before, gap = None, "\n\n"
                continue
            for row in rows:
                joint = _joint(*before, row, frame, first) if before else gap
                yield _Piece(number, joint, row.text)
                before, first = (row, frame), False


def _frame(rows: Sequence[Row]) -> _Frame:
    if not rows:
        return _Frame(0, 0, 1, 1, indents=False)
    size = median(row.size for row in rows)
    widest = max(row.right - row.left for row in rows)
    wide = [row for row in rows if row.right - row.left > 0.7 * widest]
    left: float = Counter(round(row.left / 2) * 2 for row in wide).most_common(1)[0][0]
    if len(wide) < _MANY:
        left = min(row.left for row in rows)
    steps = [b.top - a.top for a, b in pairwise(rows) if b.top > a.top]  # not over the page's end
    indented = sum(1.5 * size < row.left - left < 2.6 * size for row in rows)
    return _Frame(
        left=left,
        right=max(row.right for row in rows),
        size=size,
        pitch=median(steps) if steps else 2 * size,
        indents=indented > 0.1 * len(rows),
    )


def _joint(before: Row, above: _Frame, row: Row, frame: _Frame, next_page: bool) -> str:
    """What stands between two rows: nothing where the second goes on with the paragraph."""
    ends = before.text.endswith(_SENTENCE_ENDS)
    half = (above.right - above.left) / 2 / before.size
    loose = _RAGGED if ends else half  # where paragraphs are indented, what is not goes on
    runs_on = above.filled(before, _FILLED) or above.filled(
        before, loose if frame.indents else 0 if ends else _RAGGED
    )
    goes_on = (
        runs_on
        and before.left < above.left + _CENTRED * before.size
        and not frame.indented(row)
        and 0.85 < row.size / before.size < 1.18
        and (next_page or row.top - before.top < 1.5 * frame.pitch)
        and not (ends and _ITEM.match(row.text))
    )
    if not goes_on:
        return "\n"
    both_words = (
        before.text[-1:].isascii() and before.text[-1:].isalpha() and row.text[:1].isalpha()
    )
    return " " if both_words and row.text[:1].isascii() else ""


def _blocks(page: Sequence[Row]) -> Iterator[tuple[bool, list[Row]]]:
    """The rows in runs, and of each whether it is a table: several rows of as many cells each."""
    for count, group in groupby(page, key=lambda row: len(row.cells)):
        rows = list(group)
        yield count >= _TABLE_CELLS and len(rows) >= _TABLE_ROWS, rows


def _table(rows: Sequence[Row]) -> list[str]:
    table = Table()
    for row in rows:
        table.add([Cell(cell) for cell in row.cells])
    return list(table.lines())


def _without_running_heads(pages: Sequence[Sequence[Row]]) -> list[list[Row]]:
    """The pages without page numbers and without what stands apart on the edge of several pages."""
    frame = _frame([row for page in pages for row in page])
    edges = [_edge(page, frame) | _edge(page[::-1], frame) for page in pages]
    counts = Counter(text for edge in edges for text in {_without_figures(row) for row in edge})
    least = max(2, min(3, len(pages)))
    return [
        [
            row
            for row in page
            if row not in edge
            or not (_PAGE_MARK.match(row.text) or counts[_without_figures(row)] >= least)
        ]
        for page, edge in zip(pages, edges, strict=True)
    ]


def _edge(page: Sequence[Row], frame: _Frame) -> set[Row]:
    """The rows on the edge that a page begins with, set apart from its text by a gap or their size."""
    for count in range(min(_EDGE_ROWS, len(page) - 1), 0, -1):
        last, body = page[count - 1], page[count]
        gap = abs(body.top - last.top) > 1.3 * frame.pitch
        if gap or not 0.85 < last.size / body.size < 1.18:
            return set(page[:count])
    return set(page) if len(page) == 1 else set()


def _without_figures(row: Row) -> str:
    return re.sub(r"\d+", "0", row.text)
