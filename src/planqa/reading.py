"""What a reader is asked, and what it makes of a passage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

__all__ = ["LONGEST_INPUT", "NEVER", "Reader", "Reading", "best_span", "head_line"]

HEAD = 60
"""Characters of a head line."""
OUTERMOST = 18
"""Characters of the outermost heading in it, which says what was done and what is planned, at most."""
LONGEST_HEADING, SHORTEST_HEADING = 36, 6
"""Characters of another heading, at most, and those that are worth adding."""
LONGEST_INPUT = 384
LONGEST_ANSWER = 120
"""Tokens."""
NEVER = -30.0
"""The odds of a passage that nothing can be read of."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader makes of a passage."""

    start: int
    end: int
    """Where the likeliest answer stands, in characters of the passage's text."""
    odds: float
    """The logarithm of the odds that the passage answers, not calibrated."""


class Reader(Protocol):
    """Reads passages with a question in mind; threads may share it."""

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Reading]:
        """One reading for each (head line, text). Raises ModelError."""
        ...


def head_line(place: str | None, year: int | None, section_path: Sequence[str]) -> str:
    """Where a passage stands, in HEAD characters: 某市2026年 二、重点任务 （一）扩大内需.

    Where that gets too long headings are cut, and those in the middle left out: the outermost tells what was done from
    what is planned, the innermost says what a list is of.
    """
    title = f"{place or ''}{f'{year}年' if year else ''}"
    outer = [section_path[0][:OUTERMOST]] if len(section_path) > 1 else []
    left = HEAD - sum(len(each) + 1 for each in [title, *outer])
    inner: list[str] = []
    for heading in reversed(section_path[len(outer) :]):
        if left < SHORTEST_HEADING:
            break
        inner.insert(0, heading[: min(left, LONGEST_HEADING)])
        left -= len(inner[0]) + 1
    return " ".join(each for each in (title, *outer, *inner) if each)


def best_span(logits: NDArray[np.float32]) -> tuple[int, int, float]:
    """The first and the last token of the likeliest span, and the sum of their logits; of logits (tokens, 2)."""
    sums = logits[:, 0, None] + logits[None, :, 1]
    allowed = np.tri(len(sums), k=LONGEST_ANSWER - 1, dtype=bool) & np.tri(len(sums), dtype=bool).T
    sums = np.where(allowed, sums, -np.inf)
    first, last = divmod(int(sums.argmax()), len(sums))
    return first, last, float(sums[first, last])
