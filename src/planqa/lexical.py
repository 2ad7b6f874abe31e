"""Texts -> BM25 scores. The one place that knows bm25s."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planqa.tokens import tokenize

__all__ = ["LexicalIndex"]


class LexicalIndex:
    """BM25 (Lucene's form, k1 1.5, b 0.75) over documents numbered from 0."""

    def __init__(self, bm25: Any, size: int) -> None:
        self._bm25 = bm25
        self._size = size

    def __len__(self) -> int:
        return self._size

    @classmethod
    def build(cls, texts: Sequence[str]) -> LexicalIndex:
        import bm25s
        from bm25s.tokenization import Tokenized

        # A document must not be empty for bm25s; the empty token is never asked for. Numbered in their
        # own order: bm25s numbers tokens in a set's, which differs from process to process.
        documents = [tokenize(text) or [""] for text in texts]
        tokens = sorted({token for document in documents for token in document})
        numbers = {token: number for number, token in enumerate(tokens)}
        bm25 = bm25s.BM25(k1=1.5, b=0.75, method="lucene", dtype="float32")
        bm25.index(
            Tokenized([[numbers[token] for token in document] for document in documents], numbers),
            show_progress=False,
        )
        return cls(bm25, len(texts))

    def save(self, folder: Path) -> None:
        """Write the index's own files into `folder`."""
        folder.mkdir(parents=True, exist_ok=True)
        self._bm25.save(folder, allow_pickle=False)

    @classmethod
    def load(cls, folder: Path, mmap: bool = True) -> LexicalIndex:
        """What `save` wrote; OSError or ValueError when a file is missing or malformed."""
        import bm25s

        bm25 = bm25s.BM25.load(folder, mmap=mmap, allow_pickle=False)
        return cls(bm25, bm25.scores["num_docs"])

    def scores(self, query: str) -> NDArray[np.float32]:
        """BM25 of each document, shape (len(self),); 0 where no word of the query occurs."""
        return self._scores(tokenize(query))

    def coverage(self, query: str) -> NDArray[np.float32]:
        """BM25 of each document as a share of what the query's words weigh, shape (len(self),), about 0..1.

        It tells a document that holds most of a question from one that holds a stray word of it, and is 0
        for a question in another language.
        """
        words = list(dict.fromkeys(tokenize(query)))
        weight = sum(self.weight(word) for word in words)
        scores = self._scores(words)
        return scores / np.float32(weight) if weight else scores

    def weight(self, word: str) -> float:
        """Inverse document frequency of a word, the highest for one that never occurs."""
        number = self._bm25.vocab_dict.get(word)
        borders = self._bm25.scores["indptr"]
        documents = 0 if number is None else int(borders[number + 1] - borders[number])
        return math.log(1 + (self._size - documents + 0.5) / (documents + 0.5))

    def _scores(self, words: Sequence[str]) -> NDArray[np.float32]:
        known = [word for word in words if word in self._bm25.vocab_dict]
        if not known:
            return np.zeros(self._size, np.float32)
        scores: NDArray[np.float32] = self._bm25.get_scores(known)
        return scores
