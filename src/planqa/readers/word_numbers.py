"""The numbers that Word prints before paragraphs and keeps only in its numbering definitions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from planqa.readers.package import local_name

__all__ = ["Numbering", "Place", "attribute", "child"]

_PLACEHOLDER = re.compile(r"%([1-9])")
_DIGITS = "〇一二三四五六七八九"
_FORMAL = "零壹贰叁肆伍陆柒捌玖"


@dataclass(frozen=True, slots=True)
class Place:
    """Which list a paragraph stands in, and how deep in it, from 0."""

    list_id: str
    level: int


@dataclass(frozen=True, slots=True)
class _Level:
    """How a level of a list prints its numbers."""

    start: int = 1
    kind: str = "decimal"
    text: str = ""


@dataclass(slots=True)
class _List:
    """A list; several may share one definition, and with it the counters, by level."""

    levels: dict[int, _Level]
    counters: dict[int, int]
    restarts: dict[int, int] = field(default_factory=dict)


class Numbering:
    """Counts the numbered paragraphs of one document, in their order."""

    def __init__(self, root: Element | None) -> None:
        self._lists = dict(_lists(root)) if root is not None else {}

    def number(self, place: Place) -> str:
        """What Word prints before the next paragraph in `place`: （三）, or "" for a bullet."""
        numbered = self._lists.get(place.list_id)
        if numbered is None or place.level not in numbered.levels:
            return ""
        counters, levels = numbered.counters, numbered.levels
        for deeper in [level for level in counters if level > place.level]:
            del counters[deeper]
        for level in range(place.level + 1):
            start = levels[level].start if level in levels else 1
            if level in numbered.restarts:
                counters[level] = numbered.restarts.pop(level) - (level == place.level)
            counters.setdefault(level, start - (level == place.level))
        counters[place.level] += 1
        return _printed(levels, counters, place.level)


def _printed(levels: dict[int, _Level], counters: dict[int, int], level: int) -> str:
    def count(found: re.Match[str]) -> str:
        at = int(found[1]) - 1
        kind = levels[at].kind if at in levels else "decimal"
        return _FORMATS.get(kind, str)(counters.get(at, 1))

    if levels[level].kind in ("bullet", "none"):
        return ""
    return _PLACEHOLDER.sub(count, levels[level].text)


def _lists(root: Element) -> Iterator[tuple[str, _List]]:
    definitions: dict[str, _List] = {}
    for element in root:
        if local_name(element) == "abstractNum":
            levels = {
                int(attribute(level, "ilvl") or 0): _level(level)
                for level in element
                if local_name(level) == "lvl"
            }
            definitions[attribute(element, "abstractNumId")] = _List(levels, {})
    for number in root:
        if local_name(number) != "num":
            continue
        definition = definitions.get(_value(number, "abstractNumId"))
        if definition is not None:
            restarts = {
                int(attribute(override, "ilvl") or 0): int(start)
                for override in number
                if local_name(override) == "lvlOverride"
                and (start := _value(override, "startOverride")).isdecimal()
            }
            yield (
                attribute(number, "numId"),
                _List(definition.levels, definition.counters, restarts),
            )


def _level(element: Element) -> _Level:
    start = _value(element, "start")
    return _Level(
        start=int(start) if start.isdecimal() else 1,
        kind=_value(element, "numFmt") or "decimal",
        text=_value(element, "lvlText"),
    )


def child(element: Element | None, *names: str) -> Element | None:
    """The descendant that the local names lead to, each a child of the one before."""
    for name in names:
        if element is None:
            return None
        element = next((below for below in element if local_name(below) == name), None)
    return element


def attribute(element: Element | None, name: str) -> str:
    """An attribute by its local name; "" without it."""
    if element is None:
        return ""
    return next((str(v) for k, v in element.items() if str(k).rpartition("}")[2] == name), "")


def _value(element: Element, name: str) -> str:
    return attribute(child(element, name), "val")


def _chinese(value: int, digits: str = _DIGITS, ten: str = "十", hundred: str = "百") -> str:
    """23 -> 二十三, 102 -> 一百〇二."""
    if not 0 < value < 1000:
        return str(value)
    hundreds, rest = divmod(value, 100)
    tens, ones = divmod(rest, 10)
    printed = digits[hundreds] + hundred if hundreds else ""
    if tens:
        printed += (digits[tens] if tens > 1 or hundreds else "") + ten
    elif hundreds and ones:
        printed += digits[0]
    return printed + (digits[ones] if ones else "")


def _formal(value: int) -> str:
    return _chinese(value, _FORMAL, "拾", "佰")


def _full_width(value: int) -> str:
    return "".join(chr(ord(c) - ord("0") + ord("０")) for c in str(value))


def _circled(value: int) -> str:
    return chr(ord("①") + value - 1) if 0 < value <= 20 else str(value)


def _letter(value: int) -> str:
    return chr(ord("a") + (value - 1) % 26) * ((value - 1) // 26 + 1)


def _roman(value: int) -> str:
    printed = ""
    for size, sign in (
        (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
        (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
    ):  # fmt: skip
        printed += sign * (value // size)
        value %= size
    return printed


_FORMATS: dict[str, Callable[[int], str]] = {
    "chineseCounting": _chinese,
    "chineseCountingThousand": _chinese,
    "ideographDigital": _chinese,
    "ideographTraditional": lambda value: "甲乙丙丁戊己庚辛壬癸"[(value - 1) % 10],
    "japaneseCounting": _chinese,
    "japaneseDigitalTenThousand": _chinese,
    "taiwaneseCounting": _chinese,
    "taiwaneseCountingThousand": _chinese,
    "chineseLegalSimplified": _formal,
    "ideographLegalTraditional": _formal,
    "decimalFullWidth": _full_width,
    "decimalFullWidth2": _full_width,
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "lowerLetter": _letter,
    "upperLetter": lambda value: _letter(value).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda value: _roman(value).upper(),
}
