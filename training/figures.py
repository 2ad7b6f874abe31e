"""Clauses with a figure -> Facts. The span is the figure with unit and qualifier (约, 超, 以上, 左右).

The verb of growth is part of the span only where the question does not say it, or says the opposite:
增速是多少 is answered 4.7% or 下降2.3%, 变化多少 is answered 增长4.7%.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from fact import Fact
from grammar import bracketed, clauses, is_name, leading_verb, split_items, without_adverbs
from words import phrased, words

__all__ = ["FIGURE", "figure_facts"]

_UNIT = (
    r"个百分点|[%％‰]|(?:万亿|千亿|百亿|亿|千万|百万|万|千|百)?[余多]?"
    r"(?:微克/立方米|平方公里|平方米|立方米|人次|标箱|千瓦时|千瓦|公里|公顷|公斤|美元|小时|户次|辆次|场次|架次|标准箱|株"
    r"|[元吨亩米人户家个套座项条件起次处栋幢张辆台倍天级艘列班部场种类期批名所只头棵册篇斤岁款支位间层片宗笔例对份本届瓦度])?"
)
FIGURE = re.compile(
    r"(?P<qualifier>约|超过|超|近|逾|不低于|不少于|不超过|低于|高于|突破|至少)?"
    r"(?P<number>(?<![A-Za-z\d.．“])\d[\d,]*(?:[.．]\d+)?(?:%?\s*[—~～至-]\s*\d+(?:[.．]\d+)?)?)"
    rf"(?P<more>[余多])?(?P<unit>{_UNIT})(?P<tail>以上|以内|左右|以下)?"
)
_RISE = "增长|提高|提升|上升|增加|上涨|增至"
_FALL = "下降|降低|减少|回落|压减|下滑|压降|缩减"
_CHANGE = re.compile(
    rf"(?P<how>(?:同比|环比|比上年|较上年|比去年|年均|平均|累计|分别|实际|名义|总体|合计)*)(?P<verb>{_RISE}|{_FALL})"
    r"(?P<to>到|至|为)?(?P<done>了)?$"
)
_VALUE = re.compile(
    r"(?:已|将)?(?P<verb>达到|达|为|是|实现|完成|共|共计|总计|居于|保持在|稳定在|控制在|维持在|升至|增至|降至|扩大到|扩大至|稳定)?(?:在)?$"
)
_SHARE = ("%", "％", "‰", "个百分点")


def figure_facts(text: str) -> Iterator[Fact]:
    """What the text's figures say, clause by clause."""
    subject = ""
    for start, end in clauses(text):
        if start and text[start - 1] in "。！？\n；;":
            subject = ""
        yield from _respective(text, start, end)
        verb = ""
        for first, last in _parts(text, start, end):
            found = [
                fact
                for fact in _facts(text, first, last, subject, verb)
                if fact.subject not in words("measures")
            ]
            yield from found
            verb = verb or leading_verb(without_adverbs(text[first:last])[1])
            subject = next(
                (fact.subject for fact in found if fact.subject), subject if found else ""
            )


