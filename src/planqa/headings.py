"""Lines -> those that open a section, with what their headings say.

Numbered lines open sections. So do short lines without a number, where their position supports it:
those that fill a gap in the numbering of their neighbours (`_restored`), and those that stand as a
title over a paragraph within a section, such as side boxes (`_boxes`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from planqa.lines import Line
from planqa.numbering import Family

__all__ = ["Opening", "openings_of"]

_SENTENCE_END = re.compile(r"[。！？!?]")
_TRAILING = "。！？；：;:!? \t\u3000"
_LONGEST_HEADING = 80
_BOX = len(Family) + 1


@dataclass(frozen=True, slots=True)
class Opening:
    """A line that opens a section."""

    line: int
    """Its place in the list of lines."""
    rank: int
    """How it is numbered: of two ranks the smaller stands above the greater in an outline."""
    value: int
    """Its number, printed or inferred; 0 for a side box."""
    heading: str
    run_in: bool
    """Whether the section's text goes on in the same line."""

    @property
    def is_box(self) -> bool:
        """Whether it is the title of a side box, which stands below all that have a number."""
        return self.rank == _BOX


def openings_of(lines: Sequence[Line]) -> list[Opening]:
    """The lines that open sections, in order."""
    numbered = [opening for at, line in enumerate(lines) if (opening := _numbered(at, line))]
    known = _in_order(numbered, _restored(lines, numbered))
    return _in_order(known, _boxes(lines, known))


def _in_order(*groups: Sequence[Opening]) -> list[Opening]:
    return sorted((o for group in groups for o in group), key=lambda opening: opening.line)


def _numbered(at: int, line: Line) -> Opening | None:
    number = line.number
    if number is None:
        return None
    sentence_end = _SENTENCE_END.search(line.text, number.end)
    stop = sentence_end.start() if sentence_end else len(line.text)
    heading = line.text[:stop].rstrip(_TRAILING)
    if not number.end < len(heading) <= _LONGEST_HEADING:
        return None
    run_in = sentence_end is not None and sentence_end.end() < len(line.text)
    return Opening(at, int(number.family), number.value, heading, run_in)


def _restored(lines: Sequence[Line], openings: Sequence[Opening]) -> list[Opening]:
    """Headings that lost their numbers: where a list skips k numbers, at most k title lines that
    stand in the gap, each right above the first item of a list that ranks lower."""
    first_items = {o.line: o for o in openings if o.value == 1}
    found: list[Opening] = []
    for skip in _skips(openings):
        titles = [
            at
            for at in range(skip.after + 1, skip.opening.line)
            if lines[at].looks_like_heading
            and (below := first_items.get(at + 1)) is not None
            and below.rank > skip.opening.rank
        ]
        if len(titles) < skip.opening.value - skip.value:
            found += [
                Opening(at, skip.opening.rank, skip.value + n, lines[at].text, run_in=False)
                for n, at in enumerate(titles, 1)
            ]
    return found


@dataclass(frozen=True, slots=True)
class _Skip:
    """A list jumps from `value` (0 at its beginning), after line `after`, to `opening`."""

    opening: Opening
    after: int
    value: int


def _skips(openings: Sequence[Opening]) -> Iterator[_Skip]:
    above: list[Opening] = []
    for opening in openings:
        while above and above[-1].rank > opening.rank:
            above.pop()
        after, value = (above[-1].line, above[-1].value) if above else (-1, 0)
        if above and above[-1].rank < opening.rank:
            value = 0
        if opening.value > value + 1:
            yield _Skip(opening, after, value)
        above.append(opening)


def _boxes(lines: Sequence[Line], openings: Sequence[Opening]) -> list[Opening]:
    """Titles within a section that stand over a paragraph: a title over a title is no box."""
    if not openings:
        return []
    numbered = {opening.line for opening in openings}
    titles: set[int] = set()
    for at in range(openings[0].line + 1, len(lines) - 1):
        line, before, after = lines[at], at - 1, at + 1
        begins = before in numbered or lines[before].ends_sentence or line.after_gap
        over_text = before not in titles and at not in numbered and after not in numbered
        if line.looks_like_heading and begins and over_text:
            titles.add(at)
    return [Opening(at, _BOX, 0, lines[at].text, run_in=False) for at in titles]
