"""Report -> what the reading panel shows: its lines as printed, and its outline."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NotRequired, TypedDict

from planqa.report import Report, Section

__all__ = ["Block", "OutlineEntry", "ReportSource", "report_source"]


class OutlineEntry(TypedDict):
    """A section in the tree; `section` is its number in reading order, from 0."""

    section: int
    heading: str
    children: list[OutlineEntry]


class Piece(TypedDict):
    """A run of text; `section` is given where it is the heading of that section."""

    text: str
    section: NotRequired[int]


class Block(TypedDict):
    """One printed line without the space around it; the pieces' texts join to that line."""

    start: int
    """Offset of the first character in the report's text."""
    kind: str
    """`title`, `heading` or `text`; a run-in heading is a piece of a `text` block."""
    level: int
    """Of the heading, from 1; 0 for the other kinds."""
    pieces: list[Piece]


class ReportSource(TypedDict):
    """A report as the page reads it: plain strings, shown as text and never as HTML."""

    report_id: str
    title: str
    place: str | None
    year: int | None
    outline: list[OutlineEntry]
    blocks: list[Block]


def report_source(report: Report) -> ReportSource:
    """The whole text of `report` but for blank lines, cut at line ends and at headings."""
    sections = [section for _, section in report.walk()]
    return {
        "report_id": report.report_id,
        "title": report.title,
        "place": report.place,
        "year": report.year,
        "outline": _outline(report.sections, iter(range(len(sections)))),
        "blocks": list(_blocks(report, sections)),
    }


def _outline(sections: Sequence[Section], numbers: Iterator[int]) -> list[OutlineEntry]:
    return [
        {
            "section": next(numbers),
            "heading": section.heading,
            "children": _outline(section.children, numbers),
        }
        for section in sections
    ]


def _blocks(report: Report, sections: Sequence[Section]) -> Iterator[Block]:
    heads = sorted((section.start, number) for number, section in enumerate(sections))
    front_end = heads[0][0] if heads else 0
    title = _squeezed(report.title)
    upcoming = 0
    for start, line in _lines(report.text):
        end = start + len(line)
        here = []
        while upcoming < len(heads) and heads[upcoming][0] < end:
            here.append(heads[upcoming])
            upcoming += 1
        block: Block = {"start": start, "kind": "text", "level": 0, "pieces": []}
        block["pieces"] = _pieces(start, line, [(at, n, sections[n].heading) for at, n in here])
        if len(block["pieces"]) == 1 and here:
            block["kind"], block["level"] = "heading", sections[here[0][1]].level
        elif end <= front_end and _squeezed(line) in title:
            block["kind"] = "title"
        yield block


def _pieces(start: int, line: str, heads: Sequence[tuple[int, int, str]]) -> list[Piece]:
    """`line` cut around the headings in it; a heading that runs past the line's end stops there."""
    pieces: list[Piece] = []
    done = 0
    for at, number, heading in heads:
        begin = max(at - start, done)
        end = min(begin + len(heading), len(line))
        if begin > done:
            pieces.append({"text": line[done:begin]})
        if end > begin:
            pieces.append({"text": line[begin:end], "section": number})
        done = max(done, end)
    if done < len(line):
        pieces.append({"text": line[done:]})
    return pieces


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Each line that prints something, without the space around it, and where it starts."""
    start = 0
    for raw in text.splitlines(keepends=True):
        line = raw.strip()
        if line:
            yield start + len(raw) - len(raw.lstrip()), line
        start += len(raw)


def _squeezed(text: str) -> str:
    return "".join(text.split())
