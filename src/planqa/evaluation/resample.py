"""How far a measure can be trusted: resampling of questions, seeded, so that it repeats itself."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

__all__ = ["interval", "paired_p"]

SEED = 0
RESAMPLES = 1000
SIGN_FLIPS = 10_000

Rows = NDArray[np.float64]


def interval(
    rows: Rows, statistic: Callable[[Rows], float], level: float = 0.95
) -> tuple[float, float]:
    """The percentile bootstrap interval of a statistic over `rows`, one row a question.

    Questions that all went alike give an interval without width, however few they are.
    (nan, nan) where there is no row, or no resample for which the statistic exists.
    """
    random = np.random.default_rng(SEED)
    size = len(rows)
    found = [
        value
        for _ in range(RESAMPLES if size else 0)
        if not math.isnan(value := statistic(rows[random.integers(0, size, size)]))
    ]
    if not found:
        return math.nan, math.nan
    low, high = np.quantile(found, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def paired_p(differences: NDArray[np.float64]) -> float:
    """The chance of a mean difference at least as far from 0, were the two systems equal.

    Two-sided randomisation test over the questions: in each trial every question's difference
    changes its sign or not, by a coin. nan without a question.
    """
    if not len(differences):
        return math.nan
    random = np.random.default_rng(SEED)
    observed = abs(differences.sum())
    as_far = sum(
        abs(differences @ random.choice((-1.0, 1.0), len(differences))) >= observed - 1e-9
        for _ in range(SIGN_FLIPS)
    )
    return (int(as_far) + 1) / (SIGN_FLIPS + 1)
