"""The years that a question names, and those that a section of a report speaks of.

A report given in one year reviews the year before and plans its own: 2025 is planned in the reports of
2025 and reviewed in those of 2026.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

__all__ = ["Times", "passage_years", "take_times", "with_years"]

Mode = Literal["plan", "outcome"]


@dataclass(frozen=True, slots=True)
class Times:
    """When a question is about."""

    years: frozenset[int] = frozenset()
    report_years: frozenset[int] = frozenset()
    """The years of the reports that it names: 2024年政府工作报告."""
    mode: Mode | None = None
    """Whether it asks for what was planned or for what came of it."""


_REPORT = re.compile(
    r"(?P<year>(?:19|20)\d\d)\s*年?[^,，。;；?？\d]{0,14}?(?:政府工作报告|计划报告|报告)"
)
_YEAR = re.compile(
    r"(?:截至|截止|到|在|于|\b(?:in|by|of|for|during)\s+)?"
    r"(?<![\d.])(?P<year>(?:19|20)\d\d)"
    r"(?!\d|[.,]\d|[家个人套户亩项万亿公平米元条])"
    r"(?:\s*年(?:度|底|末|初|全年|以来)?)?"
)
_SHORT_YEAR = re.compile(r"(?<![\d.])(?P<year>[012]\d)年(?:度|底|末|初)?(?!代|间|内)")
_HAN_YEAR = re.compile(r"(?P<year>[一二][〇○零九一二三四五六七八]{3})年(?:度|底|末|初)?")
_RELATIVE = {"今年": 0, "本年度": 0, "去年": -1, "上年": -1, "前年": -2, "明年": 1}
_RELATIVE_WORD = re.compile("|".join(_RELATIVE))
_HAN_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_ASKS_PLAN = re.compile(
    r"目标|计划|预期|安排|打算|力争|预计|将要?|拟|要(?!求|素|点|闻|么|不)|准备|\b(?:target|plan|aim|will|goal)",
    re.IGNORECASE,
)
_ASKS_OUTCOME = re.compile(
    r"实际|完成|实现了|达到了|了(?!解)|已|累计|成绩|结果|\b(?:did|was|were|had|actual)",
    re.IGNORECASE,
)


def take_times(text: str, known: Collection[int], current: int | None) -> tuple[str, Times]:
    """The text without the years it names, and those years.

    Only years in `known`, those that an indexed report plans or reviews, are taken: any other is
    a detail that a sentence may hold. 今年 and the like count from the year `current`.
    """
    report_years = {int(match["year"]) for match in _REPORT.finditer(text)}.intersection(known)
    years: set[int] = set()

    def take(match: re.Match[str]) -> str:
        digits = match["year"].translate(_HAN_DIGITS)
        year = int(digits) if len(digits) == 4 else 2000 + int(digits)
        if year not in known:
            return match[0]
        years.add(year)
        return ""

    def take_relative(match: re.Match[str]) -> str:
        if current is None:
            return match[0]
        years.add(current + _RELATIVE[match[0]])
        return ""

    for pattern in (_HAN_YEAR, _YEAR, _SHORT_YEAR):
        text = pattern.sub(take, text)
    text = _RELATIVE_WORD.sub(take_relative, text)
    mode: Mode | None = None
    if _ASKS_PLAN.search(text):
        mode = "plan"
    elif _ASKS_OUTCOME.search(text):
        mode = "outcome"
    return text, Times(frozenset(years - report_years), frozenset(report_years), mode)


def with_years(text: str, current: int | None) -> str:
    """The text with 今年 and the like, counted from the year `current`, as years."""
    if current is None:
        return text
    return _RELATIVE_WORD.sub(lambda match: f"{current + _RELATIVE[match[0]]}年", text)


# --- the years that a passage speaks of ----------------------------------------------------------

_HEADING_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*年")
_REVIEW = re.compile("回顾|执行情况|完成情况|过去|主要成绩|成就|一年来|五年来")
_PLAN = re.compile("安排|目标|任务|建议|重点工作|总体要求|部署|今年|明年|打算|展望")


def passage_years(section_path: tuple[str, ...], year: int | None) -> frozenset[int]:
    """The years that a section speaks of, as its headings say; empty when they do not say.

    `year` is the report's: what looks back reviews the year before it, what looks ahead plans it.
    """
    for heading in section_path:
        text = unicodedata.normalize("NFKC", heading)
        if named := {int(found) for found in _HEADING_YEAR.findall(text)}:
            return frozenset(named)
        if year is not None and _REVIEW.search(text):
            return frozenset({year - 1})
        if year is not None and _PLAN.search(text):
            return frozenset({year})
    return frozenset()
