"""How people put a question: place and year in many forms, everyday words, English, typos, mixed width."""

from __future__ import annotations

import random
import re
from functools import cache
from importlib import resources
from typing import Any

from words import word_table

from planqa.spelling import homophones

__all__ = [
    "asked",
    "colloquial",
    "frame",
    "noisy",
    "package_terms",
    "place_names",
    "year_names",
]

_LEVEL = re.compile("(?:壮族自治区|回族自治区|维吾尔自治区|自治区|新区|省|市|区)$")

_GREETINGS = (
    "请问",
    "想知道",
    "帮我查一下",
    "我想问问",
    "麻烦问下",
    "问一下",
    "查下",
    "说说",
    "告诉我",
)
_ENDINGS = ("？", "？", "？", "？", "?", "", "", "呢？", "啊", "来着？", "呀？")


def place_names(place: str | None) -> list[str]:
    """How a place is named in a question; None is the whole country."""
    if place is None:
        return ["全国", "我国", "国务院", "全国", "中央"]
    short = _LEVEL.sub("", place)
    return [place, short, short, short] if len(short) > 1 else [place]


def year_names(year: int, given: int | None) -> list[str]:
    """How a year is named in a question asked in the year `given`, the report's own."""
    near = (
        {0: ["今年", "今年"], -1: ["去年", "去年", "上年"]}.get(year - given, []) if given else []
    )
    return [f"{year}年", f"{year}年", f"{year}年", f"{year % 100:02d}年", *near]


def frame(core: str, place: str, year: str, chance: random.Random) -> str:
    """The core of a question with a place and a year, either of which may be empty."""
    if place and year:
        before = chance.choice(
            [
                f"{year}{place}",
                f"{place}{year}",
                f"{place}{year}，",
                f"{year}，{place}",
                f"{year}{place}的",
            ]
        )
    else:
        before = place or year
    if before and chance.random() < 0.06 and "，" not in core:
        return f"{core}，{before}"
    return before + core


def asked(question: str, chance: random.Random) -> str:
    """The question with a mark at its end, now and then with 请问 before it."""
    if chance.random() < 0.08:
        question = chance.choice(_GREETINGS) + chance.choice(["，", ""]) + question
    return question + chance.choice(_ENDINGS if not question.endswith("情况") else ("？", ""))


def colloquial(core: str, chance: random.Random) -> str | None:
    """The core with everyday words for two of its own at most; None where it has none to change."""
    table = _plain_words()
    found = [word for word in table if word in core]
    found = [word for word in found if not any(word != other and word in other for other in found)]
    if not found:
        return None
    chosen = sorted(
        chance.sample(found, min(len(found), chance.choice((1, 2, 2, 3)))), key=len, reverse=True
    )
    for word in chosen:
        core = core.replace(word, chance.choice(table[word]), 1)
    return core


@cache
def _plain_words() -> dict[str, tuple[str, ...]]:
    """Official terms -> everyday ones: the package's table the other way round, and the one above."""
    table: dict[str, tuple[str, ...]] = {}
    for said, terms in package_terms():
        if not said.isascii():
            for term in terms:
                if len(term) >= 4:
                    table[term] = (*table.get(term, ()), said)
    return {**table, **word_table("plain")}


@cache
def package_terms() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The package's own table: what people say, and what reports print for it."""
    text = resources.files("planqa").joinpath("data/terms.tsv").read_text("utf-8")
    pairs = (line.split("\t") for line in text.splitlines() if line and line[0] != "#")
    return tuple((said, tuple(printed.split("|"))) for said, printed in pairs)


# --- what goes wrong on a keyboard ---------------------------------------------------------------


def noisy(question: str, chance: random.Random) -> str:
    """The question in traditional characters, with a homophone typo, or with full-width digits; or as it is."""
    roll = chance.random()
    if roll < 0.08:
        return str(_traditional().convert(question))
    if roll < 0.16:
        return _with_typo(question, chance)
    if roll < 0.22 and re.search("[0-9?]", question):
        wide = {ord(c): ord(c) + 0xFEE0 for c in "0123456789?%"}
        return question.translate(wide)
    if roll < 0.25:
        at = chance.randrange(1, max(2, len(question)))
        return question[:at] + " " + question[at:]
    return question


@cache
def _traditional() -> Any:
    import opencc

    return opencc.OpenCC("s2t")


def _with_typo(question: str, chance: random.Random) -> str:
    """One or two characters replaced by others of the same sound."""
    places = [at for at, c in enumerate(question) if homophones(c)]
    for at in chance.sample(places, min(len(places), chance.choice((1, 1, 2)))):
        question = question[:at] + chance.choice(homophones(question[at])) + question[at + 1 :]
    return question
