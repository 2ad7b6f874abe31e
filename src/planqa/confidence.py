"""(query, hits, quote) -> how sure it is that the quote answers: a logistic curve over a few plain signs."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from planqa.places import names_elsewhere
from planqa.query import Query
from planqa.search import Hit

__all__ = ["READ", "STRICTNESS", "UNREAD", "Curve", "Signs", "confidence", "signs"]

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for and against an answer; flags are 0 or 1."""

    nearness: float
    """Of the best sentence to the question, a cosine, about .8 to 1."""
    margin: float
    """By how much the best hit leads the second."""
    is_foreign: float
    """The question is in another language than the reports."""
    lacks_figure: float
    """A figure is asked for and the quote has none."""
    lacks_year: float
    """The question says a year that no indexed report plans or reviews, and the quote does not."""
    names_elsewhere: float
    """The question names a province that neither the reports nor the quote are about."""
    odds: float = 0.0
    """What a reader gives the best passage, within ±MOST_ODDS."""


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
READ = Curve(
    Signs(
        nearness=11.805,
        margin=44.578,
        is_foreign=0.453,
        lacks_figure=-0.593,
        lacks_year=-1.914,
        names_elsewhere=-2.285,
        odds=0.15,
    ),
    bias=-11.553,
)
UNREAD = Curve(
    Signs(
        nearness=11.805,
        margin=44.578,
        is_foreign=0.453,
        lacks_figure=-0.593,
        lacks_year=-1.914,
        names_elsewhere=-2.285,
    ),
    bias=-11.553,
)
"""With a reader, and without one."""
STRICTNESS = 0.25
"""The confidence below which planqa refuses: that of one in twenty of the answerable development questions."""
MOST_ODDS = 16.0


def confidence(query: Query, hits: Sequence[Hit], quote: str) -> float:
    """How sure it is that `quote`, which is from the best of `hits`, answers `query`: 0..1, calibrated."""
    return (READ if hits[0].reading else UNREAD).at(signs(query, hits, quote))


def signs(query: Query, hits: Sequence[Hit], quote: str) -> Signs:
    """The signs for answering `query` by `quote`, which is from the best of `hits`."""
    best = hits[0]
    around = " ".join([*best.passage.section_path, quote])
    years = _YEAR.findall(query.content)
    odds = best.reading.odds if best.reading else 0.0
    return Signs(
        nearness=max(best.sentence_scores),
        margin=best.score - hits[1].score if len(hits) > 1 else 0.0,
        is_foreign=float(not query.is_chinese),
        lacks_figure=float(query.kind == "figure" and not re.search(r"\d", quote)),
        lacks_year=float(bool(years) and not any(year in around for year in years)),
        names_elsewhere=float(names_elsewhere(query.content, around)),
        odds=max(-MOST_ODDS, min(MOST_ODDS, odds)),
    )