def _parts(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The clause cut at each 、 behind which a figure begins: 16.2万亿元、增长4.7%; or where each part has its own."""
    clause = text[start:end]
    items = split_items(clause)
    if len(items) > 1 and all(len(_figures(clause[slice(*item)])) == 1 for item in items):
        yield from ((start + first, start + last) for first, last in items)
        return
    first = start
    for mark in re.finditer(
        rf"、(?=(?:同比|比上年)?(?:{_RISE}|{_FALL})(?:到|至|了)?约?\d|占)", clause
    ):
        yield first, start + mark.start()
        first = start + mark.end()
    yield first, end


_RESPECTIVE = re.compile(
    rf"^(?P<names>[^\d]+?)分别(?:同比|比上年)?(?P<verb>{_RISE}|{_FALL}|达到|达|为|突破|超过|超|稳定在|保持在)?(?P<to>到|至)?(?P<figures>[约超近\d].*)$"
)


def _respective(text: str, start: int, end: int) -> Iterator[Fact]:
    """甲、乙分别增长5%、6%: each name with its own figure."""
    skipped, clause = without_adverbs(text[start:end])
    if not (match := _RESPECTIVE.match(clause)):
        return
    names = [name for name in re.split("[、和]", match["names"]) if name]
    figures = list(FIGURE.finditer(clause, match.start("figures")))
    verb = match["verb"] or ""
    if len(names) != len(figures) or len(names) < 2 or not all(is_name(name, 16) for name in names):
        return
    for name, figure in zip(names, figures, strict=True):
        span = (start + skipped + figure.start(), start + skipped + figure.end())
        if verb and verb in f"{_RISE}|{_FALL}" and not match["to"]:
            yield Fact(
                "growth",
                *span,
                name,
                phrased("respective", s=name, v=verb, width="增幅" if verb in _RISE else "降幅"),
            )
        else:
            yield Fact("figure", *span, name, _of_measure(name, figure))


def _figures(part: str) -> list[re.Match[str]]:
    return [
        match
        for match in FIGURE.finditer(part)
        if not re.match(r"\s*(?:年|月|日|[.．]\d|号|—|点)", part[match.end("number") :])
        and match["unit"] + (match["more"] or "") != ""
    ]


def _facts(text: str, start: int, end: int, carried: str, carried_verb: str) -> Iterator[Fact]:
    part = text[start:end]
    skipped, part = without_adverbs(part)
    start += skipped
    figures = _figures(part)
    if not bracketed(part) or not figures or len(figures) > 2:
        return
    if len(figures) == 2:
        yield from _from_to(part, start, figures)
        return
    figure = figures[0]
    before, after = part[: figure.start()], part[figure.end() :]
    if (change := _CHANGE.search(before)) and not after:
        subject = re.sub("(?:预期|预计|五年累计)$", "", before[: change.start()]) or carried
        if is_name(subject, 20):
            yield from _change_facts(subject, change, figure, start)
    elif not after:
        yield from _value_facts(before, figure, start, carried_verb)
    elif len(before) + len(after) >= 5 and not (not before and carried_verb):
        yield from _count_facts(before, after, figure, start)


# --- 城镇化率提高0.8个百分点 ---------------------------------------------------------------------------


def _change_facts(
    subject: str, change: re.Match[str], figure: re.Match[str], at: int
) -> Iterator[Fact]:
    verb, is_rise = change["verb"], change["verb"] in _RISE
    span = (at + figure.start(), at + figure.end())
    signed = (at + change.start("verb"), span[1])
    if change["to"] or verb == "增至":
        yield Fact("figure", *span, subject, phrased("raised_to", s=subject, v=verb.rstrip("至")))
        return
    is_share = figure["unit"] in _SHARE
    parts = {
        "s": subject,
        "v": verb,
        "how": change["how"] if change["how"] in ("年均", "同比") else "",
        "plain": "涨" if is_rise else "降",
        "width": "增幅" if is_rise else "降幅",
        "asked": "百分之几" if is_share and figure["unit"] != "个百分点" else "多少",
    }
    yield Fact("growth", *span, subject, phrased("changed_by", **parts))
    if not is_share:
        yield Fact("change", *signed, subject, phrased("amount_change", **parts))
        return
    yield Fact("growth", *span, subject, phrased("changed_share", **parts))
    if is_rise and parts["how"] == "年均":
        yield Fact("growth", *span, subject, phrased("yearly", **parts))
    if is_rise:
        yield Fact("growth", *span, subject, phrased("rate", **parts))
    else:
        yield Fact("change", *signed, subject, phrased("fallen", **parts))
    yield Fact("change", *signed, subject, phrased("change", **parts))


# --- 粮食产量达760亿斤, 建设高标准农田1739万亩 --------------------------------------------------------------


def _value_facts(before: str, figure: re.Match[str], at: int, carried_verb: str) -> Iterator[Fact]:
    """A figure at the end of its clause: of a measure, or of what a verb does."""
    value = _VALUE.search(before)
    stem = before[: value.start()] if value else before
    span = (at + figure.start(), at + figure.end())
    measure = _measure(figure)
    verb = leading_verb(stem)
    if stem.endswith("占") or before.endswith(("第", "前", "的", "每")):
        return
    if verb and is_name(thing := stem[len(verb) :], 16):
        yield Fact("count", *span, thing, phrased("deed", v=verb, s=thing, m=measure))
    elif not verb and carried_verb and is_name(stem, 16):
        yield Fact("count", *span, stem, phrased("deed", v=carried_verb, s=stem, m=measure))
    elif not verb and is_name(stem):
        yield Fact("figure", *span, stem, _of_measure(stem, figure))


def _of_measure(name: str, figure: re.Match[str]) -> tuple[str, ...]:
    """The questions for a measure, by what its unit is."""
    if figure["unit"] in _SHARE:
        return phrased("share", s=name)
    return phrased(
        "money" if figure["unit"].endswith("元") else "amount", s=name, m=_measure(figure)
    )


def _measure(figure: re.Match[str]) -> str:
    """The measure word of a figure's unit: 户 of 万户."""
    return re.sub("^[万亿千百余多]+", "", figure["unit"])


# --- 优化242条公交线路 ----------------------------------------------------------------------------------


def _count_facts(before: str, after: str, figure: re.Match[str], at: int) -> Iterator[Fact]:
    """A figure within its clause: the question is the clause itself."""
    if (
        before[-1:] in ("第", "前", "每", "“", "（", "(", "、", "的")
        or after[0] in "、）)”—-的年级元岁时"
        or re.search(r"[“《（(]$", before)
    ):
        return
    if (
        re.search("[、“”《》（）()]", before[-6:])
        or len(before) > 16
        or len(after) > 18
        or _CHANGE.search(before)
    ):
        return
    measure = _measure(figure)
    if not measure and figure["unit"] not in _SHARE:
        return
    if measure == "元":
        after, measure = f"资金{after}" if after[0] not in "资投补" else after, ""
    span = (at + figure.start(), at + figure.end())
    head = re.sub(r"[了共达约]$", "", before)
    asked = "多少" if figure["unit"] in _SHARE else f"多少{measure}"
    cores = [
        f"{head}{asked}{after}",
        f"{head}了{asked}{after}" if head and leading_verb(head) == head else f"{head}多少{after}",
    ]
    if head and leading_verb(head) == head and is_name(after, 14) and measure:
        cores += [
            f"{head}的{after}有多少{measure}",
            f"{after}{head}了多少{measure}",
            f"{after}{head}多少",
            f"有多少{measure}{after}",
        ]
        if measure in "家个项座条所名户":
            cores += [f"{head}几{measure}{after}"]
    yield Fact("count", *span, after if is_name(after, 14) else "", tuple(cores))


# --- 从75.6%提升至76.5%, 由51家整合为33家 --------------------------------------------------------------------


def _from_to(part: str, at: int, figures: list[re.Match[str]]) -> Iterator[Fact]:
    old, new = figures
    between = part[old.end() : new.start()]
    before = part[: old.start()]
    if (
        not before.endswith(("从", "由"))
        or part[new.end() :]
        or not is_name(subject := before[:-1])
    ):
        return
    if not re.fullmatch("[一-龥]{2,4}[到至为]", between):
        return
    parts = {"s": subject, "v": between, "new": new[0]}
    yield Fact("figure", at + new.start(), at + new.end(), subject, phrased("from_to", **parts))
    yield Fact("before", at + old.start(), at + old.end(), subject, phrased("before", **parts))
