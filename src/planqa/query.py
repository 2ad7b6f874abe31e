"""Question -> query: what is asked about, for which place and which years.

A report names its place and its years in its title and its headings, hardly ever in the sentence that answers.
So they are taken out of what is matched against sentences, and weigh as what they are.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal

from planqa.terms import official_terms
from planqa.tokens import simplified

__all__ = ["Kind", "Query", "asks_for", "passage_years", "understand"]

Kind = Literal["figure", "list", "name"]
"""What a question wants to hear."""


@dataclass(frozen=True, slots=True)
class Query:
    """A question as search understands it."""

    text: str
    """The question as it was asked, in simplified characters of one width."""
    content: str
    """The same without its place and its years; never empty."""
    places: frozenset[str]
    """Those of the indexed places that the question names."""
    years: frozenset[int]
    kind: Kind
    terms: tuple[str, ...] = ()
    """Official terms for its everyday and its English words."""

    @property
    def expanded(self) -> str:
        """The content with the official terms after it."""
        return " ".join([self.content, *self.terms])

    @property
    def is_chinese(self) -> bool:
        """Whether there is any Han in the content."""
        return re.search("[\u3400-\u9fff]", self.content) is not None


# --- what is asked for ---------------------------------------------------------------------------

_ASKS_LIST = re.compile(
    r"哪些|哪几|哪两|哪三|哪四|列出|列举|分别|包括什么|包含什么|有什么项目"
    r"|\b(?:list|which \w+s|what are|name the)\b",
    re.IGNORECASE,
)
_ASKS_NUMBER = re.compile(r"多少|几[家个项]")
_ASKS_FIGURE = re.compile(
    r"多少|几(?!乎)|多大|多高|多长|多宽|多远|好多|幅度|增幅|降幅|增速|百分|比例|占比"
    r"|\bhow (?:many|much|long|large|big|far|fast)\b|\bpercent|\bgrowth\b|\brate\b",
    re.IGNORECASE,
)


def asks_for(question: str) -> Kind:
    """What kind of thing a question asks for."""
    if _ASKS_LIST.search(question) and not _ASKS_NUMBER.search(question):
        return "list"
    return "figure" if _ASKS_FIGURE.search(question) else "name"


# --- for which place and which years -------------------------------------------------------------

_YEAR = re.compile(
    r"(?:截至|截止|到|在|于|\b(?:in|by|of|for|during)\s+)?"
    r"(?<![\d.])(?P<year>(?:19|20)\d\d)(?!\d|[.,]\d|[家个人套户亩项万亿公平米元条])"
    r"(?:\s*年(?:度|底|末|初|全年|以来)?)?"
)
_SHORT_YEAR = re.compile(r"(?<![\d.])(?P<year>[012]\d)年(?:度|底|末|初)?(?!代|间|内)")
_HAN_YEAR = re.compile(r"(?P<year>[一二][〇○零九一二三四五六七八]{3})年(?:度|底|末|初)?")
_RELATIVE = {"今年": 0, "本年度": 0, "去年": -1, "上年": -1, "前年": -2, "明年": 1}
_RELATIVE_WORD = re.compile("|".join(_RELATIVE))
_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")

# What a place's name may be part of: 重庆大学 is no mention of 重庆.
_PART_OF_A_NAME = "大学|师范|学院|医院|银行|海关|机场|火车|高铁|港|站|路|桥|公司|集团|日报|人民"
_SUFFIX = re.compile(r"(?:特别行政区|自治区|自治州|自治县|新区|省|市|区|县|州|盟|旗)$")
_COUNTRY = ("全国", "国务院", "我国", "国家层面")
"""Words for the place of a report without one: the State Council's."""


def understand(
    question: str,
    reports: Collection[tuple[str | None, int | None]],
    today: datetime.date | None = None,
) -> Query:
    """What a question asks, seen against the (place, year) of the indexed reports.

    今年 and the like count from `today` where a report was given or reviewed in that year, otherwise from the
    newest report.
    """
    text = simplified(question).strip()
    content, years = _take_years(text, _current_year(reports, today))
    content, places = _take_places(content, {place for place, _ in reports if place})
    content = content.strip(" ,，、的:：")
    content = content or text
    return Query(
        text=text,
        content=content,
        places=frozenset(places),
        years=frozenset(years),
        kind=asks_for(content),
        terms=tuple(official_terms(content)),
    )


def _current_year(
    reports: Collection[tuple[str | None, int | None]], today: datetime.date | None
) -> int | None:
    known = {year for _, year in reports if year}
    now = (today or datetime.date.today()).year
    return now if now in known else max(known, default=None)


def _take_years(text: str, current: int | None) -> tuple[str, set[int]]:
    years: set[int] = set()

    def take(match: re.Match[str]) -> str:
        digits = match["year"].translate(_DIGITS)
        years.add(int(digits) if len(digits) == 4 else 2000 + int(digits))
        return ""

    def take_relative(match: re.Match[str]) -> str:
        if current is None:
            return match[0]
        years.add(current + _RELATIVE[match[0]])
        return ""

    for pattern in (_HAN_YEAR, _YEAR, _SHORT_YEAR):
        text = pattern.sub(take, text)
    return _RELATIVE_WORD.sub(take_relative, text), years


def _take_places(text: str, places: Iterable[str]) -> tuple[str, set[str]]:
    """The text without the names of places, and which of `places` they are."""
    named = set()
    for pattern, place in sorted(
        ((_names(place), place) for place in places), key=lambda pair: (-len(pair[1]), pair[1])
    ):
        shorter, count = pattern.subn("", text)
        if count:
            named.add(place)
            text = shorter
    return text, named


def _names(place: str) -> re.Pattern[str]:
    """A place's full name or its last part, with or without 省, 市, 区: 重庆市沙坪坝区, 沙坪坝区, 沙坪坝."""
    parts = re.findall(
        r".+?(?:特别行政区|自治区|自治州|自治县|新区|省|市|区|县|州|盟|旗)", place
    ) or [place]
    *outer, last = parts
    short = _SUFFIX.sub("", last)
    if len(short) < 2:
        short = last
    optional = "".join(
        f"(?:{re.escape(_SUFFIX.sub('', part))}(?:{re.escape(part[-1])})?)?" for part in outer
    )
    suffix = last[len(short) :]
    ending = f"(?:{re.escape(suffix)}|[省市区县](?![一-龥]*(?:大学|医院)))?" if suffix else ""
    return re.compile(f"{optional}{re.escape(short)}{ending}(?!{_PART_OF_A_NAME})")


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
