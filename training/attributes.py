"""What of a thing is asked for and not told: its cost, its end, who sees to it, how many it serves, where, how large.

So that the words of a question do not give it away, the same is told in a bracket in a third of the texts,
and in another third something else is told.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from examples import Example
from fact import Fact
from setting import Setting
from words import table_rows, words

__all__ = ["BUILT", "attribute_pair"]

BUILT = re.compile(
    "(?:工程|项目|中心|基地|平台|园区?|馆|桥|站|高铁|铁路|高速|公路|线|厂|医院|学校|小学|中学|大学|行动|计划|试点|机场|港|码头|水库"
    "|电站|枢纽|实验室|公园|隧道|通道|街区|社区|小区|广场|大道|院区|期|改造|大会|论坛)(?:[（(].*[）)])?$"
)
"""What things end in that cost money, take time and stand somewhere."""
_LONGEST_TOLD = 396
_SIGNS = {
    "money": "投资|亿元|万元",
    "time": r"\d月|年底|年内|\d年|完工|竣工|建成|投用",
    "office": "由|牵头|负责",
    "people": r"万人|人次|\d人|\d名",
    "where": "位于|在|坐落|地址",
    "size": "平方米|公里|亩|公顷",
}
"""Words by which a sentence may tell an attribute already."""
_ANSWER = re.compile(
    r"(?:约|超)?\d+(?:\.\d+)?(?:亿元|万人次?|人|公里|亩|万平方米)|\d{4}年(?:\d+月|底前)?"
    "|(?<=由).+(?=牵头|负责)|^.+(?=牵头实施)|(?<=：).+|(?<=位于|选址|落于).+"
)
_MEASURES = (
    ("多少公里|有多长|全长", "公里"),
    ("占地|多少亩", "亩"),
    ("面积", "平方米"),
    ("规模有多大", "米"),
)
"""Words that ask for one measure, and what the answer then ends in."""


@dataclass(frozen=True, slots=True)
class _Attribute:
    name: str
    asks: tuple[str, ...]
    tells: tuple[str, ...]

    def is_told_in(self, sentence: str) -> bool:
        return re.search(_SIGNS[self.name], sentence) is not None


@cache
def _attributes() -> tuple[_Attribute, ...]:
    return tuple(
        _Attribute(name, tuple(asks.split("|")), tuple(tells.split("|")))
        for name, asks, tells in table_rows("attributes")
    )


def attribute_pair(setting: Setting, thing: Fact, chance: random.Random) -> list[Example]:
    """An attribute asked of a thing: not told; told of it; told of it while another is asked for."""
    name = setting.text[thing.start : thing.end]
    wanted = chance.choice(_attributes())
    if not BUILT.search(name) or not 4 <= len(name) <= 24 or setting.text.count(name) != 1:
        return []
    if wanted.is_told_in(setting.sentence(thing.start)):
        return []
    examples = [_asked(setting, thing, name, wanted.asks, None, "attribute-other", chance)]
    if not (told := _told(setting, thing, wanted.tells, chance)):
        return examples
    answered, answer = told
    phrase = answered.text[answer.start : answer.end]
    if fitting := [ask for ask in wanted.asks if _fits(ask, phrase)]:
        examples.append(_asked(answered, thing, name, fitting, answer, "attribute", chance))
    other = chance.choice([each for each in _attributes() if each != wanted])
    if not other.is_told_in(answered.sentence(thing.start)):
        examples.append(_asked(answered, thing, name, other.asks, None, "attribute-told", chance))
    return examples


def _asked(
    setting: Setting, thing: Fact, name: str, asks: Sequence[str], answer: Fact | None, source: str,
    chance: random.Random,
) -> Example:  # fmt: skip
    core = chance.choice(asks).format(s=name.strip("《》"))
    question, _ = setting.question(core, thing, chance)
    return setting.example(question, answer, source)


def _fits(ask: str, answer: str) -> bool:
    """Whether a question asks for the very measure of an answer: 占地多少亩 for 亩."""
    return all(answer.endswith(end) for asked, end in _MEASURES if re.search(asked, ask))


def _told(
    setting: Setting, thing: Fact, tells: Sequence[str], chance: random.Random
) -> tuple[Setting, Fact] | None:
    """The setting with a bracket behind the thing that tells an attribute, and what it tells."""
    phrase = chance.choice(tells).format(
        n=chance.randint(2, 480), d=chance.randint(1, 9), y=(setting.given or 2024) + chance.randint(0, 3),
        m=chance.randint(1, 12), o=chance.choice(words("offices")), w=chance.choice(words("whereabouts")),
    )  # fmt: skip
    text = f"{setting.text[: thing.end]}（{phrase}）{setting.text[thing.end :]}"
    answer = _ANSWER.search(phrase)
    if (
        not answer
        or len(text) > _LONGEST_TOLD
        or setting.text[thing.end : thing.end + 1] in ("（", "(", "”", "》")
    ):
        return None
    at = thing.end + 1
    return replace(setting, text=text), replace(
        thing, start=at + answer.start(), end=at + answer.end()
    )
