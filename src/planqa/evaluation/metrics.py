"""Measures of a ranking, of a short answer, of a confidence. Pure functions."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "area_under_roc",
    "character_f1",
    "exact_match",
    "expected_calibration_error",
    "hit_at",
    "list_f1",
    "ndcg",
    "reciprocal_rank",
]

Floats = Sequence[float] | NDArray[np.float64]


def hit_at(relevant: Sequence[bool], k: int) -> float:
    """1 when one of the first `k` is relevant, else 0."""
    return float(any(relevant[:k]))


def reciprocal_rank(relevant: Sequence[bool], k: int = 10) -> float:
    """1 / rank of the first relevant one among the first `k`, 0 without one."""
    return next((1 / rank for rank, found in enumerate(relevant[:k], 1) if found), 0.0)


def ndcg(relevant: Sequence[bool], total: int, k: int = 10) -> float:
    """Normalised discounted cumulative gain of a binary ranking; `total` is how many are relevant
    at all.
    """
    gain = sum(1 / math.log2(rank + 1) for rank, found in enumerate(relevant[:k], 1) if found)
    ideal = sum(1 / math.log2(rank + 1) for rank in range(1, min(total, k) + 1))
    return gain / ideal if ideal else 0.0


def _normalised(text: str) -> str:
    """Without width, case, space and punctuation, but for what is part of a figure."""
    levelled = unicodedata.normalize("NFKC", text).lower()
    return "".join(c for c in levelled if c.isalnum() or c in ".%‰")


def exact_match(answer: str, accepted: Sequence[str]) -> float:
    """1 when the answer is one of the accepted forms, width, case and punctuation aside."""
    return float(_normalised(answer) in {_normalised(form) for form in accepted})


def character_f1(answer: str, accepted: Sequence[str]) -> float:
    """The best F1 of characters in common with a form; 0 for a figure that no form holds."""
    return max((_f1(_normalised(answer), _normalised(form)) for form in accepted), default=0.0)


def list_f1(items: Sequence[str], accepted: Sequence[str]) -> float:
    """Character F1 of a list with another, order aside."""
    return _overlap_f1(
        Counter("".join(map(_normalised, items))), Counter("".join(map(_normalised, accepted)))
    )


def _f1(answer: str, form: str) -> float:
    if _figures(answer) - _figures(form):
        return 0.0
    return _overlap_f1(Counter(answer), Counter(form))


def _figures(text: str) -> set[str]:
    return set(re.findall(r"\d+(?:\.\d+)?", text))


def _overlap_f1(one: Counter[str], other: Counter[str]) -> float:
    common = (one & other).total()
    return 2 * common / (one.total() + other.total()) if common else 0.0


def area_under_roc(positive: Floats, negative: Floats) -> float:
    """The chance that a positive scores above a negative, ties counting half; nan without one of
    either.
    """
    if not len(positive) or not len(negative):
        return math.nan
    ordered = np.sort(np.asarray(negative))
    below = np.searchsorted(ordered, positive, "left") + np.searchsorted(ordered, positive, "right")
    return float(below.mean()) / 2 / len(ordered)


def expected_calibration_error(confidences: Floats, right: Floats, bins: int = 10) -> float:
    """The mean gap between confidence and share of right ones over equal bins, weighted by their
    size.
    """
    if not len(confidences):
        return math.nan
    gaps = np.asarray(confidences, float) - np.asarray(right, float)
    bin_of = np.minimum((np.asarray(confidences, float) * bins).astype(int), bins - 1)
    return float(np.abs(np.bincount(bin_of, gaps)).sum()) / len(gaps)
