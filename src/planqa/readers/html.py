"""Web pages: the article without the site around it, in the encoding that the page names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser, LexborNode

from planqa.readers.plain import decode
from planqa.readers.reading import Reading
from planqa.readers.table import Cell, Table

__all__ = ["read"]

_NOT_CONTENT = (
    "script, style, noscript, template, iframe, nav, header, footer, aside, form, button, select, "
    "input, textarea, svg, object, embed, [hidden], [style*='display:none'], [style*='display: none']"
)
_INLINE = frozenset(
    [
        *("a", "abbr", "b", "bdi", "big", "cite", "code", "del", "em", "font", "i", "ins", "label"),
        *(
            "mark",
            "o:p",
            "q",
            "rb",
            "ruby",
            "s",
            "small",
            "span",
            "strong",
            "sub",
            "sup",
            "u",
            "wbr",
        ),
    ]
)
_NO_ARTICLE = _INLINE | {"p", "table", "tbody"}
_NOT_PRINTED = frozenset(["_comment", "-comment", "rp", "rt", "head", "title", "img", "!doctype"])
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_SPACE = re.compile(r"[ \t\r\n\f]+")
_CHINESE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")
_MOST = 0.8
"""The share of a page's text that one element holds where it is the article."""
_LINKS = 3
"""Links that make a menu of an element that holds little else."""
_DEEPEST = 300
_LONGEST_CELL = 200


def read(path: Path, data: bytes) -> Reading:
    """The text of a web page, one line a block; ReportError where its encoding is unknown."""
    tree = LexborHTMLParser(decode(path, data))
    body = tree.body
    if body is None:
        return Reading("")
    for node in tree.css(_NOT_CONTENT):
        node.decompose()
    for node in tree.css("ul, ol, div, p, td"):
        if _is_menu(node):
            node.decompose()
    article = _article(body)
    page = _Page()
    heading = next((h for h in tree.css("h1") if not _contains(article, h)), None)
    if heading is not None and not article.css("h1"):
        page.add(heading)
    page.add(article)
    return page.reading()


class _Page:
    """Elements -> lines, as a browser breaks them."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line: list[str] = []
        self._mark = 0
        self._marks: dict[int, int] = {}
        self._rows: list[int] = []
        self._length = 0

    def add(self, node: LexborNode, depth: int = 0) -> None:
        """Add what an element prints."""
        tag = (node.tag or "").lower()
        if tag == "-text":
            self._line.append(node.text_content or "")
        elif tag in _NOT_PRINTED:
            return
        elif tag == "br":
            self._end_line()
        elif tag in _INLINE or depth > _DEEPEST:
            self._add_below(node, depth)
        elif tag == "table" and (table := _table(node)) is not None:
            self._end_line()
            for row in table:
                self._write("\n")
                self._rows.append(self._length)
                self._write(f"{row}\n")
            self._write("\n")
        else:
            self._end_line()
            self._mark = _HEADINGS.get(tag, self._mark)
            self._add_below(node, depth)
            self._end_line()
            self._mark = 0

    def reading(self) -> Reading:
        """The lines so far."""
        self._end_line()
        return Reading("".join(self._lines), marks=self._marks, rows=frozenset(self._rows))

    def _add_below(self, node: LexborNode, depth: int) -> None:
        for below in node.iter(include_text=True):
            self.add(below, depth + 1)

    def _end_line(self) -> None:
        text = _SPACE.sub(_space, "".join(self._line)).strip(" ")
        self._line.clear()
        if text:
            if self._mark:
                self._marks[self._length] = self._mark
            self._write(f"{text}\n")

    def _write(self, text: str) -> None:
        self._lines.append(text)
        self._length += len(text)


def _space(found: re.Match[str]) -> str:
    """What a run of spaces prints: nothing where the source breaks a line beside Chinese."""
    start, end = found.span()
    around = found.string[max(0, start - 1) : start] + found.string[end : end + 1]
    return "" if "\n" in found.group() and _CHINESE.search(around) else " "


def _is_menu(node: LexborNode) -> bool:
    """Whether an element is links and hardly anything else."""
    links = node.css("a")
    if len(links) < _LINKS:
        return False
    linked = sum(_size(link) for link in links)
    return linked > 0.7 * _size(node)


def _article(body: LexborNode) -> LexborNode:
    """The innermost element that holds most of the text."""
    node, whole = body, _size(body)
    while True:
        below = max(node.iter(), key=_size, default=None)
        if below is None or below.tag in _NO_ARTICLE or _size(below) < _MOST * whole:
            return node
        node = below


def _size(node: LexborNode) -> int:
    return len("".join((node.text() or "").split()))


def _contains(node: LexborNode, other: LexborNode) -> bool:
    above: LexborNode | None = other
    while above is not None:
        if above == node:
            return True
        above = above.parent
    return False


def _table(node: LexborNode) -> Sequence[str] | None:
    """The lines of a table of data; None of one that only lays out the page."""
    rows = [list(_cells(row)) for row in node.css("tr")]
    longest = max((_size(cell) for row in rows for cell in row), default=0)
    if node.css("table table") or longest > _LONGEST_CELL or max(map(len, rows), default=0) < 2:
        return None
    table = Table(head_rows=len(node.css("thead tr")))
    for row in rows:
        table.add([_cell(cell) for cell in row])
    return list(table.lines())


def _cells(row: LexborNode) -> Iterator[LexborNode]:
    return (cell for cell in row.iter() if cell.tag in ("td", "th"))


def _cell(node: LexborNode) -> Cell:
    text = _SPACE.sub(_space, node.text(separator=" ") or "")
    return Cell(text, _count(node, "colspan"), _count(node, "rowspan"))


def _count(node: LexborNode, name: str) -> int:
    value = node.attributes.get(name) or ""
    return int(value) if value.isdecimal() and 0 < int(value) < 1000 else 1
