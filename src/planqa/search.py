"""(Index, query, filters) -> ranked hits."""

from __future__ import annotations

from dataclasses import dataclass

from planqa.passage import Passage

__all__ = ["Hit"]


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage with its score (higher is better) and its rank (from 1)."""

    rank: int
    score: float
    passage: Passage
    sentence_scores: tuple[float, ...] = ()
    """One a sentence of the passage, higher is better; what the quote is chosen by."""
