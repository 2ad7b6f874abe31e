"""Reports -> questions that they answer, and questions like them that they do not."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from attributes import BUILT, attribute_pair
from boxes import box_examples
from english import english
from examples import Example
from fact import Fact
from figures import figure_facts
from grammar import is_name, split_items
from lists import list_facts
from names import name_facts
from setting import Setting, setting_of
from twins import (
    Subjects,
    cut,
    of_other_entity,
    of_other_place,
    of_other_year,
    of_words,
    planned_or_done,
)
from wording import colloquial
from words import phrased

from planqa.passage import Passage, split_report
from planqa.report import Report

__all__ = ["Asked", "facts_of", "generate"]

_TIMES = {"list": 6, "title": 4, "figure": 4, "count": 4, "growth": 3, "rank": 3, "time": 3}
"""How many questions a fact of a kind gets; two where nothing stands here."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An answerable example, with what the search for passages that do not answer it needs."""

    example: Example
    passage: Passage
    is_named: bool
    """Whether the question names place and year, so that a passage of another report cannot answer."""


def facts_of(text: str) -> list[Fact]:
    """All that can be asked of a text, one fact a span and kind."""
    found = [*figure_facts(text), *list_facts(text), *name_facts(text)]
    clean = [
        fact
        for fact in found
        if text[fact.start : fact.end].strip() == text[fact.start : fact.end] != ""
    ]
    return list({(fact.start, fact.end, fact.kind, fact.cores): fact for fact in clean}.values())


def generate(reports: Sequence[Report], chance: random.Random) -> tuple[list[Asked], list[Example]]:
    """Answerable examples with their passages, and the others that were made of the reports."""
    settings = [
        (setting_of(report, passage), passage)
        for report in reports
        for passage in split_report(report)
    ]
    told = [(setting, passage, facts_of(setting.text)) for setting, passage in settings]
    subjects = Subjects(
        tuple(
            sorted(
                {
                    fact.subject
                    for *_, facts in told
                    for fact in facts
                    if fact.kind in ("figure", "growth", "count") and fact.subject
                }
            )
        )
    )
    asked: list[Asked] = []
    others: list[Example] = []
    for setting, passage, facts in told:
        for fact in facts:
            asked += _answerable(setting, passage, fact, chance)
            others += _twins(setting, fact, subjects, chance)
        others += of_words(setting, chance)
    others += box_examples(_items(told), len(asked) // 6, chance)
    return asked, others


def _answerable(
    setting: Setting, passage: Passage, fact: Fact, chance: random.Random
) -> Iterator[Asked]:
    cores = chance.sample(fact.cores, min(len(fact.cores), _TIMES.get(fact.kind, 2)))
    for core in cores:
        question, is_named = setting.question(_worded(setting, fact, core, chance), fact, chance)
        if _gives_away(question, setting.text[fact.start : fact.end]):
            continue
        yield Asked(setting.example(question, fact, fact.kind), passage, is_named)
    if chance.random() < 0.5 and (plain := colloquial(chance.choice(fact.cores), chance)):
        question, is_named = setting.question(plain, fact, chance)
        yield Asked(setting.example(question, fact, f"{fact.kind}-colloquial"), passage, is_named)
    year = setting.spoken if setting.is_of_its_year(fact) else None
    if chance.random() < 0.4 and (
        said := english(fact, setting.place, year, setting.is_plan, chance)
    ):
        yield Asked(setting.example(said, fact, f"{fact.kind}-english"), passage, False)


def _gives_away(question: str, answer: str) -> bool:
    return answer in question


def _worded(setting: Setting, fact: Fact, core: str, chance: random.Random) -> str:
    """The core as a question of what is planned, or of what was done."""
    roll = chance.random()
    if setting.is_plan and fact.kind in ("figure", "growth", "count", "list", "name"):
        core = core.replace("了", "") if "了" in core and "了解" not in core else core
        if fact.kind in ("figure", "growth") and roll < 0.45:
            return chance.choice(phrased("target", s=fact.subject))
        return (
            f"{chance.choice(('计划', '要', '预期', '打算', '力争', '将', '准备'))}{core}"
            if roll < 0.7
            and fact.kind in ("count", "list", "name")
            and re.match("[一-龥]{2,4}(?:多少|哪|什么)", core)
            else core
        )
    if setting.is_review and fact.kind == "figure" and roll < 0.15:
        return chance.choice(phrased("outcome", s=fact.subject))
    return core


def _twins(
    setting: Setting, fact: Fact, subjects: Subjects, chance: random.Random
) -> Iterator[Example]:
    core = chance.choice(fact.cores)
    makers: list[tuple[float, Callable[[], Example | None]]] = [
        (0.45, lambda: of_other_year(setting, fact, core, chance)),
        (0.35, lambda: of_other_place(setting, fact, core, chance)),
        (0.6, lambda: of_other_entity(setting, fact, core, subjects, chance)),
        (0.2, lambda: planned_or_done(setting, fact, chance)),
        (0.3, lambda: cut(setting, fact, core, chance)),
    ]
    for share, make in makers:
        if chance.random() < share and (example := make()):
            yield example
    if (
        fact.kind in ("name", "title", "list")
        and chance.random() < 0.5
        and (thing := _thing(setting, fact, chance))
    ):
        yield from attribute_pair(setting, thing, chance)


def _thing(setting: Setting, fact: Fact, chance: random.Random) -> Fact | None:
    """The thing that a fact names; of a list one of its items."""
    if fact.kind != "list":
        return fact
    first, last = chance.choice(split_items(setting.text[fact.start : fact.end]))
    name = setting.text[fact.start + first : fact.start + last]
    return (
        Fact("list", fact.start + first, fact.start + last, name, fact.cores)
        if is_name(name, 24)
        else None
    )


def _items(told: Iterable[tuple[Setting, Passage, list[Fact]]]) -> list[str]:
    """The names in all lists that could be those of projects."""
    found = set()
    for setting, _, facts in told:
        for fact in facts:
            if fact.kind == "list":
                whole = setting.text[fact.start : fact.end]
                found |= {whole[slice(*item)] for item in split_items(whole)}
    return sorted(
        item for item in found if 4 <= len(item) <= 22 and is_name(item, 22) and BUILT.search(item)
    )
