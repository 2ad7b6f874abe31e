"""Facts -> questions in plain English, by a table of the reports' own terms."""

from __future__ import annotations

import random
import re
from functools import cache

from fact import Fact
from wording import package_terms
from words import word_table

__all__ = ["english"]

_PLACES = {"西藏": "Tibet", "陕西": "Shaanxi", "内蒙古": "Inner Mongolia"}


def english(
    fact: Fact, place: str | None, year: int | None, is_plan: bool, chance: random.Random
) -> str | None:
    """A question in English for the fact; None where too little of it can be said."""
    where = chance.choice(["", f" in {_romanised(place)}"])
    when = chance.choice(["", f" in {year}"]) if year else ""
    be = "will be" if is_plan else "were"
    ways = word_table("english_questions").get(fact.kind)
    if ways and (said := _said(fact.subject)):
        is_fall = re.search("[降减]", fact.cores[0]) is not None
        return chance.choice(ways).format(
            s=said,
            w=where + when,
            did="will" if is_plan else "did",
            verb="fall" if is_fall else "grow",
            rate="decline" if is_fall else "growth",
            **{"is": "is" if is_plan else "was"},
        )
    found = re.match(
        r"(?P<verb>[一-龥]{2,4}?)了?(?P<what>多少.|哪些|什么|哪个)(?P<thing>[一-龥]{2,})$",
        fact.cores[0],
    )
    if (
        not found
        or found["verb"] not in word_table("english_verbs")
        or not (said := _said(found["thing"]))
    ):
        return None
    asked = {"多少": "How many", "哪些": "Which", "什么": "What", "哪个": "Which"}[
        found["what"][:2]
    ]
    return f"{asked} {said} {be} {word_table('english_verbs')[found['verb']][0]}{where}{when}?"


def _said(name: str) -> str | None:
    """The name in English; None where less than four fifths of it can be said."""
    pattern, table = _table()
    said = [table[match[0]] for match in pattern.finditer(name)]
    known = sum(len(match[0]) for match in pattern.finditer(name))
    return (
        " ".join(said)
        if said and known >= 0.8 * len(name.removeprefix("全市").removeprefix("全省"))
        else None
    )


@cache
def _table() -> tuple[re.Pattern[str], dict[str, str]]:
    table = {
        terms[0]: word for word, terms in package_terms() if word.isascii() and len(terms[0]) > 1
    }
    table.update((term, said) for term, (said,) in word_table("english").items())
    longest = sorted(table, key=lambda term: (-len(term), term))
    return re.compile("|".join(map(re.escape, longest))), table


@cache
def _romanised(place: str | None) -> str:
    if place is None:
        return "China"
    from pypinyin import lazy_pinyin

    short = re.sub("(?:自治区|省|市|区)$", "", place)
    return _PLACES.get(short) or "".join(lazy_pinyin(short, v_to_u=False)).capitalize()
