"""The places that a question names, among those that the indexed reports are of."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache
from importlib import resources

__all__ = ["Place", "names_elsewhere", "take_places"]

Place = str | None
"""None is the whole country: the place of a report that names none, as the State Council's do not."""

_COUNTRY = re.compile(
    r"国务院|全国|我国|全中国|中国政府|\bChina's|\bChina\b|\bnationwide\b|\bState Council\b"
)
# What a place's name may be part of: 重庆大学 is no mention of 重庆.
_PART_OF_A_NAME = "大学|师范|学院|医院|银行|海关|机场|火车|高铁|港|站|路|桥|公司|集团|日报|人民"
_LEVEL = (
    "特别行政区|壮族自治区|回族自治区|维吾尔自治区|自治区|自治州|自治县|新区|省|市|区|县|州|盟|旗"
)
_PART = re.compile(rf".+?(?:{_LEVEL})")
_SUFFIX = re.compile(rf"(?:{_LEVEL})$")
_ABBREVIATIONS = {
    "北京": "京", "天津": "津", "河北": "冀", "山西": "晋", "内蒙古": "蒙", "辽宁": "辽", "吉林": "吉",
    "黑龙江": "黑", "上海": "沪", "江苏": "苏", "浙江": "浙", "安徽": "皖", "福建": "闽", "江西": "赣",
    "山东": "鲁", "河南": "豫", "湖北": "鄂", "湖南": "湘", "广东": "粤", "广西": "桂", "海南": "琼",
    "重庆": "渝", "四川": "川", "贵州": "黔", "云南": "滇", "西藏": "藏", "陕西": "陕", "甘肃": "甘",
    "青海": "青", "宁夏": "宁", "新疆": "新", "香港": "港", "澳门": "澳", "台湾": "台",
}  # fmt: skip


def take_places(text: str, places: Collection[Place]) -> tuple[str, frozenset[Place]]:
    """The text without the names of places, and which of `places` they are."""
    named: set[Place] = set()
    latin = re.search("[A-Za-z]{4}", text) is not None
    # Much sooner said of a place than whether its names stand in the text is that nothing of them does.
    letters = text.casefold() + re.sub(r"[\s'-]", "", text.casefold()) if latin else text
    likely = (
        place
        for place in set(places)
        if place and any(core in letters for core in _cores(place, latin))
    )
    for place in sorted(likely, key=lambda name: (-len(name), name)):
        shorter, count = _names(place, latin).subn("", text)
        if count:
            named.add(place)
            text = shorter
    if None in places and _COUNTRY.search(text):
        named.add(None)
        text = _COUNTRY.sub("", text)
    return text, frozenset(named)


@cache
def _cores(place: str, latin: bool) -> tuple[str, ...]:
    """One of these stands in every name of the place; lower case, and Latin letters without spaces."""
    short = _short(place)
    cores = [short, *_aliases(short), *filter(None, [_ABBREVIATIONS.get(short)])]
    if latin:
        cores.append("".join(_syllables(short)))
    return tuple(core.casefold() for core in cores)


def _short(place: str) -> str:
    """The last part of a place's name without its 省, 市 or 区, where two characters are left of it."""
    last = (_PART.findall(place) or [place])[-1]
    short = _SUFFIX.sub("", last)
    return short if len(short) > 1 else last  # 东区 is no 东


@cache
def _names(place: str, latin: bool) -> re.Pattern[str]:
    """A place by its full name or its last part, with or without 省, 市, 区, or by another name.

    Of 重庆市沙坪坝区: itself, 沙坪坝区, 沙坪坝, and with `latin` Shapingba.
    """
    *outer, last = _PART.findall(place) or [place]
    short = _short(place)
    before = "".join(f"(?:{_with_level(part)})?" for part in outer)
    names = [
        f"{before}{_with_level(last) if short != last else re.escape(last)}(?!{_PART_OF_A_NAME})"
    ]
    if not outer:
        names += [rf"(?i:\b{re.escape(alias)}\b|{re.escape(alias)})" for alias in _aliases(short)]
        if letter := _ABBREVIATIONS.get(short):
            names.append(f"{letter}[内省]|(?<=[全在来留]){letter}(?![一-龥]?[路站])")
    if latin:
        names.append(
            rf"\b(?i:{_romanised(short)})(?:\s+(?:District|City|Province|County|Municipality))?(?:'s)?\b"
        )
    return re.compile("|".join(names))


def _with_level(part: str) -> str:
    """The part with its 省, 市 or 区, or with none, or with another of them."""
    short = _SUFFIX.sub("", part)
    return f"{re.escape(short)}(?:{_LEVEL})?"


def _romanised(name: str) -> str:
    return r"[\s'-]?".join(re.escape(syllable) for syllable in _syllables(name))


def _syllables(name: str) -> list[str]:
    from pypinyin import lazy_pinyin

    return lazy_pinyin(name, v_to_u=False)


@cache
def _alias_table() -> dict[str, tuple[str, ...]]:
    text = resources.files("planqa").joinpath("data/aliases.tsv").read_text("utf-8")
    table: dict[str, tuple[str, ...]] = {}
    for line in text.splitlines():
        if line and line[0] != "#":
            alias, name = line.split("\t")
            table[name] = (*table.get(name, ()), alias)
    return table


def _aliases(name: str) -> tuple[str, ...]:
    return _alias_table().get(name, ())


def names_elsewhere(text: str, around: str) -> bool:
    """Whether a text still names a province, once the places of the index are taken out of it.

    Not one that `around`, the answer in its place, names as well.
    """
    return any(name in text and name not in around for name in _ABBREVIATIONS)
