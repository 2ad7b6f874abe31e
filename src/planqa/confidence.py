"""(query, hits, quote, answers) -> how sure it is that the quote answers: a logistic curve over a few plain signs."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from planqa.extract import asked_unit
from planqa.places import names_elsewhere
from planqa.query import Query
from planqa.rerank import READ
from planqa.search import Hit
from planqa.times import Times, passage_years
from planqa.tokens import Weigh, share, weighed

__all__ = ["READ_ANSWER", "STRICTNESS", "UNREAD_ANSWER", "Curve", "Signs", "confidence", "signs"]

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for an answer and what against it."""

    nearness: float
    """The cosine of the nearest sentence of the best passage with the question."""
    is_foreign: float
    """The question is in another language than the reports."""
    lacks_figure: float
    """The question asks for a figure, and the quote has none."""
    lacks_unit: float
    """The question says what is counted (多少套), and the answer counts something else."""
    lacks_year: float
    """The question says a year that no indexed report plans or reviews, and the quote does not."""
    other_year: float
    """The section, or the report where that does not tell, speaks of other years than the question."""
    other_mode: float
    """What was planned is asked of the report that reviews the year, or what came of it of the one that plans it."""
    names_elsewhere: float
    """The question names a province that neither the reports nor the quote are about."""
    passage_covers: float
    hits_cover: float
    """The share of the question's words, by weight, that the passage holds with its headings, and that all hits hold
    that a reader would be shown.
    """
    odds: float = 0.0
    """The best that a reader gives a passage, within ±MOST_ODDS."""


@dataclass(frozen=True, slots=True)
class Curve:
    """A logistic curve over signs."""

    weights: Signs
    bias: float

    def at(self, found: Signs) -> float:
        """The share of right answers among those with such signs, 0..1."""
        parts = zip(astuple(self.weights), astuple(found), strict=True)
        return 1 / (1 + math.exp(-self.bias - sum(a * b for a, b in parts)))


# Fitted on the development questions by benchmarks/calibrate.py.
READ_ANSWER = Curve(
    Signs(
        nearness=8.080,
        is_foreign=-0.073,
        lacks_figure=-1.453,
        lacks_unit=-1.840,
        lacks_year=-2.438,
        other_year=-5.076,
        other_mode=-3.133,
        names_elsewhere=-2.130,
        passage_covers=4.670,
        hits_cover=-4.675,
        odds=0.236,
    ),
    bias=-6.351,
)
UNREAD_ANSWER = Curve(
    Signs(
        nearness=27.721,
        is_foreign=1.310,
        lacks_figure=-4.875,
        lacks_unit=-0.535,
        lacks_year=-5.922,
        other_year=-6.105,
        other_mode=-2.103,
        names_elsewhere=-5.928,
        passage_covers=6.000,
        hits_cover=-3.746,
    ),
    bias=-24.255,
)
"""With a reader, and without one."""
STRICTNESS = 0.4
"""The confidence below which planqa refuses: one in thirty-five of the answerable development questions has less."""
MOST_ODDS = 16.0


def confidence(found: Signs, is_read: bool) -> float:
    """How sure it is that an answer with such signs is right, 0..1, calibrated; `is_read` where a reader was asked."""
    return (READ_ANSWER if is_read else UNREAD_ANSWER).at(found)


def signs(
    query: Query,
    hits: Sequence[Hit],
    year: int | None,
    quote: str,
    answers: Sequence[str],
    weigh: Weigh,
) -> Signs:
    """The signs for answering `query` by `answers` in `quote`.

    It is from the best of `hits`, whose report is of the `year`; `weigh` says how much a token tells (its inverse
    document frequency).
    """
    best = hits[0]
    headings = " ".join(best.passage.section_path)
    around = f"{headings} {quote}"
    years = _YEAR.findall(query.content)
    unit = asked_unit(query.content) if query.kind == "figure" else None
    words = weighed(query.content, weigh)
    shown = hits[:READ]
    texts = [" ".join([*hit.passage.section_path, hit.passage.text]) for hit in shown]
    odds = max((hit.reading.odds for hit in shown if hit.reading), default=0.0)
    return Signs(
        nearness=max(best.sentence_scores),
        is_foreign=float(not query.is_chinese),
        lacks_figure=float(query.kind == "figure" and not re.search(r"\d", quote)),
        lacks_unit=float(unit is not None and not any(unit in answer for answer in answers)),
        lacks_year=float(bool(years) and not any(each in around for each in years)),
        other_year=float(_is_of_another_year(query.times, best.passage.section_path, year)),
        other_mode=float(_is_of_another_mode(query.times, year)),
        names_elsewhere=float(names_elsewhere(query.content, around)),
        passage_covers=share(words, texts[0]),
        hits_cover=share(words, " ".join(texts)),
        odds=max(-MOST_ODDS, min(MOST_ODDS, odds)),
    )


def _is_of_another_year(times: Times, section_path: tuple[str, ...], given: int | None) -> bool:
    if not times.years or given is None:
        return False
    return times.years.isdisjoint(passage_years(section_path, given) or {given, given - 1})


def _is_of_another_mode(times: Times, given: int | None) -> bool:
    if not times.years or not times.mode or given is None:
        return False
    return (given if times.mode == "plan" else given - 1) not in times.years
