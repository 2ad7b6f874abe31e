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

    def best(self, texts: Sequence[str], k: int) -> NDArray[np.int64]:
        """The `k` documents that cover most of one of `texts`, sorted; fewer where fewer hold a word of them."""
        coverage = self._coverage(texts)
        k = min(k, int(np.count_nonzero(coverage)))
        # The kth score may be shared: of those the first, so that the choice is the same on every machine.
        order = np.argsort(-coverage, kind="stable")[:k]
        return np.sort(order)

    def coverage(self, texts: Sequence[str], documents: NDArray[np.int64]) -> NDArray[np.float32]:
        """BM25 of each of `documents` as a share of what a text's words weigh, about 0..1; the best of `texts`.

        It tells a document that holds most of a question from one that holds a stray word of it, and is 0
        for a question in another language.
        """
        return self._coverage(texts)[documents]

    def weight(self, word: str) -> float:
        """Inverse document frequency of a word, the highest for one that never occurs."""
        number = self._bm25.vocab_dict.get(word)
        borders = self._bm25.scores["indptr"]
        documents = 0 if number is None else int(borders[number + 1] - borders[number])
        return math.log(1 + (self._size - documents + 0.5) / (documents + 0.5))

    def _coverage(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The coverage of every document, shape (len(self),)."""
        best = np.zeros(self._size, np.float32)
        for text in texts:
            words = list(dict.fromkeys(tokenize(text)))
            known = [word for word in words if word in self._bm25.vocab_dict]
            if known:
                weight = np.float32(sum(self.weight(word) for word in words))
                np.maximum(best, self._bm25.get_scores(known) / weight, out=best)
        return best
