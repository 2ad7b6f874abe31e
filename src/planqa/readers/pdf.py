"""PDF files with a text layer: what is printed on each page, in reading order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from ctypes import byref, c_double
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median

import pypdfium2
import pypdfium2.raw as pdfium

from planqa.errors import ReportError
from planqa.readers.layout import Row, reading_of
from planqa.readers.reading import NoTextLayer, Reading

__all__ = ["read"]

_MOST_PAGES = 2000
_FEW = 8
"""A file with fewer characters a page than this is a picture of text."""
_STRANGE = re.compile("[\ue000-\uf8ff\ufffd]")
_NOT_PRINTED = re.compile("[\x00-\x08\x0e-\x1f\x7f\xad\u200b\ufeff\ufffe\uffff]")
_ONE_LINE = 0.4
"""How far, in characters, the base lines of one printed line may be apart."""
_COLUMN_GAP = 1.5
"""How many characters wide a gap between the columns of a table is."""
_SPACE_GAP = 0.55
"""How many characters wide a gap is that stands for a space between Chinese characters."""


@dataclass(frozen=True, slots=True)
class _Glyph:
    """A printed character; places in points from the top left corner.

    Which line it is on shows by its base line: how high its box is depends on the font, and a dash
    often comes from another one.
    """

    char: str
    left: float
    right: float
    base: float
    height: float
    after_space: bool


def read(path: Path, data: bytes) -> Reading:
    """The text of a PDF and its pages; ReportError where it is locked, damaged or a scan."""
    try:
        document = pypdfium2.PdfDocument(data)
        if len(document) > _MOST_PAGES:
            raise ReportError(path, f"it has more than {_MOST_PAGES} pages; split it")
        pages = [list(_rows(document[at])) for at in range(len(document))]
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise ReportError(path, "this PDF is locked by a password; save it without") from error
        raise ReportError(path, "this PDF is damaged; save it again") from error
    text = "".join(row.text for page in pages for row in page)
    if len(text) < _FEW * len(pages) or 3 * len(_STRANGE.findall(text)) > len(text):
        raise NoTextLayer(
            path, "this PDF is a scan without text; pip install 'planqa[ocr]' reads it"
        )
    return reading_of(pages)


def _rows(page: pypdfium2.PdfPage) -> Iterator[Row]:
    """What is printed on a page, from the top down."""
    glyphs = sorted(_glyphs(page), key=lambda glyph: glyph.base)
    line: list[_Glyph] = []
    for glyph in glyphs:
        if line and glyph.base - line[0].base > _ONE_LINE * line[0].height:
            yield _row(line)
            line = []
        line.append(glyph)
    if line:
        yield _row(line)


def _glyphs(page: pypdfium2.PdfPage) -> Iterator[_Glyph]:
    """The characters of a page in the order of the file."""
    text, height = page.get_textpage(), page.get_height()
    box, x, y = pdfium.FS_RECTF(), c_double(), c_double()
    after_space = False
    for at in range(text.count_chars()):
        char = chr(pdfium.FPDFText_GetUnicode(text.raw, at))
        if char.isspace() or _NOT_PRINTED.match(char):
            after_space = True
            continue
        pdfium.FPDFText_GetLooseCharBox(text.raw, at, byref(box))
        pdfium.FPDFText_GetCharOrigin(text.raw, at, byref(x), byref(y))
        size = abs(box.top - box.bottom) or 1.0
        yield _Glyph(char, box.left, box.right, height - y.value, size, after_space)
        after_space = False


def _row(glyphs: Sequence[_Glyph]) -> Row:
    line = sorted(glyphs, key=lambda glyph: glyph.left)
    size = median(glyph.height for glyph in line)
    return Row(
        cells=tuple(_cells(line, size)),
        left=line[0].left,
        right=max(glyph.right for glyph in line),
        top=median(glyph.base for glyph in line) - size,
        size=size,
    )


def _cells(line: Sequence[_Glyph], size: float) -> Iterator[str]:
    cell = line[0].char
    for before, glyph in pairwise(line):
        gap = (glyph.left - before.right) / size
        if gap > _COLUMN_GAP:
            yield _whole(cell)
            cell = glyph.char
        else:
            latin = before.char.isascii() and glyph.char.isascii()
            cell += " " * (gap > _SPACE_GAP or (latin and glyph.after_space)) + glyph.char
    yield _whole(cell)


def _whole(text: str) -> str:
    """Text whose rare characters came in two halves, put together."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
