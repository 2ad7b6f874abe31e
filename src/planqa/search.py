"""(Index, query, filters) -> ranked hits.

A passage scores by the sentence in it that is nearest to the question; by the share of the question's
words that it holds, rare words counting more; by whether there is a figure where one is asked for; and
by whether it is of the years and the place that the question names. The parts are added as they are, on
fixed scales, so that a passage's score depends on the question and on itself alone.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from planqa.errors import PlanqaError
from planqa.fusion import ranked, weighted_sum
from planqa.passage import Passage
from planqa.query import Query, understand
from planqa.times import Times, passage_years

if TYPE_CHECKING:
    from planqa.index import Index

__all__ = ["Filters", "Hit", "Weights", "search"]

_FIGURE = re.compile("[0-9０-９]")
NEAREST_ROWS = 1024
LEXICAL_BEST = 256
"""How many candidates each leg of the search brings; their union is scored in full."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage with its score (higher is better) and its rank (from 1)."""

    rank: int
    score: float
    passage: Passage
    sentence_scores: tuple[float, ...] = ()
    """One a sentence of the passage: its cosine with the question, and more where it has a figure
    that is asked for.
    """

    def as_dict(self) -> dict[str, Any]:
        """The hit as JSON has it."""
        return {
            "rank": self.rank,
            "score": round(self.score, 6),
            "report_id": self.passage.report_id,
            "section_path": list(self.passage.section_path),
            "start": self.passage.start,
            "end": self.passage.end,
            "text": self.passage.text,
        }


@dataclass(frozen=True, slots=True)
class Filters:
    """What the hits are confined to; None confines nothing."""

    report: str | None = None
    """A report's id."""
    year: int | None = None
    place: str | None = None
    """Part of a place's name is enough."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What each part of a score counts for, in units of cosine."""

    lexical: float = 0.3
    figure: float = 0.02
    """For a sentence with a figure in it, when a figure is asked for."""
    year: float = 0.02
    """For a section that speaks of the year asked for; the other way round for one of another year."""
    report_year: float = 0.05
    """For a report that plans or reviews the year, or is itself the one named."""
    mode: float = 0.0125
    """For a report that plans the year when a plan is asked for, reviews it when an outcome is."""
    place: float = 0.1


def search(
    index: Index,
    question: str,
    *,
    top_k: int = 5,
    filters: Filters | None = None,
    today: datetime.date | None = None,
    weights: Weights | None = None,
) -> list[Hit]:
    """The `top_k` best passages for a question, best first, ties in reading order.

    `filters` are hard; the place and years that the question itself names only weigh in. Raises PlanqaError
    when a filter leaves no report, ModelError, IndexStale.
    """
    weights = weights or Weights()
    catalogue = [(entry.place, entry.year) for entry in index.catalogue]
    query = understand(question, catalogue, today)
    allowed = _allowed(index, filters or Filters())
    # A question in another language is nearer to the reports with their own terms beside it.
    vector = index.encoder.encode_query(query.content if query.is_chinese else query.expanded)
    coverage = np.maximum(
        index.lexical.coverage(query.content), index.lexical.coverage(query.expanded)
    )
    candidates = _candidates(index, vector, coverage, allowed)

    passages = {number: index.passages[number] for number in candidates}
    figure = weights.figure if query.kind == "figure" else 0.0
    sentences = {
        number: _sentence_scores(index.rows[index.rows_of(number)], vector, passage, figure)
        for number, passage in passages.items()
    }
    scores = weighted_sum(
        [
            (1.0, {number: float(near.max()) for number, near in sentences.items()}),
            (weights.lexical, {number: float(coverage[number]) for number in candidates}),
            (1.0, _time_scores(index, query.times, passages, weights)),
            (weights.place, _place_scores(index, query, passages)),
        ]
    )
    return [
        Hit(rank, score, passages[number], tuple(sentences[number].tolist()))
        for rank, (number, score) in enumerate(ranked(scores, top_k), 1)
    ]


def _allowed(index: Index, filters: Filters) -> list[range] | None:
    """The ranges of passages that the filters leave; None when there is no filter."""
    if filters == Filters():
        return None
    left = [
        index.passages_of(entry.report_id)
        for entry in index.catalogue
        if filters.report in (None, entry.report_id)
        and filters.year in (None, entry.year)
        and (filters.place is None or filters.place in (entry.place or ""))
    ]
    if not left:
        raise PlanqaError(
            "no indexed report fits the filter: `planqa reports` lists ids, places and years"
        )
    return left


def _candidates(
    index: Index,
    vector: NDArray[np.float32],
    coverage: NDArray[np.float32],
    allowed: list[range] | None,
) -> list[int]:
    """The numbers of the passages worth scoring, sorted: the best of either leg, or all that a filter leaves."""
    if allowed is not None:
        return [number for passages in allowed for number in passages]
    rows, _ = index.vectors.search(vector, NEAREST_ROWS)
    dense = index.passage_of_rows(rows)
    best = np.argsort(-coverage, kind="stable")[:LEXICAL_BEST]
    return sorted({*dense.tolist(), *best[coverage[best] > 0].tolist()})


def _sentence_scores(
    rows: NDArray[np.float32], vector: NDArray[np.float32], passage: Passage, figure: float
) -> NDArray[np.float32]:
    """How near each sentence of a passage is to the query, shape (sentences,).

    `figure` is added where a sentence holds a figure.
    """
    scores: NDArray[np.float32] = rows @ vector
    if figure:
        holds = [
            _FIGURE.search(passage.text, start - passage.start, end - passage.start) is not None
            for start, end in passage.sentences
        ]
        scores = scores + np.array(holds, np.float32) * np.float32(figure)
    return scores


def _time_scores(
    index: Index, times: Times, passages: dict[int, Passage], weights: Weights
) -> dict[int, float]:
    """How well the years that a passage speaks of fit those that the question names."""
    if not times.years and not times.report_years:
        return {}
    given = {entry.report_id: entry.year for entry in index.catalogue}
    return {
        number: _time_score(times, given[passage.report_id], passage.section_path, weights)
        for number, passage in passages.items()
    }


def _time_score(
    times: Times, given: int | None, section_path: tuple[str, ...], weights: Weights
) -> float:
    """The weights with their signs: 1 for what fits, -1 for what does not, 0 for what is not known."""
    if given is None:
        return 0.0
    score = 0.0
    if times.report_years:
        score += weights.report_year * _sign(given in times.report_years)
    if times.years:
        if not times.report_years:
            score += weights.report_year * _sign(not times.years.isdisjoint({given, given - 1}))
        spoken = passage_years(section_path, given)
        if spoken:
            score += weights.year * _sign(not times.years.isdisjoint(spoken))
        if times.mode:
            wanted = given if times.mode == "plan" else given - 1
            score += weights.mode * _sign(wanted in times.years)
    return score


def _sign(fits: bool) -> float:
    return 1.0 if fits else -1.0


def _place_scores(index: Index, query: Query, passages: dict[int, Passage]) -> dict[int, float]:
    """1 where a passage's report is of a place that the question names, -1 where of another."""
    if not query.places:
        return {}
    places = {entry.report_id: entry.place for entry in index.catalogue}
    return {
        number: _sign(places[passage.report_id] in query.places)
        for number, passage in passages.items()
    }
