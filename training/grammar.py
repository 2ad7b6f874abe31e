"""A little grammar of report Chinese: clauses, and which strings are the name of something."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any

from words import words

__all__ = [
    "bracketed",
    "clauses",
    "head_noun",
    "is_name",
    "leading_verb",
    "split_items",
    "tagged",
    "without_adverbs",
]

_ADVERB = re.compile(
    r"^(?:同时|其中|此外|另外|目前|全年|预计|累计|力争|确保|已经|已|共计|共(?![同建享有产青治性])|一年来|五年来|过去一年|过去五年|五年|这五年|截至目前"
    r"|预期(?!目标)|计划(?!生育)|继续|大力|全面(?!小康|推进|完成|实施)|深入(?!推进|实施)|扎实(?!推进)|持续(?!推进)|积极(?!发展)|着力(?!打造)"
    r"|加力|进一步|切实|稳步(?!推进)|有序|有效(?!和|供给)|成功(?!举办)|率先|首次|再(?![生造次担度])|还(?!原|款)|将(?!来)|要(?![素求闻点])|并(?![购网轨联])|也|均(?![衡等])|及(?![时其])|和(?![谐平睦])|与"
    r"|截至\d{4}年底|到\d{4}年底?|\d{4}年|今年|去年|年底|年内|三年来|十年来|总体上|初步|基本|一是|二是|三是|四是|五是|六是|七是|八是|九是|十是)[，,]?"
)
_FUNCTION = re.compile(
    "把|将|被|使|让|(?<!导)(?<!方)(?<!意)向|(?<!自)由|走|取得|于(?!都)|了|着|并(?!购)|而|可(?!再生|支配|持续|靠)|必须|坚持|不断|进一步|更加|全面|深入|持续|加快|大力|积极|努力|切实|应当|不(?!良|动产)|(?<!主)(?<!重)(?<!纪)要(?!素)|是|(?<!所)以(?!上|下|旧)|按(?!揭)|从(?!业)|对(?!口|外)|均|(?<!首)(?<!成)都(?!市)|也|就(?!业|读|学|医|近|诊)|(?<!人)才(?!能)|又|其中|放|在|提供|我们|这|那|上述"
)
# What begins like a verb, a preposition or an adverb and is none.
_NOUNS = re.compile(
    "服务(?:业|贸易|消费|外包|机构|平台|中心|能力|零售)|投资(?:项目|总额)|发展(?:质量|方式)|发电|创新(?:平台|能力|型|指数)|培训(?:机构|中心)|保障性|绿化(?:率|面积)|改造(?:项目|面积)|安置(?:点|房)|注册(?:商标|资本)|处置(?:率|能力)|治理(?:体系|能力)"
)
_OPENING, _CLOSING = "（(《“【[", "）)》”】]"
_CLAUSE = re.compile(r"[^，,；;。！？!?：:\n]+")
_NOMINAL = (
    "n",
    "vn",
    "an",
    "b",
    "j",
    "l",
    "i",
    "eng",
    "f",
    "s",
    "g",
    "z",
    "a",
    "ng",
    "q",
    "m",
    "t",
)


@cache
def _tagger() -> Any:
    import jieba
    import jieba.posseg

    for word in [
        "占比",
        "增速",
        "增加值",
        "城镇化率",
        "失业率",
        "渗透率",
        "覆盖率",
        "合格率",
        "中长期",
        "群众",
        "强国",
        "强省",
        "强市",
    ]:
        jieba.add_word(word, tag="n")
    return jieba.posseg.cut


@lru_cache(maxsize=200_000)
def tagged(text: str) -> tuple[tuple[str, str], ...]:
    """The text's words, each with its part of speech as jieba names it."""
    return tuple((pair.word, pair.flag) for pair in _tagger()(text))


def clauses(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
    """Spans between commas, semicolons, colons and full stops, but for those inside brackets or quotes."""
    stop = len(text) if end is None else end
    depth, first = 0, start
    for at in range(start, stop):
        mark = text[at]
        if mark in _OPENING:
            depth += 1
        elif mark in _CLOSING:
            depth = max(0, depth - 1)
        elif mark in "。！？!?\n" or (depth == 0 and _CLAUSE.match(mark) is None):
            depth = 0 if mark in "。\n" else depth
            if first < at:
                yield first, at
            first = at + 1
    if first < stop:
        yield first, stop


def split_items(text: str) -> list[tuple[int, int]]:
    """Spans of what stands between 、 outside of brackets and quotes."""
    items, depth, start = [], 0, 0
    for at, mark in enumerate(text):
        if mark in _OPENING:
            depth += 1
        elif mark in _CLOSING:
            depth = max(0, depth - 1)
        elif mark == "、" and depth == 0:
            items.append((start, at))
            start = at + 1
    return [*items, (start, len(text))]


def bracketed(text: str) -> bool:
    """Whether brackets and quotes in the text are whole."""
    return all(
        text.count(opening) == text.count(closing)
        for opening, closing in zip(_OPENING, _CLOSING, strict=True)
    )


def without_adverbs(text: str) -> tuple[int, str]:
    """How much of 同时, 其中, 全年 and the like stands first, and the text behind it."""
    at = 0
    while found := _ADVERB.match(text[at:]):
        at += found.end()
    return at, text[at:]


def leading_verb(text: str) -> str:
    """The verb that the text begins with, 加快建设 as one; empty where it begins with none.

    A list tells: what stands behind a verb that reports begin a clause with is its object.
    """
    best = max((verb for verb in words("actions") if text.startswith(verb)), key=len, default="")
    if not best:
        return ""
    more = next(
        (verb for verb in words("actions") if text.startswith(verb, len(best)) and len(verb) == 2),
        "",
    )
    # 推进建设 is two verbs, 建设培育基地 hardly ever stands at the head of a clause.
    return best + more if more and len(text) > len(best + more) + 1 else best


def is_name(text: str, longest: int = 18) -> bool:
    """Whether the text can be the name of something that is measured, built or done: no verb leads it."""
    if not 2 <= len(text) <= longest or not bracketed(text) or text[0] in "的等和与及、":
        return False
    verb = leading_verb(text)
    if (
        _FUNCTION.search(text)
        or (verb and not _NOUNS.match(text))
        or re.search(r"\d{2,}|[。；，]", text)
    ):
        return False
    tags = [flag for _, flag in tagged(text)]
    first, last = tags[0], tags[-1]
    if first[0] == "v" and first != "vn":
        return False
    return first.startswith(_NOMINAL) and (
        last.startswith(("n", "vn", "l", "j", "eng", "v", "b", "i", "x", "g", "z"))
    )


def head_noun(name: str) -> str:
    """The noun that a name ends in: 体系 of 高质量教育体系; empty where it cannot be told."""
    word, flag = tagged(name)[-1]
    is_noun = flag in ("n", "vn", "nz", "nt", "ns", "l") and 2 <= len(word) <= 4
    return word if is_noun and re.fullmatch("[一-龥]+", word) and word != name else ""
