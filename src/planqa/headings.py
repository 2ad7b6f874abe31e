"""Lines -> those that open a section, with what their headings say.

Numbered lines open sections (here); so do lines without a number where their position supports it
(`planqa.titles`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from planqa.lines import Line
from planqa.numbering import Family, Number, numeral

__all__ = ["BOX", "Opening", "numbered_openings", "rank_of"]

_SENTENCE_END = re.compile(r"[。！？!?]")
_TRAILING = "。！？；：，;:!?, \t\u3000"
_EARLY_END = re.compile(r"[：:]|\s{2,}|\u3000")
_LONG = 60
_LONGEST = 120
_ALONE = frozenset(family for family in Family if family <= Family.SECTION)
"""Whose numbers may stand on a line of their own."""
_LISTS = (Family.ARABIC, Family.BRACKETED, Family.CIRCLED)
_STEP = 10


@dataclass(frozen=True, slots=True)
class Opening:
    """A line that opens a section."""

    line: int
    """Its place in the list of lines."""
    rank: int
    """How it is numbered: of two ranks the smaller stands above the greater in an outline."""
    value: int
    """Its number, printed or inferred; 0 without one."""
    heading: str
    run_in: bool = False
    """Whether the section's text goes on in the same line."""
    lines: int = 1
    """How many lines its heading takes."""
    floats: bool = False
    """Whether its list may stand below one that ranks lower: 一是 under 1."""

    @property
    def is_box(self) -> bool:
        """Whether it is the title of a side box, which stands below all that have a number."""
        return self.rank == BOX


def rank_of(family: Family) -> int:
    """The rank of a family of numbers; there is room for others between two of them."""
    return family * _STEP


BOX = (len(Family) + 1) * _STEP


def numbered_openings(lines: Sequence[Line]) -> list[Opening]:
    """The numbered lines that open sections, in order."""
    found = [opening for at, line in enumerate(lines) if (opening := _opening(lines, at, line))]
    by_line = {opening.line: opening for opening in found}
    kept = (group for group in _lists(found) if _is_outline(lines, by_line, group))
    items = (item for group in kept for item in _of_one_kind(lines, group))
    return sorted(items, key=lambda item: item.line)


def _opening(lines: Sequence[Line], at: int, line: Line) -> Opening | None:
    number = line.number
    if number is None or _lists_all(lines, at, line):
        return None
    stop = _heading_end(line.text, number.end)
    heading = line.text[:stop].rstrip(_TRAILING)
    if len(line.text) == number.end and number.family in _ALONE:
        return _with_title(lines, at, number)
    if not number.end < len(heading) <= _LONGEST:
        return None
    return Opening(
        line=at,
        rank=rank_of(number.family),
        value=number.value,
        heading=heading,
        run_in=stop + 1 < len(line.text),
        floats=number.family in (Family.ORDINAL, Family.SPOKEN),
    )


def _with_title(lines: Sequence[Line], at: int, number: Number) -> Opening:
    """The opening of a line that only says 第一部分 or （一）, with the title that stands below."""
    rank, heading = rank_of(number.family), lines[at].text
    if at + 1 == len(lines) or not lines[at + 1].looks_like_title:
        return Opening(at, rank, number.value, heading)
    return Opening(at, rank, number.value, f"{heading} {lines[at + 1].text}", lines=2)


def _heading_end(text: str, start: int) -> int:
    """Where the heading of a numbered line ends: before its first 。, or where that would be long,
    before a colon or a gap that comes early."""
    found = _SENTENCE_END.search(text, start)
    end = found.start() if found else len(text)
    if end > _LONG and (early := _EARLY_END.search(text, start + 2, start + _LONG)):
        return early.start()
    return end


def _lists_all(lines: Sequence[Line], at: int, line: Line) -> bool:
    """Whether the line holds the next items of its list as well: 一是…；二是…。"""
    number = line.number
    if number is None or number.family is not Family.SPOKEN:
        return False
    below = lines[at + 1].number if at + 1 < len(lines) else None
    if below and (below.family, below.value) == (number.family, number.value + 1):
        return False
    next_item = numeral(number.value + 1) + line.text[number.end - 1]
    return re.search(f"[。；;，,：:]{next_item}", line.text) is not None


def _lists(openings: Sequence[Opening]) -> Iterator[list[Opening]]:
    """The openings in groups, one a list; a list that begins again at 1 is another one."""
    above: list[list[Opening]] = []
    for opening in openings:
        while above and (
            above[-1][0].rank > opening.rank
            or (above[-1][0].rank == opening.rank and opening.value == 1)
        ):
            yield above.pop()
        if above and above[-1][0].rank == opening.rank:
            above[-1].append(opening)
        else:
            above.append([opening])
    yield from above


def _of_one_kind(lines: Sequence[Line], items: Sequence[Opening]) -> Sequence[Opening]:
    """The items of a list without those that are a number alone, unless several are and no other."""
    named = [item for item in items if len(item.heading) > len(_number_of(lines, item))]
    return named or (items if len(items) > 1 else ())


def _number_of(lines: Sequence[Line], item: Opening) -> str:
    line = lines[item.line]
    return line.text[: line.number.end] if line.number is not None else ""


def _is_outline(
    lines: Sequence[Line], by_line: dict[int, Opening], items: Sequence[Opening]
) -> bool:
    """Whether the items of a list are headings: most have text of their own beside or below them.

    Items of one sentence each are an enumeration; only 一是 and the like are headings in any case.
    What stands below the last item may follow the whole list, so that it tells nothing.
    """
    judged = items[:-1] or items
    bare = [item for item in judged if not item.run_in and _ends_at_once(item, by_line, len(lines))]
    if items[0].floats:
        return True
    if items[0].rank >= rank_of(_LISTS[0]) and median(len(i.heading) for i in items) > _LONG:
        return False
    if 2 * len(bare) <= len(judged):
        return True
    punctuated = sum(lines[item.line].ends_in_punctuation for item in bare)
    return items[0].rank < rank_of(_LISTS[0]) and 2 * punctuated < len(bare)


def _ends_at_once(item: Opening, by_line: dict[int, Opening], count: int) -> bool:
    """Whether an item's line is followed by none that could be its own."""
    below = by_line.get(item.line + item.lines)
    if below is None:
        return item.line + item.lines == count
    return below.rank <= item.rank and not (below.floats and below.value == 1)
