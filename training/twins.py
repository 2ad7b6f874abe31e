"""Questions that look like answerable ones and that the text does not answer."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

from examples import Example, without
from fact import Fact
from grammar import clauses, is_name, leading_verb, without_adverbs
from setting import Setting
from wording import asked, frame, noisy, place_names
from words import phrased, words

__all__ = [
    "Subjects",
    "cut",
    "of_other_entity",
    "of_other_place",
    "of_other_year",
    "of_words",
    "planned_or_done",
]


def _put(core: str, place: str, year: str, chance: random.Random) -> str:
    return noisy(asked(frame(core, place, year, chance), chance), chance)


def of_other_year(setting: Setting, fact: Fact, core: str, chance: random.Random) -> Example | None:
    """The question for a year that the section does not speak of."""
    if setting.spoken is None or setting.given is None or not setting.is_of_its_year(fact):
        return None
    other = setting.given - 1 if setting.is_plan else setting.given
    years = [
        other,
        other,
        *range(setting.given - 5, setting.given - 1),
        *range(setting.given + 1, setting.given + 4),
    ]
    years = [
        year
        for year in years
        if str(year) not in setting.text + setting.head.split(" ", 1)[-1] and year != setting.spoken
    ]
    if not years:
        return None
    place = chance.choice(["", "", *place_names(setting.place)])
    return setting.example(
        _put(core, place, f"{chance.choice(years)}年", chance), None, f"{fact.kind}-year"
    )


def of_other_place(
    setting: Setting, fact: Fact, core: str, chance: random.Random
) -> Example | None:
    """The question for a place that neither the report is of nor the text names."""
    place = chance.choice(words("places"))
    if setting.place and any(name in core for name in place_names(setting.place)):
        return None
    names = [
        name for name in place_names(place) if name not in setting.text and name not in setting.head
    ]
    if len(names) < len(place_names(place)) or (setting.place and setting.place[:2] in place):
        return None
    is_dated = setting.spoken and setting.is_of_its_year(fact)
    year = chance.choice(["", f"{setting.spoken}年"]) if is_dated else ""
    core = re.sub("^(?:全[市省区国]|我[市省区国])", "", core)
    return setting.example(
        _put(core, chance.choice(names), year, chance), None, f"{fact.kind}-place"
    )


# --- another thing -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Subjects:
    """All that the reports give figures of, to be asked of texts that do not name them."""

    names: tuple[str, ...]

    def like(self, name: str, text: str, chance: random.Random) -> str | None:
        """Something of the same sort as `name`, of which the text does not speak; None where there is none."""
        ends = [other for other in self.names if other[-2:] == name[-2:] or other[:2] == name[:2]]
        ends = [other for other in ends if _is_other(other, name, text)]
        return chance.choice(ends) if ends else None


def _is_other(other: str, name: str, text: str) -> bool:
    """Whether a name differs from another in more than 全市 or 总, and the text does not say it."""
    plain, given = (
        re.sub("^(?:全[市省区国]|我[市省区国]|全年|地方)|总", "", each) for each in (other, name)
    )
    if plain in given or given in plain or other in text:
        return False
    if any(plain[i : i + 4] in text for i in range(len(plain) - 3)):
        return False  # 民航旅客吞吐量 is told by 机场旅客吞吐量
    own = {plain[i : i + 2] for i in range(len(plain) - 1)} - {
        given[i : i + 2] for i in range(len(given) - 1)
    }
    return any(pair not in text for pair in own)


def of_other_entity(
    setting: Setting, fact: Fact, core: str, subjects: Subjects, chance: random.Random
) -> Example | None:
    """The question with a similar thing in place of its own."""
    if (
        not fact.subject
        or fact.subject not in core
        or not (other := subjects.like(fact.subject, setting.text, chance))
    ):
        return None
    question, _ = setting.question(core.replace(fact.subject, other, 1), fact, chance)
    return setting.example(question, None, f"{fact.kind}-entity")


# --- planned and done --------------------------------------------------------------------------------


def planned_or_done(setting: Setting, fact: Fact, chance: random.Random) -> Example | None:
    """What was aimed at, asked of a text that says what came of it; or the other way round."""
    if (
        fact.kind not in ("figure", "growth")
        or not fact.subject
        or not setting.is_of_its_year(fact)
    ):
        return None
    if setting.is_review and not re.search("目标|计划|预期", setting.sentence(fact.start)):
        cores = phrased("target_of_done", s=fact.subject)
    elif setting.is_plan:
        cores = phrased("outcome_of_planned", s=fact.subject)
    else:
        return None
    place = chance.choice(["", *place_names(setting.place)])
    core = chance.choice(cores)
    return setting.example(
        _put(core, place, f"{setting.spoken}年", chance), None, f"{fact.kind}-plan"
    )


# --- words where a figure is asked for ------------------------------------------------------------------


def of_words(setting: Setting, chance: random.Random) -> list[Example]:
    """Figures asked of clauses that have only words: 加大支持力度, and the question is how much."""
    found = []
    for start, end in clauses(setting.text):
        if re.search(r"[\d０-９一二三四五六七八九十百千万亿]", setting.sentence(start)):
            continue
        _, part = without_adverbs(setting.text[start:end])
        verb = leading_verb(part)
        name = part[len(verb) :]
        if not verb or len(name) < 4 or not is_name(name, 16) or setting.text.count(name) > 1:
            continue
        cores = phrased("words", v=verb, s=name)
        fact = Fact("words", start, end, name, cores)
        question, _ = setting.question(chance.choice(cores), fact, chance)
        found.append(setting.example(question, None, "words-figure"))
    return found


def cut(setting: Setting, fact: Fact, core: str, chance: random.Random) -> Example | None:
    """The question of the text without the sentence that answers."""
    if (rest := without(setting.text, fact.start, fact.end)) is None:
        return None
    question, _ = setting.question(core, fact, chance)
    return Example(question, setting.head, rest, -1, -1, f"{fact.kind}-cut")
