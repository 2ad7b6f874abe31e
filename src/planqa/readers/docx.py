"""Word files (.docx): paragraphs, tables, text boxes, notes, and the numbers that Word itself adds.

Every paragraph of the file is a line of the text. A text box stands below the paragraph that it is
anchored in, notes stand at the end.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import Element

from planqa.readers.package import Package, local_name
from planqa.readers.reading import Reading
from planqa.readers.table import Cell, Table
from planqa.readers.word_numbers import Numbering, Place, attribute, child

__all__ = ["read"]

_MAIN = "word/document.xml"
_LEFT_OUT = frozenset(["del", "moveFrom", "instrText", "delText", "rPr", "pPr", "sectPr", "rt"])
_BREAKS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "ptab": "\t"}
_WRAPPERS = frozenset(["sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag"])
_DEEPEST_STYLE = 20
_NOTES = (("word/footnotes.xml", "脚注"), ("word/endnotes.xml", "尾注"))


@dataclass(frozen=True, slots=True)
class _Block:
    """A line of the text: a paragraph or a row of a table."""

    text: str
    mark: int = 0
    is_row: bool = False


def read(path: Path, data: bytes) -> Reading:
    """The text of a Word file; ReportError where it is damaged, locked or none."""
    package = Package(path, data)
    parts: list[str] = []
    marks: dict[int, int] = {}
    rows: list[int] = []
    offset = 0
    for block in _Document(package).blocks():
        if block.mark:
            marks[offset] = block.mark
        if block.is_row:
            rows.append(offset)
        parts.append(block.text + ("\n\n" if block.is_row else "\n"))
        offset += len(parts[-1])
    return Reading("".join(parts), marks=marks, rows=frozenset(rows))


class _Document:
    """The elements of a Word file as lines; counts the numbered ones as it goes."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._numbering = Numbering(self._part("word/numbering.xml"))
        styles = self._part("word/styles.xml")
        self._styles = {
            attribute(style, "styleId"): style
            for style in (styles if styles is not None else ())
            if local_name(style) == "style"
        }

    def blocks(self) -> Iterator[_Block]:
        """The lines of the document: its body, then its notes."""
        body = child(self._package.xml(_MAIN), "body")
        if body is not None:
            yield from self._below(body)
        for name, title in _NOTES:
            notes = list(self._notes(name))
            if notes:
                yield _Block(title)
                yield from notes

    def _part(self, name: str) -> Element | None:
        return self._package.xml(name) if name in self._package else None

    def _below(self, parent: Element) -> Iterator[_Block]:
        for element in parent:
            name = local_name(element)
            if name == "p":
                yield from self._paragraph(element)
            elif name == "tbl":
                yield from self._table(element)
            elif name not in _LEFT_OUT:
                yield from self._below(element)

    def _paragraph(self, element: Element) -> Iterator[_Block]:
        boxes: list[Element] = []
        text = "".join(_words(element, boxes))
        place = self._place(element) if text.strip() else None
        number = self._numbering.number(place) if place is not None else ""
        yield _Block(number + text, self._mark(element))
        for box in boxes:
            yield from self._below(box)

    def _table(self, element: Element) -> Iterator[_Block]:
        rows = list(_children(element, "tr"))
        cells = [list(_children(row, "tc")) for row in rows]
        if all(len(row) < 2 for row in cells):  # a frame around text
            for row in cells:
                for cell in row:
                    yield from self._below(cell)
            return
        table = Table(
            head_rows=sum(1 for row in rows if child(row, "trPr", "tblHeader") is not None)
        )
        for row in cells:
            table.add([self._cell(cell) for cell in row])
        yield _Block("")
        for line in table.lines():
            yield _Block(line, is_row=True)

    def _cell(self, element: Element) -> Cell:
        properties = child(element, "tcPr")
        merge = child(properties, "vMerge")
        span = attribute(child(properties, "gridSpan"), "val")
        return Cell(
            text="\n".join(block.text for block in self._below(element)),
            columns=int(span) if span.isdecimal() else 1,
            goes_on=merge is not None and attribute(merge, "val") != "restart",
        )

    def _notes(self, name: str) -> Iterator[_Block]:
        part = self._part(name)
        count = 0
        for note in part if part is not None else ():
            text = "".join(block.text for block in self._below(note)).strip()
            if text and not attribute(note, "type"):
                count += 1
                yield _Block(f"[{count}] {text}", is_row=True)

    def _place(self, paragraph: Element) -> Place | None:
        """Where in which list a paragraph stands, by its own properties or by its style's."""
        for properties in self._properties(paragraph):
            numbers = child(properties, "numPr")
            list_id = attribute(child(numbers, "numId"), "val")
            if list_id:
                level = attribute(child(numbers, "ilvl"), "val")
                return Place(list_id, int(level) if level.isdecimal() else 0)
        return None

    def _mark(self, paragraph: Element) -> int:
        """The level of the heading that the paragraph's style makes it; 0 if none."""
        for properties in self._properties(paragraph):
            level = attribute(child(properties, "outlineLvl"), "val")
            if level.isdecimal():
                return int(level) + 1 if int(level) < 9 else 0
        return 0

    def _properties(self, paragraph: Element) -> Iterator[Element]:
        """The paragraph's properties, then those of its style, then of what that is based on."""
        own = child(paragraph, "pPr")
        if own is None:
            return
        yield own
        style_id = attribute(child(own, "pStyle"), "val")
        for _ in range(_DEEPEST_STYLE):
            style = self._styles.get(style_id)
            if style is None:
                return
            properties = child(style, "pPr")
            if properties is not None:
                yield properties
            style_id = attribute(child(style, "basedOn"), "val")


def _words(element: Element, boxes: list[Element]) -> Iterator[str]:
    """The printed text of a paragraph; collects the text boxes that are anchored in it."""
    for below in element:
        name = local_name(below)
        if name == "t":
            yield below.text or ""
        elif name in _BREAKS:
            yield "" if attribute(below, "type") in ("page", "column") else _BREAKS[name]
        elif name == "txbxContent":
            boxes.append(below)
        elif name == "AlternateContent":  # the same content twice, for new and for old programs
            choice = child(below, "Choice")
            yield from _words(choice if choice is not None else below, boxes)
        elif name not in _LEFT_OUT:
            yield from _words(below, boxes)


def _children(parent: Element, name: str) -> Iterator[Element]:
    """The elements of a name right below `parent`, or in what only wraps them."""
    for below in parent:
        if local_name(below) == name:
            yield below
        elif local_name(below) in _WRAPPERS:
            yield from _children(below, name)
