"""BM25 over the words that lie in Milvus: the same figures as `LexicalIndex` gives, to rounding."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from planqa.tokens import tokenize

__all__ = ["Lexicon", "Postings"]

Integers = NDArray[np.int64]
Floats = NDArray[np.float32]
Postings = tuple[Integers, Floats]
"""Passages that hold a word, each once, and how often it stands in them."""

_K1, _B = 1.5, 0.75
_REMEMBERED = 4096


class Lexicon:
    """The words of a generation; threads may share it."""

    def __init__(
        self,
        size: int,
        words: int,
        read_lengths: Callable[[], Integers],
        read_postings: Callable[[Sequence[str]], dict[str, Postings]],
    ) -> None:
        """`size` passages hold `words` words; `read_lengths` gives how many each holds, when first asked for."""
        self._size = size
        self._mean = words / size if size else 1.0
        self._read_lengths = read_lengths
        self._read_postings = read_postings
        self._lock = threading.Lock()
        self._norms: Floats | None = None
        self._documents: dict[str, int] = {}

    def weight(self, word: str) -> float:
        """Inverse document frequency of a word, the highest for one that never occurs."""
        documents = self._documents.get(word)
        if documents is None:
            documents = len(self._postings([word])[word][0])
        return math.log(1 + (self._size - documents + 0.5) / (documents + 0.5))

    def coverage(self, texts: Sequence[str]) -> Floats:
        """BM25 of every passage as a share of what a text's words weigh; of several texts the best."""
        asked = [list(dict.fromkeys(tokenize(text))) for text in texts]
        postings = self._postings(list({word for words in asked for word in words}))
        norms = self._all_norms()
        best = np.zeros(self._size, np.float32)
        for words in asked:
            scores = np.zeros(self._size, np.float32)
            weights = {word: self.weight(word) for word in words}
            for word in words:
                passages, times = postings[word]
                scores[passages] += np.float32(weights[word]) * times / (times + norms[passages])
            if scores.any():
                np.maximum(best, scores / np.float32(sum(weights.values())), out=best)
        return best

    def _postings(self, words: Sequence[str]) -> dict[str, Postings]:
        found = self._read_postings(words)
        if len(self._documents) > _REMEMBERED:
            self._documents = {}
        self._documents |= {word: len(found[word][0]) for word in words}
        return found

    def _all_norms(self) -> Floats:
        with self._lock:
            if self._norms is None:
                lengths = self._read_lengths()
                self._norms = (_K1 * (1 - _B + _B * lengths / self._mean)).astype(np.float32)
            return self._norms
