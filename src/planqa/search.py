"""(index, query, filters) -> ranked hits.

A passage scores by the sentence in it that is nearest to the question, and a little by all of them; by the share
of the question's words and characters that it holds, rare ones counting more; by whether there is a figure where
one is asked for; and by whether it is of the years and the place that the question names. The parts are added on
fixed scales, so that a passage's score depends on the question and on itself alone; only what is taken off for far
sentences and for characters that are lacking is looked at in the best passages, and taken off whole from the others.
"""

from __future__ import annotations

import datetime
import math
import re
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planqa.candidates import Candidates, Searchable
from planqa.catalogue import Catalogue
from planqa.errors import PlanqaError
from planqa.manifest import ReportEntry
from planqa.passage import Passage, lexical_text
from planqa.query import Query, understand
from planqa.reading import Reading
from planqa.times import Times, passage_years
from planqa.tokens import Weigh, characters, weighed

__all__ = ["Filters", "Hit", "Weights", "search"]

_FIGURE = re.compile("[0-9０-９]")
_TOGETHER = 48
"""Passages that are fetched at once."""
_LOOKED_AT = 6
"""The best passages, which are looked at as wholes."""

Scores = NDArray[np.float32]


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
    reading: Reading | None = None
    """What a reader made of it, if one was shown it."""

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
    mean: float = 0.15
    """What the mean of a passage's sentences counts of its nearness; the nearest sentence counts the rest."""
    characters: float = 0.05
    """Off a passage that has none of the question's characters; each weighs as the words that it stands in."""
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
    index: Searchable,
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
    catalogue = index.catalogue
    query = understand(question, catalogue.places, catalogue.years, today)
    allowed = _allowed(catalogue, filters or Filters())
    # A question in another language is nearer to the reports with their own terms beside it.
    text = query.content if query.is_chinese else query.expanded
    vector = index.encoder.encode_query(text)
    found = index.candidates(vector, list({query.content, query.expanded}), allowed)
    reports, of_which = np.unique(found.reports, return_inverse=True)
    of_reports = np.array(
        [_report_score(query, catalogue[each], weights) for each in reports.tolist()], np.float32
    )
    scores = found.nearness + weights.lexical * found.coverage + of_reports[of_which]
    hits = _ranked(index, query, vector, found, scores, max(top_k, _LOOKED_AT), weights)
    return _looked_at(hits, _character_weights(text, index.weight), weights)[:top_k]


def _allowed(catalogue: Catalogue, filters: Filters) -> list[int] | None:
    """The positions of the reports that the filters leave; None when there is no filter."""
    if filters == Filters():
        return None
    left = [
        position
        for position, entry in enumerate(catalogue)
        if filters.report in (None, entry.report_id)
        and filters.year in (None, entry.year)
        and (filters.place is None or filters.place in (entry.place or ""))
    ]
    if not left:
        raise PlanqaError(
            "no indexed report fits the filter: `planqa reports` lists ids, places and years"
        )
    return left


# --- what a report says for its passages ---------------------------------------------------------


def _report_score(query: Query, entry: ReportEntry, weights: Weights) -> float:
    """How well the place and the year of a report fit those that the question names."""
    score = weights.place * _sign(entry.place in query.places) if query.places else 0.0
    times, given = query.times, entry.year
    if given is None:
        return score
    if times.report_years:
        score += weights.report_year * _sign(given in times.report_years)
    elif times.years:
        score += weights.report_year * _sign(not times.years.isdisjoint({given, given - 1}))
    if times.years and times.mode:
        wanted = given if times.mode == "plan" else given - 1
        score += weights.mode * _sign(wanted in times.years)
    return score


def _sign(fits: bool) -> float:
    return 1.0 if fits else -1.0


# --- what a passage says for itself --------------------------------------------------------------


def _ranked(
    index: Searchable,
    query: Query,
    vector: Scores,
    found: Candidates,
    scores: Scores,
    top_k: int,
    weights: Weights,
) -> list[Hit]:
    """The best of the candidates: the passages are looked at, from the best on, that can still be among them."""
    figure = weights.figure if query.kind == "figure" else 0.0
    year = weights.year if query.times.years else 0.0
    order = np.lexsort((found.numbers, -scores))
    hits: list[tuple[float, int, Passage, tuple[float, ...]]] = []
    for first in range(0, len(order), _TOGETHER):
        best = order[first : first + _TOGETHER]
        # A little more, for the scores are summed in single precision.
        most = float(scores[best[0]]) + figure + year + 1e-5
        if len(hits) == top_k and most < -hits[-1][0]:
            break
        fetched = index.fetch(found.numbers[best], vector)
        for at, (passage, nearness) in zip(best.tolist(), fetched, strict=True):
            sentences = _sentence_scores(passage, nearness, figure)
            score = float(scores[at]) + float(sentences.max()) - float(found.nearness[at])
            if year:
                given = index.catalogue[int(found.reports[at])].year
                score += year * _year_sign(query.times, passage.section_path, given)
            hits.append((-score, int(found.numbers[at]), passage, tuple(sentences.tolist())))
        hits = sorted(hits, key=lambda hit: hit[:2])[:top_k]
    return [
        Hit(rank, -negative, passage, sentences)
        for rank, (negative, _, passage, sentences) in enumerate(hits, 1)
    ]


def _looked_at(hits: Sequence[Hit], asked: dict[str, float], weights: Weights) -> list[Hit]:
    """The first hits again, by all of their sentences and by the characters that they hold, `asked` with their weights;
    then the others, which count as if they held nothing.
    """

    def loss(hit: Hit) -> float:
        lacking = asked.keys() - characters(lexical_text(hit.passage))
        near = hit.sentence_scores
        return weights.mean * (max(near) - statistics.fmean(near)) + weights.characters * math.fsum(
            asked[each] for each in lacking
        )

    first, others = hits[:_LOOKED_AT], hits[_LOOKED_AT:]
    scored = [replace(hit, score=hit.score - loss(hit)) for hit in first]
    scored.sort(key=lambda hit: -hit.score)
    most = weights.mean + weights.characters
    scored += [replace(hit, score=hit.score - most) for hit in others]
    return [replace(hit, rank=rank) for rank, hit in enumerate(scored, 1)]


def _character_weights(text: str, weigh: Weigh) -> dict[str, float]:
    """What each Han character of a text weighs, as the tokens that hold it do on average; together 1."""
    found: dict[str, list[float]] = {}
    for token, weight in weighed(text, weigh).items():
        for each in sorted(characters(token)):
            found.setdefault(each, []).append(weight)
    means = {each: statistics.fmean(weights) for each, weights in found.items()}
    total = sum(means.values())
    return {each: mean / total for each, mean in means.items()}


def _sentence_scores(passage: Passage, nearness: Scores, figure: float) -> Scores:
    """How near each sentence of a passage is to the query, shape (sentences,).

    `figure` is added where a sentence holds a figure.
    """
    if not figure:
        return nearness
    holds = [
        _FIGURE.search(passage.text, start - passage.start, end - passage.start) is not None
        for start, end in passage.sentences
    ]
    return nearness + np.array(holds, np.float32) * np.float32(figure)


def _year_sign(times: Times, section_path: tuple[str, ...], given: int | None) -> float:
    """1 where a section of a report of the year `given` speaks of the years asked for, -1 where of others.

    0 where nothing tells.
    """
    spoken = passage_years(section_path, given) if given else frozenset()
    return _sign(not times.years.isdisjoint(spoken)) if spoken else 0.0
