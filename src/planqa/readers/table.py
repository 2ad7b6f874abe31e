"""Tables -> lines of text in which every row keeps the heads of its columns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

__all__ = ["Cell", "Table"]

_FIGURE = re.compile(r"[\d０-９.,，．%％＋+\-—~～±≥≤<>＜＞/\s]+$")
_WIDEST = 200


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as the file has it."""

    text: str
    columns: int = 1
    rows: int = 1
    goes_on: bool = False
    """Whether it only continues the cell above it."""


class Table:
    """A table to which rows are added from the top; a merged cell counts wherever it reaches."""

    def __init__(self, head_rows: int = 0) -> None:
        self._head_rows = head_rows
        self._rows: list[list[str]] = []
        self._below: dict[tuple[int, int], str] = {}
        """The text of cells that reach down, by the row and the column."""

    def add(self, cells: Sequence[Cell]) -> None:
        """A further row."""
        at = len(self._rows)
        row: list[str] = []
        for cell in cells:
            while (at, len(row)) in self._below:
                row.append(self._below.pop((at, len(row))))
            text = " ".join(cell.text.split())
            above = self._rows[at - 1] if at > 0 else []
            if cell.goes_on and len(row) < len(above):
                text = above[len(row)]
            for _ in range(min(cell.columns, _WIDEST)):
                for down in range(1, min(cell.rows, _WIDEST)):
                    self._below[at + down, len(row)] = text
                row.append(text)
        while (at, len(row)) in self._below:
            row.append(self._below.pop((at, len(row))))
        self._rows.append(row)

    def lines(self) -> Iterator[str]:
        """One line a row: 指标：地区生产总值；2022年：1106.7；2023年目标：5%左右.

        What stands over all columns at the top is the table's title, a line of its own. A table
        whose first row holds figures has no heads.
        """
        rows = [row for row in self._rows if any(row)]
        while rows and len(_distinct(rows[0])) == 1 and len(rows[0]) > 1:
            yield rows.pop(0)[0]
        heads = self._heads(rows)
        count = min(len(heads), len(rows))
        columns = [" ".join(_distinct(column)) for column in zip(*heads, strict=False)]
        for row in rows[count:]:
            yield _line(columns, row)
        if count == len(rows):
            yield from ("；".join(_distinct(row)) for row in heads)

    def _heads(self, rows: Sequence[Sequence[str]]) -> Sequence[Sequence[str]]:
        """The rows that name the columns: those that the file marks, or the first, with the second
        where cells of the first are merged."""
        if self._head_rows:
            return rows[: self._head_rows]
        if not rows or any(_FIGURE.match(cell) for cell in rows[0] if cell):
            return ()
        merged = len(_distinct(rows[0])) < len([cell for cell in rows[0] if cell])
        return rows[: 2 if merged and not any(map(_FIGURE.match, filter(None, rows[1]))) else 1]


def _line(heads: Sequence[str], row: Sequence[str]) -> str:
    """A row; one that a single cell fills, such as 一、经济发展, stands as it is."""
    cells = _distinct(row)
    if len(cells) == 1 or not any(heads):
        return "；".join(cells)
    named = zip([*heads, *[""] * len(row)], row, strict=False)
    return "；".join(f"{head}：{cell}" if head else cell for head, cell in named if cell)


def _distinct(cells: Sequence[str]) -> list[str]:
    """The cells that hold something, without those that repeat the one before."""
    kept: list[str] = []
    for cell in cells:
        if cell and (not kept or cell != kept[-1]):
            kept.append(cell)
    return kept
