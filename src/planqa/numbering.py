"""How a line of a Chinese document is numbered: 一、 （一） 1. （1） ① 一是 第一， and the like."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum

__all__ = ["Family", "Number", "number_of", "numeral", "value_of"]


class Family(IntEnum):
    """A way of numbering; of two, the smaller stands above the greater in an outline."""

    BOOK = 1  # 第一篇
    DIVISION = 2  # 第一部分
    CHAPTER = 3  # 第一章
    ARTICLE = 4  # 第一节
    PART = 5  # 一、
    SECTION = 6  # （一）
    ORDINAL = 7  # 第一，
    SPOKEN = 8  # 一是
    ARABIC = 9  # 1.
    BRACKETED = 10  # （1）
    CIRCLED = 11  # ①


@dataclass(frozen=True, slots=True)
class Number:
    """The number that a line begins with: `end` characters of the line, in one of the families."""

    family: Family
    value: int
    end: int


_DIGITS = "零一二三四五六七八九"
_VALUES = {c: i for i, c in enumerate(_DIGITS)} | {"〇": 0, "两": 2}
_NUMERAL = "[零〇一二三四五六七八九十百]{1,4}"
_FIGURE = "[0-9０-９]{1,2}"
_UNITS = {
    "编": Family.BOOK,
    "篇": Family.BOOK,
    "部分": Family.DIVISION,
    "章": Family.CHAPTER,
    "节": Family.ARTICLE,
}
_WORDS = {"首先": 1, "其次": 2, "再次": 3, "最后": 4}
_RANGE = rf"{_NUMERAL}(?:[、季产线级类期批轮月]|$)"  # 一、二季度 and 二、三产业 begin a sentence

_PATTERNS: tuple[tuple[Family | None, re.Pattern[str]], ...] = tuple(
    (family, re.compile(pattern))
    for family, pattern in (
        (None, rf"第\s?(?P<n>{_NUMERAL}|{_FIGURE})\s?(?P<unit>[编篇章节]|部分)(?![的和、，是为])"),
        (Family.PART, rf"(?P<n>{_NUMERAL})\s?[、．.](?!{_RANGE})"),
        (
            Family.PART,
            r"(?P<n>[一二三四五六七八九十]{1,3})(?:[\u3000\t]| {1,4})(?=[^。；：]{2,40}$)",
        ),
        (Family.PART, r"(?P<n>[一二三四五六七八九十]{1,3})$"),
        (Family.SECTION, rf"[（(〔]?\s?(?P<n>{_NUMERAL})\s?[）)〕]、?"),
        (Family.SECTION, r"(?P<n>[㈠-㈩])"),
        (Family.SPOKEN, rf"(?P<n>{_NUMERAL})(?:是|要)(?![否非求么])"),
        (Family.ORDINAL, rf"第(?P<n>{_NUMERAL})[，,、](?!第)"),
        (Family.ORDINAL, r"(?P<n>首先|其次|再次|最后)[，,]"),
        (Family.ARABIC, rf"(?P<n>{_FIGURE})\s?[.．、](?![0-9０-９])"),  # not 12.3万人 or 1、2月份
        (Family.ARABIC, r"(?P<n>[⒈-⒛])"),
        (Family.BRACKETED, rf"[（(]?\s?(?P<n>{_FIGURE})\s?[）)]"),
        (Family.BRACKETED, r"(?P<n>[⑴-⒇])"),
        (Family.CIRCLED, r"(?P<n>[①-⑳])"),
    )
)


def number_of(line: str) -> Number | None:
    """The number at the head of a line without leading space, or None."""
    for family, pattern in _PATTERNS:
        found = pattern.match(line)
        if found is not None:
            value = _value(found["n"])
            kind = family if family is not None else _UNITS[found["unit"]]
            return Number(kind, value, found.end()) if value > 0 else None
    return None


def numeral(value: int) -> str:
    """A number from 1 to 99 in Chinese numerals: 23 -> 二十三."""
    tens, ones = divmod(value, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return head + (_DIGITS[ones] if ones else "")


def _value(printed: str) -> int:
    if printed in _WORDS:
        return _WORDS[printed]
    for first in "㈠⒈⑴①":
        if first <= printed <= chr(ord(first) + 19):
            return ord(printed) - ord(first) + 1
    return int(printed) if printed.isdecimal() else value_of(printed)


def value_of(printed: str) -> int:
    """Chinese numerals as a number: 二十三 -> 23, 一百零二 -> 102, 二〇 -> 20."""
    if "十" not in printed and "百" not in printed:
        return int("".join(str(_VALUES[c]) for c in printed))
    total, digit = 0, 0
    for c in printed:
        if c in _VALUES:
            digit = _VALUES[c]
        else:
            total += (digit or 1) * (100 if c == "百" else 10)
            digit = 0
    return total + digit
