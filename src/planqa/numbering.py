"""How a line of a Chinese document is numbered: 一、 （一） 1. （1） ① 一是 第一， and the like."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum

__all__ = ["Family", "Number", "number_of"]


class Family(IntEnum):
    """A way of numbering; of two, the smaller stands above the greater in an outline."""

    BOOK = 1  # 第一篇
    DIVISION = 2  # 第一部分
    CHAPTER = 3  # 第一章
    ARTICLE = 4  # 第一节
    PART = 5  # 一、
    SECTION = 6  # （一）
    SPOKEN = 7  # 一是
    ARABIC = 8  # 1.
    BRACKETED = 9  # （1）
    CIRCLED = 10  # ①


@dataclass(frozen=True, slots=True)
class Number:
    """The number that a line begins with: `end` characters of the line, in one of the families."""

    family: Family
    value: int
    end: int


_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_NUMERAL = "[零〇一二三四五六七八九十百]{1,4}"
_FIGURE = "[0-9０-９]{1,2}"
_UNITS = {"编": Family.BOOK, "篇": Family.BOOK, "部分": Family.DIVISION}
_UNITS |= {"章": Family.CHAPTER, "节": Family.ARTICLE}
_SEQUENCE_WORDS = {"首先": 1, "其次": 2, "再次": 3, "最后": 4}

_RANGE = rf"{_NUMERAL}(?:[、季产线级类期批轮月]|$)"  # 一、二季度 and 二、三产业 begin a sentence

_PATTERNS: tuple[tuple[re.Pattern[str], Family | None], ...] = (
    (
        re.compile(rf"第\s?(?P<n>{_NUMERAL}|{_FIGURE})\s?(?P<unit>[编篇章节]|部分)(?![的和、，])"),
        None,
    ),
    (re.compile(rf"(?P<n>{_NUMERAL})\s?[、．.](?!{_RANGE})"), Family.PART),
    (re.compile(rf"[（(〔]\s?(?P<n>{_NUMERAL})\s?[）)〕]、?"), Family.SECTION),
    (re.compile(r"(?P<n>[㈠-㈩])"), Family.SECTION),
    (re.compile(rf"(?P<n>{_NUMERAL})(?:是|要)(?![否非求么])"), Family.SPOKEN),
    (re.compile(rf"第(?P<n>{_NUMERAL})[，,、]"), Family.SPOKEN),
    (re.compile(r"(?P<n>首先|其次|再次|最后)[，,]"), Family.SPOKEN),
    # not 12.3万人 or 1、2月份
    (re.compile(rf"(?P<n>{_FIGURE})\s?[.．、](?![0-9０-９])"), Family.ARABIC),
    (re.compile(r"(?P<n>[⒈-⒛])"), Family.ARABIC),
    (re.compile(rf"[（(]?\s?(?P<n>{_FIGURE})\s?[）)]"), Family.BRACKETED),
    (re.compile(r"(?P<n>[⑴-⒇])"), Family.BRACKETED),
    (re.compile(r"(?P<n>[①-⑳])"), Family.CIRCLED),
)


def number_of(line: str) -> Number | None:
    """The number at the head of a line without leading space, or None."""
    for pattern, family in _PATTERNS:
        found = pattern.match(line)
        if found is not None:
            value = _value(found["n"])
            kind = family if family is not None else _UNITS[found["unit"]]
            return Number(kind, value, found.end()) if value > 0 else None
    return None


def _value(printed: str) -> int:
    if printed in _SEQUENCE_WORDS:
        return _SEQUENCE_WORDS[printed]
    for first in "㈠⒈⑴①":
        if first <= printed <= chr(ord(first) + 19):
            return ord(printed) - ord(first) + 1
    if printed.isdecimal():
        return int(printed)
    return _numeral(printed)


def _numeral(printed: str) -> int:
    """二十三 -> 23, 一百零二 -> 102, 二〇 -> 20."""
    if "十" not in printed and "百" not in printed:
        return int("".join(str(_DIGITS[c]) for c in printed))
    total, digit = 0, 0
    for c in printed:
        if c in _DIGITS:
            digit = _DIGITS[c]
        else:
            total += (digit or 1) * (100 if c == "百" else 10)
            digit = 0
    return total + digit
