"""Where a passage stands and when it speaks of: what a question about it may name."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

from examples import Example, head_line, sentences
from fact import Fact
from wording import asked, frame, noisy, place_names, year_names

from planqa.passage import Passage
from planqa.report import Report
from planqa.times import passage_years

__all__ = ["Setting", "setting_of"]

_OTHER_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d\s*年|[一-龥“]五”|[三五十]年|时期")


@dataclass(frozen=True, slots=True)
class Setting:
    """A text that questions are asked of."""

    text: str
    head: str
    place: str | None
    given: int | None
    """The report's year."""
    spoken: int | None
    """The one year that the section speaks of; None where that is not known."""

    @property
    def is_plan(self) -> bool:
        """Whether the section says what is to be done."""
        return self.spoken is not None and self.spoken == self.given

    @property
    def is_review(self) -> bool:
        """Whether the section says what was done."""
        return self.spoken is not None and self.given is not None and self.spoken < self.given

    def sentence(self, start: int) -> str:
        """The sentence that holds a place of the text."""
        return next(
            self.text[slice(*span)] for span in sentences(self.text) if span[0] <= start < span[1]
        )

    def is_of_its_year(self, fact: Fact) -> bool:
        """Whether what the fact says is of the year that the section speaks of, and of no other."""
        return self.spoken is not None and not _OTHER_YEAR.search(self.sentence(fact.start))

    def question(self, core: str, fact: Fact, chance: random.Random) -> tuple[str, bool]:
        """The core as somebody may ask it, and whether the question names both place and year."""
        place, year = "", ""
        roll = chance.random()
        if roll < 0.68:
            place = chance.choice(place_names(self.place))
        if 0.3 < roll < 0.84 and self.spoken and self.is_of_its_year(fact):
            year = chance.choice(year_names(self.spoken, self.given))
        if self.given and chance.random() < 0.06:
            name = chance.choice(place_names(self.place)[:2])
            report = chance.choice(
                ["{1}年{0}政府工作报告里", "{0}{1}年政府工作报告提到的", "{0}{1}年报告中，"]
            )
            return noisy(asked(report.format(name, self.given) + core, chance), chance), True
        named = bool(place) and bool(re.match(r"\d", year))
        return noisy(asked(frame(core, place, year, chance), chance), chance), named

    def example(self, question: str, fact: Fact | None, source: str) -> Example:
        """The question of this text, answered by the fact; by nothing where that is None."""
        start, end = (fact.start, fact.end) if fact else (-1, -1)
        return Example(question, self.head, self.text, start, end, source)


def setting_of(report: Report, passage: Passage) -> Setting:
    """The setting of a report's passage."""
    years = passage_years(passage.section_path, report.year)
    return Setting(
        text=passage.text,
        head=head_line(report.place, report.year, passage.section_path),
        place=report.place,
        given=report.year,
        spoken=next(iter(years)) if len(years) == 1 else None,
    )
