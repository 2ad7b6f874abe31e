"""A question typed by its sound -> the same in the reports' own words: 生猪出蓝 -> 生猪出栏.

People type Chinese by its sound and pick the wrong character of that sound. Such a slip leaves a character whose
neighbours never stand beside it in the reports.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from planqa.tokens import UNHEARD, simplified

__all__ = ["homophones", "respelled"]

_PAIR = re.compile("[一-龥]{2}")
_ASKING = frozenset("年月日是多少几什么哪吗呢的了有在怎样如何谁请问")
"""Characters that questions and dates are made with: reports need not have them beside their words."""


def respelled(question: str, weight: Callable[[str], float]) -> str:
    """The question with every character that fits its neighbours nowhere replaced by one of its sound that does.

    `weight` is the inverse document frequency of a pair of characters, the highest for one that never occurs. Of
    several that fit, the one whose pairs are most common.
    """
    unknown = weight(UNHEARD)

    def stands(pairs: list[str]) -> bool:
        return all(weight(pair) < unknown for pair in pairs)

    text = list(simplified(question))
    for at, character in enumerate(text):
        before, after = "".join(text[max(at - 1, 0) : at]), "".join(text[at + 1 : at + 2])
        pairs = _pairs(before, character, after)
        if character in _ASKING or not pairs or any(weight(pair) < unknown for pair in pairs):
            continue
        fitting = [
            (sum(map(weight, others)), other)
            for other in homophones(character)
            if stands(others := _pairs(before, other, after))
        ]
        if fitting:
            text[at] = min(fitting)[1]
    return "".join(text)


def _pairs(before: str, character: str, after: str) -> list[str]:
    """The pairs of Chinese characters that a character makes with its neighbours."""
    return [pair for pair in (before + character, character + after) if _PAIR.fullmatch(pair)]


def homophones(character: str) -> list[str]:
    """The common characters that sound like a Chinese one but for the tone; none of any other."""
    from pypinyin import lazy_pinyin

    return [each for each in _by_sound().get(lazy_pinyin(character)[0], []) if each != character]


@cache
def _by_sound() -> dict[str, list[str]]:
    """The 3,755 common characters of GB 2312 by their sound without its tone."""
    from pypinyin import lazy_pinyin

    found: dict[str, list[str]] = {}
    for first in range(0xB0, 0xD8):
        for second in range(0xA1, 0xFF):
            character = bytes([first, second]).decode("gb2312", "ignore")
            if character:
                found.setdefault(lazy_pinyin(character)[0], []).append(character)
    return found
