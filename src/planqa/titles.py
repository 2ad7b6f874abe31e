"""Lines without a number that open a section: titles that lost their number, or never had one.

A line counts as a title by its form (`Line.looks_like_title`) and by its place: not in the middle
of a sentence, not above the first words of the text, and over something. How high it stands follows
from the numbers around it: where a list skips as many numbers as there are titles, they are its
items; over a list that begins, it is the title of that list; otherwise it is a side box.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, takewhile

from planqa.headings import BOX, Opening, numbered_openings
from planqa.lines import Line

__all__ = ["openings_of"]

_ANNEX = re.compile(
    r"附\s*[件录表图]\s*[0-9０-９一二三四五六七八九十]{0,3}\s*(?:[:：](?!\s*[\d１一]).*|\s.*)?$"
)
_ANNEX_LIST = re.compile(r"附\s*[件录表]\s*[:：]")
_GLOSSARY = re.compile(
    r".{0,20}(?:名词|术语|用语|词语|词汇|缩略语)(?:解释|注释|说明|释义).{0,6}$"
    r"|(?:附注|注释|注解|注)[:：]?$"
)
_ANNEX_RANK = 1
_LONGEST_JOINED = 40


def openings_of(lines: Sequence[Line]) -> list[Opening]:
    """The lines that open sections, in order."""
    annexes = list(_annexes(lines))
    known = _outside_glossaries(numbered_openings(lines), annexes)
    titles = _titles(lines, {opening.line: opening for opening in (*known, *annexes)})
    known = _in_order(known, _restored(lines, titles, known))
    known = _in_order(known, annexes)
    taken = {opening.line for opening in known}
    known = _in_order(known, _placed(lines, [at for at in titles if at not in taken], known))
    return list(_joined(lines, known))


def _in_order(*groups: Sequence[Opening]) -> list[Opening]:
    return sorted((o for group in groups for o in group), key=lambda opening: opening.line)


def _annexes(lines: Sequence[Line]) -> Iterator[Opening]:
    """The titles of what follows the report: annexes and glossaries, a glossary below its annex."""
    above: Opening | None = None
    for at in range(_body(lines), len(lines)):
        line = lines[at]
        glossary = _is_glossary(line)
        if not glossary and (len(line.text) > 40 or not _ANNEX.match(line.text)):
            continue
        within = glossary and above is not None and above.line == at - 1
        above = Opening(at, _ANNEX_RANK + within, 0, line.text.rstrip("：:"))
        yield above


def _is_glossary(line: Line) -> bool:
    return line.number is None and _GLOSSARY.match(line.text) is not None


def _outside_glossaries(numbered: list[Opening], annexes: list[Opening]) -> list[Opening]:
    """Without the numbered entries of glossaries, which are text."""

    begins = [annex.line for annex in annexes]

    def in_glossary(opening: Opening) -> bool:
        last = bisect_left(begins, opening.line) - 1
        return last >= 0 and _GLOSSARY.match(annexes[last].heading) is not None

    return [opening for opening in numbered if not in_glossary(opening)]


def _body(lines: Sequence[Line]) -> int:
    """The first line after the salutation, or without one, after the first that is a sentence."""
    for at, line in enumerate(lines[:60]):
        if line.is_salutation:
            return at + 1
    sentences = (
        at for at, line in enumerate(lines) if line.text.endswith(("。", "：")) or line.number
    )
    return next(sentences, len(lines))


def _titles(lines: Sequence[Line], known: dict[int, Opening]) -> list[int]:
    """The lines that look and stand like titles; one right below another is its text."""
    titles: list[int] = []
    printed = Counter(line.text for line in lines if line.looks_like_title)
    for at in range(_body(lines), len(lines) - 1):
        before, line, below = lines[at - 1], lines[at], known.get(at + 1)
        above = known.get(at - 1)
        whole = before.is_whole or (above is not None and not above.run_in)
        again = printed[line.text] > 1 and bool(titles) and titles[-1] == at - 2
        if (
            at not in known
            and not (above is not None and above.lines > 1)
            and not _ANNEX_LIST.match(line.text)
            and (line.looks_like_title or line.is_marked_title)
            and (whole or again or line.after_gap or line.mark)
            and not (titles and titles[-1] == at - 1)
            and not lines[at + 1].is_date
            and (below is None or below.value == 1)
        ):
            titles.append(at)
    return titles


def _restored(
    lines: Sequence[Line], titles: Sequence[int], openings: Sequence[Opening]
) -> list[Opening]:
    """The titles that stand for the items that a list skips: those right above the first item of a
    list that ranks lower, or else all, where there are not more of them than it skips."""
    first_items = {opening.line: opening for opening in openings if opening.value == 1}
    found: list[Opening] = []
    for skip in _skips(openings):
        rank, missing = skip.opening.rank, skip.opening.value - skip.value - 1
        gap = titles[bisect_right(titles, skip.after) : bisect_left(titles, skip.opening.line)]
        over_lists = [at for at in gap if at + 1 in first_items and first_items[at + 1].rank > rank]
        items = over_lists if 0 < len(over_lists) <= missing else gap if len(gap) == missing else []
        found += [
            Opening(at, rank, skip.value + n, lines[at].text) for n, at in enumerate(items, 1)
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
        after = above[-1].line if above else -1
        value = above[-1].value if above and above[-1].rank == opening.rank else 0
        if opening.value > value + 1:
            yield _Skip(opening, after, value)
        above.append(opening)


def _placed(
    lines: Sequence[Line], titles: Sequence[int], known: Sequence[Opening]
) -> list[Opening]:
    """The titles that no list misses: as high as what the file marks alike, or the title of the list
    that begins below, or a box."""
    marked: dict[int, int] = {}
    for opening in known:
        marked.setdefault(lines[opening.line].mark, opening.rank)
    begins = [opening.line for opening in known]
    placed: list[Opening] = []
    for at in titles:
        below = bisect_right(begins, at)
        if lines[at].mark and lines[at].mark in marked:
            rank = marked[lines[at].mark]
        elif below < len(known) and known[below].value == 1:
            rank = known[below].rank - 5
        else:
            rank = BOX
        placed.append(Opening(at, rank, 0, lines[at].text))
    return placed


def _joined(lines: Sequence[Line], openings: Sequence[Opening]) -> Iterator[Opening]:
    """Headings over two lines as one."""
    joined = -1
    for at, opening in enumerate(openings):
        if opening.line == joined:
            continue
        if _goes_on(lines, openings, at):
            joined = opening.line + 1
            heading = opening.heading + lines[joined].text
            yield replace(opening, heading=heading, lines=2)
        else:
            yield opening


def _goes_on(lines: Sequence[Line], openings: Sequence[Opening], at: int) -> bool:
    """Whether a numbered heading goes on in the next line: that is a title without a number, above
    text, and the only one in the section."""
    opening = openings[at]
    if at + 1 == len(openings) or opening.value == 0 or opening.run_in:
        return False
    title = openings[at + 1]
    if (
        title.line != opening.line + 1
        or title.value != 0
        or lines[opening.line].ends_in_punctuation
        or lines[title.line].after_gap
        or len(opening.heading) + len(title.heading) > _LONGEST_JOINED
    ):
        return False
    inside = takewhile(lambda other: other.rank > opening.rank, islice(openings, at + 2, None))
    return not any(other.line == title.line + 1 or other.rank == title.rank for other in inside)
