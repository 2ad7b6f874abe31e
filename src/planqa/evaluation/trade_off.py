"""Outcomes -> what each strictness would have answered and refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from planqa.evaluation.evaluate import Outcome
from planqa.evaluation.measures import trusted

__all__ = ["LEVELS", "TradeOff", "trade_off"]

LEVELS = tuple(level / 20 for level in range(20))


@dataclass(frozen=True, slots=True)
class TradeOff:
    """What comes of answering only what is at least so sure; shares, nan of none."""

    strictness: float
    answered: float
    """Of the questions that a report answers."""
    right: float
    """Of the answers given."""
    wrongly_answered: float
    """Of the questions that no report answers."""


def trade_off(outcomes: Sequence[Outcome]) -> tuple[TradeOff, ...]:
    """One row for each of LEVELS. What a refusal withheld is judged by its nearest passage."""
    if not outcomes:
        return ()
    right, sure = np.array([trusted(each) for each in outcomes]).T
    answerable = np.array([each.gold.answerable for each in outcomes])

    def share(of: np.ndarray, among: np.ndarray) -> float:
        return float(of[among].mean()) if among.any() else float("nan")

    return tuple(
        TradeOff(
            level,
            share(sure >= level, answerable),
            share(right == 1, sure >= level),
            share(sure >= level, ~answerable),
        )
        for level in LEVELS
    )
