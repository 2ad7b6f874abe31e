"""Text -> the tree of its sections and its paragraphs, as a careful reader would see them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from planqa.chrome import sifted
from planqa.headings import Opening
from planqa.lines import Line, lines_of
from planqa.report import Paragraph, Section, SectionPath
from planqa.titles import openings_of

__all__ = ["Outline", "outline_of"]

_CLOSING = re.compile(
    r"各位(?:代表|委员)|(?:过去|这)?[一五](?:个)?年来?，|过去[一五]年|与此同时，"
    r"|[^。]{0,40}清醒地?(?:看到|认识到)|[^。]{0,30}成[绩就](?:的取得|来之不易|得来)"
    r"|[^。]{0,30}(?:对政府工作|对加强政府自身建设)提出[^。]{0,6}更高要求"
)
"""How paragraphs begin that speak of all that a part was about, after its last section."""
_TOPIC = re.compile(r"[^。]{2,30}。.")
"""A paragraph whose first sentence names its topic, as those of a section's body do."""
_SAME_STYLE = 6
"""Paragraphs that make a habit."""


@dataclass(frozen=True, slots=True)
class Outline:
    """What a text consists of; `notes` says in plain sentences what of it is not indexed."""

    sections: tuple[Section, ...]
    paragraphs: tuple[Paragraph, ...]
    notes: tuple[str, ...] = ()


@dataclass(slots=True, eq=False)
class _Node:
    """A section in the making; the root stands for the whole text."""

    opening: Opening
    parent: _Node | None
    path: SectionPath
    children: list[_Node] = field(default_factory=list)
    filled: bool = False
    """Whether it has a paragraph of its own."""
    topics: int = 0
    """How many it has after its first, or after its subsections, that begin with their topic."""
    others: int = 0
    """How many it has there that do not."""
    topics_below: int = 0
    others_below: int = 0
    """The same, of its children together."""
    end: int = -1
    """Where its text ends; -1 while that is open."""


def outline_of(
    text: str, marks: Mapping[int, int] | None = None, rows: Collection[int] = ()
) -> Outline:
    """The tree of the sections of `text`, and its paragraphs, both in reading order.

    `marks` gives the level of the lines that the file itself marks as headings, `rows` are the rows
    of tables, both by offset.
    """
    report = sifted(lines_of(text, marks, rows))
    root, nodes = _nested(openings_of(report.lines))
    paragraphs = tuple(_placed(report.lines, root, nodes))
    return Outline(_sections(root, report.lines, len(text)), paragraphs, report.notes)


def _nested(openings: Sequence[Opening]) -> tuple[_Node, dict[int, _Node]]:
    """The tree of sections, and its nodes by line: a list goes on at its own level, and a list that
    begins is one deeper than what it stands in."""
    root = _Node(Opening(line=-1, rank=0, value=0, heading=""), None, ())
    above = [root]
    nodes: dict[int, _Node] = {}
    for opening in openings:
        _close(above, opening)
        node = _Node(opening, above[-1], (*above[-1].path, opening.heading))
        above[-1].children.append(node)
        above.append(node)
        nodes[opening.line] = node
    return root, nodes


def _close(above: list[_Node], opening: Opening) -> None:
    """Take off what ends where `opening` begins: the item before it in its list, with all below it,
    or all that ranks no higher."""
    ranks = [node.opening.rank for node in above]
    if opening.rank in ranks:
        del above[ranks.index(opening.rank) :]
    while above[-1].opening.rank >= opening.rank and not (
        opening.floats and not above[-1].opening.is_box
    ):
        above.pop()


