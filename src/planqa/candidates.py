"""What search asks of an index, wherever that lies: passages worth scoring, and how they score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from planqa.catalogue import Catalogue
from planqa.encode import Encoder
from planqa.passage import Passage
from planqa.report import Report

__all__ = ["LEXICAL_BEST", "NEAREST_ROWS", "Candidates", "Searchable"]

Integers = NDArray[np.int64]
Floats = NDArray[np.float32]

NEAREST_ROWS = 1024
LEXICAL_BEST = 256
"""How many candidates each leg of the search brings at least, where there are as many; their union is scored."""


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Passages worth scoring, by ascending number; every array has the shape (candidates,)."""

    numbers: Integers
    """Passages are numbered in reading order, those of one report after those of another."""
    nearness: Floats
    """The cosine of a passage's nearest sentence with the query."""
    coverage: Floats
    """BM25 as a share of what the query's words weigh (`LexicalIndex.coverage`), of several texts the best."""
    reports: Integers
    """The position of its report in the catalogue."""


class Searchable(Protocol):
    """An opened index."""

    @property
    def catalogue(self) -> Catalogue:
        """What is known of each report."""
        ...

    @property
    def encoder(self) -> Encoder:
        """What turns a query into a vector. Raises ModelError, IndexStale."""
        ...

    def candidates(
        self, vector: Floats, texts: Sequence[str], reports: Sequence[int] | None
    ) -> Candidates:
        """The passages nearest to `vector` and those that hold most of the words of one of `texts`.

        `reports` are the positions of those that it is confined to, None for all.
        """
        ...

    def fetch(self, numbers: Integers, vector: Floats) -> list[tuple[Passage, Floats]]:
        """Each of these passages with the cosines of its sentences, shape (sentences,)."""
        ...

    def report_by_id(self, report_id: str) -> Report:
        """Raises KeyError for an id that is not in the index."""
        ...

    def weight(self, word: str) -> float:
        """Inverse document frequency of a word, the highest for one that never occurs."""
        ...
