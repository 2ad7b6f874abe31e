"""Enumerations -> Facts. The span is all of one as it stands, without the verb before it and without 等N个."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fact import Fact
from grammar import bracketed, clauses, is_name, leading_verb, split_items, tagged, without_adverbs
from words import phrased, words

__all__ = ["list_facts"]

_AFTER = re.compile(
    r"(?P<and>等)?(?P<count>(?:约|超|近)?(?:\d+|[一二三四五六七八九十百两]+)[余多]?(?P<measure>[个项座条家处类大种只批名位所])(?:重[点大要])?)?"
)
_CALLS = re.compile(
    "(?:包括|涵盖|即|分别是|分别为|主要是|主要有|有|是|如|为|在|与|和|对|围绕|聚焦|以|由)$"
)
_DIGIT = re.compile(r"\d")


def list_facts(text: str) -> Iterator[Fact]:
    """The text's enumerations of three items or more."""
    for start, end in clauses(text):
        skipped, part = without_adverbs(text[start:end])
        if bracketed(part) and part.count("、") >= 2:
            yield from _enumeration(part, start + skipped)
    yield from _announced(text)
    for bracket in re.finditer("[（(]([^（()）。]{6,})[）)]", text):
        yield from _in_brackets(text, bracket)


def _enumeration(part: str, at: int) -> Iterator[Fact]:
    spans = split_items(part)
    if len(spans) < 3:
        return
    lead, first = _lead(part[slice(*spans[0])])
    items = [part[slice(*span)] for span in spans[1:-1]]
    last, tail = _last(part[slice(*spans[-1])], items)
    if not last or not first or not all(_is_item(item) for item in [first, *items, last]):
        return
    start = at + spans[0][0] + len(lead)
    end = at + spans[-1][0] + len(last)
    whole = part[spans[0][0] + len(lead) : spans[-1][0] + len(last)]
    if len(whole) > 150 or _uneven([first, *items, last]):
        return
    if cores := _questions(lead, tail):
        yield Fact("list", start, end, "", cores)


def _is_item(item: str) -> bool:
    return (
        2 <= len(item) <= 30
        and bracketed(item)
        and not re.search("[不们]|的", item)
        and not _DIGIT.search(re.sub("[（(].*?[）)]|“.*?”", "", item)[-3:])
    )


def _uneven(items: list[str]) -> bool:
    """Whether an item is so much longer than the others that it holds more than an item."""
    lengths = sorted(len(re.sub("[（(].*?[）)]", "", item)) for item in items)
    return lengths[-1] > 2 * lengths[len(lengths) // 2] + 4


def _lead(first: str) -> tuple[str, str]:
    """The verbs and prepositions before the first item, and the item; empty where its begin cannot be told."""
    at = 0
    while (more := leading_verb(first[at:])) and len(first) - at - len(more) >= 2:
        at += len(more)
    tags = tagged(first[at:])
    place = 0
    unsure = False
    for number, (word, flag) in enumerate(tags):
        place += len(word)
        if number + 1 == len(tags):
            break
        if word in words("leads") or (number == 0 and word in words("openers")):
            at += place
            place, unsure = 0, False
            if (following := tags[number + 1][0]) in ("了", "好", "以", "到"):
                at += len(following)
                place = -len(following)
        elif flag == "v" or flag in ("p", "c", "d", "uj", "r"):
            unsure = True
    return (first[:at], first[at:]) if not unsure else (first, "")


def _last(last: str, items: list[str]) -> tuple[str, str]:
    """The last item, and what stands behind the enumeration: 等15个商圈改造升级."""
    if (at := last.find("等")) > 1 and last[at : at + 2] not in (
        "等级",
        "等教",
        "等候",
        "等院",
        "等学",
    ):
        return last[:at], last[at:]
    longest = max(map(len, items), default=8)
    if len(last) <= max(6, int(1.4 * longest)) and (
        is_name(last, 30) or last[-1:] == items[-1][-1:]
    ):
        return last, ""
    for word_end in _ends_like(last, items):
        return last[:word_end], last[word_end:]
    return "", ""


def _ends_like(last: str, items: list[str]) -> Iterator[int]:
    """Where the last item may end: behind the word that another item ends in."""
    for item in items:
        if len(item) > 2 and 1 < (at := last.find(item[-2:])) + 2 < len(last) and at > 0:
            yield at + 2
            return


def _questions(lead: str, tail: str) -> tuple[str, ...]:
    after = _AFTER.match(tail)
    rest = tail[after.end() :] if after else tail
    measure = after["measure"] if after else None
    count = after["count"] if after else None
    if tail.startswith("等") and not count:
        rest = tail[1:]
    if (
        len(rest) > 20
        or "、" in rest
        or _DIGIT.search(rest)
        or (rest.startswith("的") and len(rest) < 3)
    ):
        return ()
    if len(lead) + len(rest) < 4:
        return ()
    cores = [f"{lead}哪些{rest}"]
    if rest:
        is_thing = is_name(rest, 10) and "的" not in rest and tagged(rest)[-1][1].startswith("n")
        if is_thing and leading_verb(lead) == lead != "":
            cores += [f"{lead}的{rest}有哪些", f"{lead}的{rest}包括哪些", f"{lead}{rest}，都有哪些"]
        if is_thing and not lead:
            cores += [f"{rest}有哪些", f"{rest}包括哪些"]
        if count:
            cores += [f"{lead}哪{count}{rest}", f"{lead}哪几{measure}{rest}"]
            cores += [f"{lead}的{count}{rest}是哪几{measure}"] if lead and is_thing else []
        if not lead and not is_thing:
            cores += [f"{rest}的有哪些"]
        cores += [f"{lead}什么{rest}"]
    elif lead and leading_verb(lead) == lead:
        cores += [f"{lead}了哪些", f"{lead}什么", f"要{lead}哪些", f"{lead}的是哪几个"]
    return tuple(cores) if len(lead + rest) >= 5 or rest else ()


def _in_brackets(text: str, bracket: re.Match[str]) -> Iterator[Fact]:
    """What a bracket lists: 十大工程（甲、乙、丙）."""
    inner, before = bracket[1], re.split("[，。；：、\n]", text[: bracket.start()])[-1]
    verb = leading_verb(before)
    name = before[len(verb) :]
    items = [inner[slice(*span)] for span in split_items(inner)]
    if len(items) < 2 or not is_name(name, 20) or not all(_is_item(item) for item in items):
        return
    inner = re.sub("等$", "", inner)
    start = bracket.start(1)
    yield Fact("list", start, start + len(inner), name, phrased("bracket", s=name, v=verb))


def _announced(text: str) -> Iterator[Fact]:
    """What a colon announces, parted by semicolons: 主要预期目标是：甲；乙；丙。"""
    for match in re.finditer(
        "(?P<name>[^，。；：\n]{4,24})：(?P<items>(?:[^；。：\n]{4,60}；){2,}[^；。\n]{4,60})。",
        text,
    ):
        name = re.sub("(?:是|为|包括|如下|有)$", "", without_adverbs(match["name"])[1])
        if len(match["items"]) <= 260 and is_name(name, 22):
            yield Fact("list", *match.span("items"), name, phrased("announced", s=name))
