"""Scores of several kinds -> one score. Pure functions over {id: score}."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import TypeVar

__all__ = ["ranked", "weighted_sum"]

Id = TypeVar("Id", bound=Hashable)


def weighted_sum(parts: Iterable[tuple[float, Mapping[Id, float]]]) -> dict[Id, float]:
    """The sum of weight × score for every id that occurs; a part that lacks an id gives it 0."""
    total: dict[Id, float] = {}
    for weight, scores in parts:
        for key, score in scores.items():
            total[key] = total.get(key, 0.0) + weight * score
    return total


def ranked(scores: Mapping[int, float], k: int) -> list[tuple[int, float]]:
    """The `k` best (id, score), best first, ties by id."""
    return sorted(scores.items(), key=lambda item: (-item[1], item[0]))[:k]
