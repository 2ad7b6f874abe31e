"""(Index, query, filters) -> ranked hits.

A passage scores by the sentence in it that is nearest to the question, alone and under its headings; by the
share of the question's words that it holds, rare words counting more; by whether there is a figure where one
is asked for; and by whether it speaks of the year and the place that the question names. The parts are added as they are, on fixed scales, so that a passage's
score depends on the question and on itself alone.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from planqa.errors import PlanqaError
from planqa.fusion import ranked, weighted_sum
from planqa.passage import Passage
from planqa.query import Query, passage_years, understand

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
    """One a sentence of the passage: its cosine with the question, alone and under headings, in the mean."""


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
    year: float = 0.0125
    place: float = 0.05


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
            (1.0, {number: _nearest(rows) for number, rows in sentences.items()}),
            (weights.lexical, {number: float(coverage[number]) for number in candidates}),
            (weights.year, _year_scores(index, query, passages)),
            (weights.place, _place_scores(index, query, passages)),
        ]
    )
    return [
        Hit(rank, score, passages[number], tuple(sentences[number].mean(axis=0).tolist()))
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
    """How near a passage's sentences are to the query, shape (2, sentences): alone, under headings.

    `figure` is added where a sentence holds a figure.
    """
    scores: NDArray[np.float32] = (rows @ vector).reshape(2, -1)
    if figure:
        holds = [
            _FIGURE.search(passage.text, start - passage.start, end - passage.start) is not None
            for start, end in passage.sentences
        ]
        scores = scores + np.array(holds, np.float32) * np.float32(figure)
    return scores


def _nearest(scores: NDArray[np.float32]) -> float:
    return float(scores.max(axis=1).mean())


def _year_scores(index: Index, query: Query, passages: dict[int, Passage]) -> dict[int, float]:
    """1 where a passage speaks of a year that the question names, -1 where of others, 0 where unknown."""
    if not query.years:
        return {}
    years = {entry.report_id: entry.year for entry in index.catalogue}
    spoken = {
        number: passage_years(passage.section_path, years[passage.report_id])
        for number, passage in passages.items()
    }
    return {n: 1.0 if query.years & found else -1.0 for n, found in spoken.items() if found}


def _place_scores(index: Index, query: Query, passages: dict[int, Passage]) -> dict[int, float]:
    """1 where a passage's report is of a place that the question names, -1 where of another."""
    if not query.places:
        return {}
    places = {entry.report_id: entry.place for entry in index.catalogue}
    return {
        number: 1.0 if places[passage.report_id] in query.places else -1.0
        for number, passage in passages.items()
    }
