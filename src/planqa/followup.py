"""A conversation -> one question that stands by itself."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from planqa.places import Place, take_places

__all__ = ["standalone"]

_YEAR = re.compile(r"(?:(?:19|20)\d\d\s*年|今年|去年|明年|前年|\bin (?:19|20)\d\d\b)度?")
_OPENING = re.compile(
    r"^(?:那么?(?![里儿边])|再说|另外|还有|以及|其中的?|它们?的?|他们的?|她们的?|这些|那些|这个|那个|这项|该项?|此外"
    r"|and\b|what about\b|how about\b|of (?:them|these|those)\b)[\s,，]*",
    re.IGNORECASE,
)
_CLOSING = re.compile(r"(?:又|则)?(?:怎么样|如何|是多少|呢)?[\s?？。!！]*$")
_POINTS_BACK = re.compile(
    r"其中|那[里儿边]|它们?|他们|这些|那些|这个|这项|该项|上述|同期|\b(?:it|they|them|its|their|those|these)\b",
    re.IGNORECASE,
)
_ENDS_OPEN = re.compile(r"呢[\s?？]*$")
# A question of nothing but these asks it of what the last one was about.
_ASKS_ONLY = re.compile(
    r"[\s,，?？。的了呢吗是有在达到将要会]|多少|排?第?几[个家项座条所名位]?|排名|哪些|哪里|哪个|什么|如何|怎么样?|多大|多长|分别|具体|总共|一共"
    r"|增长|下降|增速|增幅|同比|占比|比例|目标|计划|预期|实际|完成|情况|项目|金额|数量|面积|位置|地方|地点|时间|原因|措施|名称"
)


def standalone(question: str, history: Sequence[str], places: Collection[Place] = ()) -> str:
    """`question` with what it leans on taken from the questions before it, oldest first.

    A year or one of the `places` that it names takes the place of those in the earlier question, a new
    subject that of its subject; what asks on is put after it.
    """
    if not history or not _leans(question):
        return question
    earlier = standalone(history[-1], history[:-1], places)
    said = _CLOSING.sub("", _OPENING.sub("", question.strip()))
    topic, named = take_places(_YEAR.sub("", said), places)
    topic = topic.strip(" ,，、的")
    about, about_named = take_places(_YEAR.sub("", earlier), places)
    years = _YEAR.findall(said) or _YEAR.findall(earlier)
    where = "".join(place or "全国" for place in sorted(named or about_named, key=str))
    when_and_where = "".join(dict.fromkeys(years)) + where
    about = about.strip(" ,，?？。的")
    if not topic:
        return f"{when_and_where}{about}？"
    if _is_another(question, topic):
        return f"{topic} {when_and_where}" if topic.isascii() else f"{when_and_where}{topic}"
    return f"{when_and_where}{about}，{topic}"


def _is_another(question: str, topic: str) -> bool:
    """Whether `topic` is a new subject in place of the last one: 那失业率呢, but not 其中小麦呢."""
    is_open = _ENDS_OPEN.search(question) or re.match("那|and|what about|how about", question, re.I)
    points_back = _POINTS_BACK.search(question)
    return bool(is_open and not points_back and _ASKS_ONLY.sub("", topic))


def _leans(question: str) -> bool:
    """Whether a question cannot be understood without the one before it."""
    text = question.strip()
    if _OPENING.match(text) or _POINTS_BACK.search(text) or _ENDS_OPEN.search(text):
        return True
    return not _ASKS_ONLY.sub("", _YEAR.sub("", text))
