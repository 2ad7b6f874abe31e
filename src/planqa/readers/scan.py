"""Scanned PDFs: pictures of text, read by RapidOCR, which ships its models (`planqa[ocr]`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

import pypdfium2

from planqa.readers.layout import Row, reading_of
from planqa.readers.reading import Reading

__all__ = ["read"]

Engine = Callable[[Any], Any]

_SCALE = 2.0
"""Pixels a point: 144 to the inch, at which small print is read well."""
_LEAST_SURE = 0.5
_COLUMN_GAP = 1.5
"""How many characters wide a gap between the columns of a table is."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A run of text that was recognised; places in points from the top left corner."""

    text: str
    left: float
    right: float
    top: float
    bottom: float


def read(path: Path, data: bytes) -> Reading:
    """The text of a scanned PDF as it is recognised, and its pages."""
    engine = import_module("rapidocr").RapidOCR()  # an extra: it need not be installed
    document = pypdfium2.PdfDocument(data)
    return reading_of([_rows(engine, document[at]) for at in range(len(document))])


def _rows(engine: Engine, page: pypdfium2.PdfPage) -> list[Row]:
    pieces = sorted(_pieces(engine, page), key=lambda piece: piece.top + piece.bottom)
    size = median(piece.bottom - piece.top for piece in pieces) if pieces else 1.0
    lines: list[list[_Piece]] = []
    for piece in pieces:
        if lines and piece.top < (lines[-1][-1].top + lines[-1][-1].bottom) / 2:
            lines[-1].append(piece)
        else:
            lines.append([piece])
    return [_row(line, size) for line in lines]


def _pieces(engine: Engine, page: pypdfium2.PdfPage) -> Iterator[_Piece]:
    found = engine(page.render(scale=_SCALE).to_numpy())
    if found.boxes is None:
        return
    for box, text, sure in zip(found.boxes, found.txts, found.scores, strict=True):
        if sure >= _LEAST_SURE and text.strip():
            x, y = [point[0] / _SCALE for point in box], [point[1] / _SCALE for point in box]
            yield _Piece(text.strip(), min(x), max(x), min(y), max(y))


def _row(line: Sequence[_Piece], usual: float) -> Row:
    """A row; its size is the usual one where it differs by as little as recognition does."""
    line = sorted(line, key=lambda piece: piece.left)
    size = max(piece.bottom - piece.top for piece in line)
    cells = [line[0].text]
    for before, piece in pairwise(line):
        if piece.left - before.right > _COLUMN_GAP * usual:
            cells.append(piece.text)
        else:
            cells[-1] += piece.text
    return Row(
        cells=tuple(cells),
        left=float(line[0].left),
        right=float(max(piece.right for piece in line)),
        top=float(line[0].top),
        size=float(usual if 0.75 < size / usual < 1.33 else size),
    )
