"""Outcomes -> measures, each with its interval and the number of questions that it rests on.

In every measure but the calibration error higher is better, and a failure scores the worst there
is.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from planqa.evaluation import metrics
from planqa.evaluation.evaluate import Outcome
from planqa.evaluation.resample import interval

__all__ = ["MEASURES", "Estimate", "Measure", "short_answer_f1", "trusted"]

Row = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A measure of some questions, with its 95% interval; nan where no question counts."""

    name: str
    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Measure:
    """A statistic over what is taken of each question that counts."""

    name: str
    row: Callable[[Outcome], Row | None]
    """What is taken of a question; None where the measure does not apply to it."""
    statistic: Callable[[NDArray[np.float64]], float]

    def of(self, outcomes: Sequence[Outcome]) -> Estimate:
        """The measure of these questions."""
        taken = [row for each in outcomes if (row := self.row(each)) is not None]
        if not taken:
            return Estimate(self.name, math.nan, math.nan, math.nan, 0)
        rows = np.array(taken, np.float64)
        low, high = interval(rows, self.statistic)
        return Estimate(self.name, self.statistic(rows), low, high, len(rows))


def short_answer_f1(outcome: Outcome) -> float:
    """Character F1 of the short answer, 0 where there is none."""
    answers, gold = outcome.answer.answers if outcome.answer else (), outcome.gold
    if not answers:
        return 0.0
    if gold.kind == "list":
        return metrics.list_f1(answers, gold.answers)
    return metrics.character_f1(answers[0], gold.answers)


def _exact_match(outcome: Outcome) -> float:
    answers, gold = outcome.answer.answers if outcome.answer else (), outcome.gold
    if not answers:
        return 0.0
    if gold.kind == "list":
        return float(metrics.list_f1(answers, gold.answers) == 1.0)
    return metrics.exact_match(answers[0], gold.answers)


def _mean(rows: NDArray[np.float64]) -> float:
    return float(rows.mean())


def _if_answerable(value: Callable[[Outcome], float]) -> Callable[[Outcome], Row | None]:
    return lambda outcome: (value(outcome),) if outcome.gold.answerable else None


def _if_short(value: Callable[[Outcome], float]) -> Callable[[Outcome], Row | None]:
    return lambda outcome: (value(outcome),) if outcome.gold.answers else None


def _path(outcome: Outcome) -> Row | None:
    return None if outcome.right_path is None else (float(outcome.right_path),)


def _refused(outcome: Outcome) -> Row | None:
    return None if outcome.gold.answerable else (float(outcome.right_citation),)


def _answered(outcome: Outcome) -> float:
    return float(outcome.answer is not None and outcome.answer.answered)


def _told_apart(outcome: Outcome) -> Row:
    """(whether a report answers, confidence)."""
    worst = 0.0 if outcome.gold.answerable else 1.0
    return float(outcome.gold.answerable), outcome.answer.confidence if outcome.answer else worst


def _area_under_roc(rows: NDArray[np.float64]) -> float:
    answerable = rows[:, 0] == 1
    return metrics.area_under_roc(rows[answerable, 1], rows[~answerable, 1])


def trusted(outcome: Outcome) -> Row:
    """(whether it is right, confidence); what a refusal withheld is judged by its nearest passage."""
    answer = outcome.answer
    if answer is None:
        return 0.0, 1.0
    right = outcome.right_citation if answer.answered else any(outcome.relevant[:1])
    return float(outcome.gold.answerable and right), answer.confidence


def _calibration_error(rows: NDArray[np.float64]) -> float:
    return metrics.expected_calibration_error(rows[:, 1], rows[:, 0])


def _hit_at(k: int, outcome: Outcome) -> float:
    return metrics.hit_at(outcome.relevant, k)


MEASURES = (
    *(Measure(f"hit@{k}", _if_answerable(partial(_hit_at, k)), _mean) for k in (1, 3, 5)),
    Measure("MRR@10", _if_answerable(lambda o: metrics.reciprocal_rank(o.relevant)), _mean),
    Measure("nDCG@10", _if_answerable(lambda o: metrics.ndcg(o.relevant, o.total)), _mean),
    Measure("citation", _if_answerable(lambda o: float(o.right_citation)), _mean),
    Measure("section path", _path, _mean),
    Measure("exact match", _if_short(_exact_match), _mean),
    Measure("F1", _if_short(short_answer_f1), _mean),
    Measure("answered", _if_answerable(_answered), _mean),
    Measure("refused", _refused, _mean),
    Measure("AUROC", _told_apart, _area_under_roc),
    Measure("calibration error", trusted, _calibration_error),
)
"""Ranking (hit, MRR, nDCG); the first citation; section path of the first right citation; the short
answer; share answered of what a report answers, refused of what none does; how well the confidence
tells these apart, and how far it is from the share of right answers.
"""
