"""(question, hits) -> the hits in a better order, by what a reader or a cross-encoder makes of each."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from planqa.catalogue import Catalogue
from planqa.hub import CrossEncoderReranker
from planqa.reading import Reader, head_line
from planqa.search import Hit

__all__ = ["READ", "SHOWN", "Reranker", "load_reranker", "read", "reranked"]

SHOWN = 20
"""How many hits a reranker is shown."""
WEIGHT = 0.1
"""What a reranker's score, 0..1, counts beside the hit's own, in units of cosine."""
READ = 6
"""How many hits a reader is shown."""
READING = 0.1
"""What a reader's certainty, -1..1, counts."""
CALM = 12.0
"""Odds that a reader is fairly certain at."""


class Reranker(Protocol):
    """Says how well each text answers a question; threads may share it."""

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """Shape (len(texts),), 0..1."""
        ...


def load_reranker(name: str | None) -> Reranker | None:
    """The cross-encoder of that hub name or folder; None for none. Raises ModelError."""
    return CrossEncoderReranker(name) if name else None


def read(
    reader: Reader,
    question: str,
    hits: Sequence[Hit],
    catalogue: Catalogue,
) -> list[Hit]:
    """The first READ hits with their readings, in the order of both scores added; then those not read, which
    count as if nothing in them answered.

    `catalogue` holds the reports that they are from.
    """
    shown, others = hits[:READ], hits[READ:]
    passages = [hit.passage for hit in shown]
    entries = [catalogue[catalogue.position(each.report_id)] for each in passages]
    readings = reader.read(
        question,
        [
            (head_line(entry.place, entry.year, each.section_path), each.text)
            for entry, each in zip(entries, passages, strict=True)
        ],
    )
    better = [
        replace(hit, score=hit.score + READING * math.tanh(reading.odds / CALM), reading=reading)
        for hit, reading in zip(shown, readings, strict=True)
    ]
    return _ranked([*better, *(replace(hit, score=hit.score - READING) for hit in others)])


def _ranked(hits: Sequence[Hit]) -> list[Hit]:
    """The hits by their scores, ties as they came, ranked anew."""
    order = sorted(hits, key=lambda hit: -hit.score)
    return [replace(hit, rank=rank) for rank, hit in enumerate(order, 1)]


def reranked(reranker: Reranker, question: str, hits: Sequence[Hit]) -> list[Hit]:
    """The hits in the order of their own score and the reranker's, added; ties as they came."""
    texts = ["\n".join([*hit.passage.section_path, hit.passage.text]) for hit in hits]
    gains = WEIGHT * reranker.scores(question, texts)
    better = [
        replace(hit, score=hit.score + float(gain)) for hit, gain in zip(hits, gains, strict=True)
    ]
    return _ranked(better)
