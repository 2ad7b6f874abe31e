"""Text -> the tree of its sections and its paragraphs, as a careful reader would see them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from planqa.headings import Opening, openings_of
from planqa.lines import Line, lines_of
from planqa.report import Paragraph, Section, SectionPath

__all__ = ["outline_of"]

_SALUTATIONS = ("各位代表", "各位委员")


@dataclass(slots=True, eq=False)
class _Node:
    """A section in the making; the root stands for the whole text."""

    opening: Opening
    parent: _Node | None
    path: SectionPath
    children: list[_Node] = field(default_factory=list)
    filled: bool = False
    """Whether it has a paragraph of its own."""
    tailed: bool = False
    """Whether it has one after its first, or after its subsections."""
    end: int = -1
    """Where its text ends; -1 while that is open."""


def outline_of(text: str) -> tuple[tuple[Section, ...], tuple[Paragraph, ...]]:
    """The tree of the sections of `text`, and its paragraphs, both in reading order."""
    lines = lines_of(text)
    root, nodes = _nested(openings_of(lines))
    paragraphs = tuple(_placed(lines, root, nodes))
    return _sections(root, lines, len(text)), paragraphs


def _nested(openings: Sequence[Opening]) -> tuple[_Node, dict[int, _Node]]:
    """The tree of sections, and its nodes by line: a list goes on at its own level, and a list that
    begins is one deeper than what it stands in."""
    root = _Node(Opening(line=-1, rank=0, value=0, heading="", run_in=False), None, ())
    above = [root]
    nodes: dict[int, _Node] = {}
    for opening in openings:
        while above[-1].opening.rank >= opening.rank:
            above.pop()
        node = _Node(opening, above[-1], (*above[-1].path, opening.heading))
        above[-1].children.append(node)
        above.append(node)
        nodes[opening.line] = node
    return root, nodes


def _placed(lines: Sequence[Line], root: _Node, nodes: dict[int, _Node]) -> Iterator[Paragraph]:
    """Every paragraph, in the section that it belongs to; ends the sections on the way."""
    home = root
    for first, stop in _runs(lines, nodes):
        before, node = home, nodes.get(first)
        home = node or _home(lines[first], home)
        _end(before, home, lines[first].start)
        if node is not None and not _is_text(node, nodes, len(lines)):
            continue
        home.tailed |= node is None and (home.filled or bool(home.children))
        home.filled = True
        yield Paragraph(lines[first].start, lines[stop - 1].end, home.path)


def _runs(lines: Sequence[Line], nodes: dict[int, _Node]) -> Iterator[tuple[int, int]]:
    """The lines in groups `[first, stop)` of one heading or one paragraph: a line that breaks off
    in the middle of a sentence goes on in the next."""
    body = min(nodes, default=len(lines))  # above it stand the title and the like, one line each
    first = 0
    for at in range(1, len(lines) + 1):
        if at <= body or at == len(lines) or _starts(lines, nodes, at):
            yield first, at
            first = at


def _starts(lines: Sequence[Line], nodes: dict[int, _Node], at: int) -> bool:
    """Whether a line begins a heading or a paragraph."""
    above = nodes.get(at - 1)
    return (
        at in nodes
        or lines[at].after_gap
        or lines[at - 1].ends_sentence
        or (above is not None and not above.opening.run_in)
    )


def _is_text(node: _Node, nodes: dict[int, _Node], count: int) -> bool:
    """Whether a heading's line is a paragraph too: its text goes on there, or it has no other."""
    following = node.opening.line + 1
    has_more = bool(node.children) or (following < count and following not in nodes)
    return node.opening.run_in or not has_more


def _home(line: Line, home: _Node) -> _Node:
    """The section of a line without a number that follows text of section `home`."""
    if line.text.startswith(_SALUTATIONS):
        while home.parent is not None and home.parent.parent is not None:
            home = home.parent
    while home.parent is not None and _is_complete(home, home.parent.children):
        home = home.parent
    return home


def _is_complete(node: _Node, siblings: Sequence[_Node]) -> bool:
    """Whether a further paragraph would not be this section's: it is the last of a list, it has a
    paragraph or subsections, and none of the others has more than that."""
    return (
        len(node.path) > 1
        and not node.opening.is_box
        and (node.filled or bool(node.children))
        and len(siblings) > 2
        and siblings[-1] is node
        and not any(sibling.tailed for sibling in siblings)
    )


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
