"""Outcomes against an earlier run over the same questions, pair by pair."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from planqa.errors import PlanqaError
from planqa.evaluation import metrics
from planqa.evaluation.evaluate import DEPTH, Outcome
from planqa.evaluation.judge import holds_evidence
from planqa.evaluation.resample import interval, paired_p
from planqa.evaluation.runs import Run, RunHit
from planqa.report import Report

__all__ = ["Comparison", "compare"]

Relevant = Sequence[bool]

COMPARED: tuple[tuple[str, Callable[[Relevant], float]], ...] = (
    *((f"hit@{k}", partial(metrics.hit_at, k=k)) for k in (1, 3, 5)),
    ("MRR@10", metrics.reciprocal_rank),
)
"""What a ranking alone gives, however its passages are cut (nDCG depends on how many there are)."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A measure of two runs over the same answerable questions."""

    name: str
    value: float
    other: float
    difference: float
    """value - other"""
    low: float
    high: float
    """The 95% bootstrap interval of the difference."""
    p: float
    """Of a two-sided paired randomisation test."""
    n: int


def compare(
    outcomes: Sequence[Outcome], other: Run, report_by_id: Callable[[str], Report]
) -> list[Comparison]:
    """How the outcomes differ from another run, judged on the same evidence.

    A question that the other run lacks scores 0 there. Raises PlanqaError when it has none of them,
    or hits in reports that are not indexed.
    """
    answerable = [each for each in outcomes if each.gold.answerable]
    if not any(each.gold.question_id in other for each in answerable):
        raise PlanqaError("the run to compare with holds none of these questions: name another one")
    theirs = [_judged(each, other, report_by_id) for each in answerable]
    return [_compared(name, score, answerable, theirs) for name, score in COMPARED]


def _compared(
    name: str,
    score: Callable[[Relevant], float],
    ours: Sequence[Outcome],
    theirs: Sequence[Relevant],
) -> Comparison:
    values = np.array([score(each.relevant) for each in ours])
    others = np.array([score(each) for each in theirs])
    differences = values - others
    low, high = interval(differences, lambda rows: float(rows.mean()))
    return Comparison(
        name=name,
        value=float(values.mean()),
        other=float(others.mean()),
        difference=float(differences.mean()),
        low=low,
        high=high,
        p=paired_p(differences),
        n=len(differences),
    )


def _judged(outcome: Outcome, run: Run, report_by_id: Callable[[str], Report]) -> list[bool]:
    hits = run.get(outcome.gold.question_id, [])[:DEPTH]
    return [holds_evidence(outcome.gold, hit.report_id, _text(hit, report_by_id)) for hit in hits]


def _text(hit: RunHit, report_by_id: Callable[[str], Report]) -> str:
    try:
        return report_by_id(hit.report_id).text[hit.start : hit.end]
    except KeyError as error:
        raise PlanqaError(
            f"the run to compare with ranks {hit.report_id}, which is not indexed: "
            "compare runs over the same corpus"
        ) from error