def _placed(lines: Sequence[Line], root: _Node, nodes: dict[int, _Node]) -> Iterator[Paragraph]:
    """Every paragraph, in the section that it belongs to; ends the sections on the way."""
    home = root
    for first, stop in _runs(lines, nodes):
        before, node = home, nodes.get(first)
        home = node or _home(lines[first], home)
        _end(before, home, lines[first].start)
        if node is not None and not _is_text(node, nodes, len(lines)):
            continue
        if node is None and (home.filled or home.children):
            is_topic = _TOPIC.match(lines[first].text) is not None
            home.topics += is_topic
            home.others += not is_topic
            if home.parent is not None:
                home.parent.topics_below += is_topic
                home.parent.others_below += not is_topic
        home.filled = True
        yield Paragraph(lines[first].start, lines[stop - 1].end, home.path)


def _runs(lines: Sequence[Line], nodes: dict[int, _Node]) -> Iterator[tuple[int, int]]:
    """The lines in groups `[first, stop)` of one heading or one paragraph: a line that breaks off
    in the middle of a sentence goes on in the next."""
    body = min(nodes, default=len(lines))  # above it stand the title and the like, one line each
    first = 0
    for at in range(1, len(lines) + 1):
        if at == len(lines) or _starts(lines, nodes, first, at, body):
            yield first, at
            first = at


def _starts(lines: Sequence[Line], nodes: dict[int, _Node], first: int, at: int, body: int) -> bool:
    """Whether a line begins a heading or a paragraph, `first` being where the last one begins."""
    heading = nodes.get(first)
    if heading is not None and not heading.opening.run_in:
        return at >= first + heading.opening.lines
    return at <= body or at in nodes or lines[at].after_gap or lines[at - 1].is_whole


def _is_text(node: _Node, nodes: dict[int, _Node], count: int) -> bool:
    """Whether a heading's line is a paragraph too: its text goes on there, or it has no other."""
    following = node.opening.line + node.opening.lines
    has_more = bool(node.children) or (following < count and following not in nodes)
    return node.opening.run_in or not has_more


def _home(line: Line, home: _Node) -> _Node:
    """The section of a line without a number that follows text of section `home`."""
    if _CLOSING.match(line.text) and _ends_part(home):
        while len(home.path) > 1 and home.parent is not None:
            home = home.parent
    while len(home.path) > 1 and home.parent is not None and _is_complete(line, home, home.parent):
        home = home.parent
    return home


def _ends_part(home: _Node) -> bool:
    """Whether `home` is the last section of its part, at every level, and has text."""
    below_part = [node for node in _upward(home) if len(node.path) > 1]
    return (home.filled or bool(home.children)) and all(_is_last(node) for node in below_part)


def _is_last(node: _Node) -> bool:
    return node.parent is not None and node.parent.children[-1] is node


def _is_complete(line: Line, node: _Node, parent: _Node) -> bool:
    """Whether a further paragraph is not this section's: it is the last of its list, and it has as
    much text of its own as the others have, or as much in the style of the others."""
    if node.opening.is_box or not _is_last(node) or not (node.filled or node.children):
        return False
    if parent.topics_below + parent.others_below == 0:
        return len(parent.children) > 2
    topics, rest = parent.topics_below - node.topics, parent.others_below - node.others
    habit = topics >= _SAME_STYLE and topics >= 9 * rest
    return habit and node.topics > 0 and _TOPIC.match(line.text) is None


def _end(before: _Node, home: _Node, offset: int) -> None:
    """End at `offset` the sections that are left on the way from `before` to `home`."""
    stays = {id(node) for node in _upward(home)}
    for node in _upward(before):
        if id(node) not in stays:
            node.end = offset


def _upward(node: _Node | None) -> Iterator[_Node]:
    while node is not None:
        yield node
        node = node.parent


def _sections(parent: _Node, lines: Sequence[Line], text_end: int) -> tuple[Section, ...]:
    """What stands below `parent`."""
    return tuple(
        Section(
            heading=node.opening.heading,
            level=len(node.path),
            start=lines[node.opening.line].start,
            end=node.end if node.end >= 0 else text_end,
            children=_sections(node, lines, text_end),
        )
        for node in parent.children
    )
