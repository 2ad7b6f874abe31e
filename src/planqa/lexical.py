"""Texts -> BM25 scores.

The index is an inverted list: of every word the documents that hold it, ascending, and how often each does.
It lies in arrays that are mapped into memory, and no query costs work that grows with all of them: the rare
words of a query choose the documents, and only for these the frequent words are looked up.
"""

from __future__ import annotations

import hashlib
import math
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planqa.errors import IndexCorrupt, PlanqaError
from planqa.mapped import map_array
from planqa.tokens import tokenize

__all__ = ["LexicalIndex"]

Integers = NDArray[np.int64]
Floats = NDArray[np.float32]
Packed = NDArray[np.uint64]
"""A posting: 24 bits the word's number, 32 the document's, 8 how often that word stands in it."""

_K1, _B = 1.5, 0.75
_FILES = {
    "words": "uint64",
    "starts": "int64",
    "documents": "int32",
    "counts": "uint8",
    "lengths": "int32",
}
_READ = 1 << 17
"""Postings that a query reads to choose documents; no question that was tried reaches it below 10^5 documents."""
_COMPLETED = 2048
"""Documents that are looked up in the words for which that did not suffice."""
_BLOCK = 16_384
"""Documents whose words are counted together."""
_MOST_WORDS, _MOST_TIMES = 1 << 24, 255


@dataclass(frozen=True, slots=True, eq=False)
class _Postings:
    """Where one word stands."""

    weight: float
    documents: NDArray[np.int32]
    counts: NDArray[np.uint8]


class LexicalIndex:
    """BM25 (Lucene's form, k1 1.5, b 0.75) over documents numbered from 0."""

    def __init__(self, **arrays: NDArray[Any]) -> None:
        """`words` are the sorted digests of the words; the postings of number i lie in `documents` and
        `counts` from `starts[i]` to `starts[i + 1]`; `lengths` count the words of each document.
        """
        self._arrays = arrays
        self._words = arrays["words"]
        self._starts: Integers = arrays["starts"]
        lengths = arrays["lengths"]
        mean = lengths.mean() if len(lengths) else 1.0
        self._norms = (_K1 * (1 - _B + _B * lengths / mean)).astype(np.float32)

    def __len__(self) -> int:
        return len(self._norms)

    @property
    def arrays(self) -> Iterable[NDArray[Any]]:
        """What the index consists of."""
        return self._arrays.values()

    @classmethod
    def build(cls, texts: Iterable[str]) -> LexicalIndex:
        """Raises PlanqaError when they hold more different words than can be numbered."""
        numbers: dict[str, int] = {}
        lengths = array("i")
        blocks = list(_blocks(texts, numbers, lengths))
        digests = np.array([_digest(word) for word in numbers], np.uint64)
        # Two words with one digest would count as one: among 10^6 words a chance of 1 in 10^7.
        words, ranks = np.unique(digests, return_inverse=True)
        for block in blocks:
            rank = ranks.astype(np.uint64)[block >> 40]
            block[:] = rank << 40 | block & ((1 << 40) - 1)
        postings = np.concatenate([np.empty(0, np.uint64), *blocks])
        blocks.clear()
        postings.sort()
        return cls(
            words=words,
            starts=np.searchsorted(postings, np.arange(len(words) + 1, dtype=np.uint64) << 40),
            documents=((postings >> 8) & 0xFFFFFFFF).astype(np.int32),
            counts=postings.astype(np.uint8),  # the lowest byte
            lengths=np.array(lengths, np.int32),
        )

    def save(self, folder: Path) -> None:
        """Write the index's own files into `folder`."""
        folder.mkdir(parents=True, exist_ok=True)
        for name in _FILES:
            with (folder / f"{name}.npy").open("wb") as file:
                np.save(file, self._arrays[name], allow_pickle=False)

    @classmethod
    def load(cls, folder: Path) -> LexicalIndex:
        """What `save` wrote, mapped into memory. Raises OSError, ValueError, IndexCorrupt."""
        arrays = {
            name: map_array(folder / f"{name}.npy", dtype, 1) for name, dtype in _FILES.items()
        }
        postings = int(arrays["starts"][-1]) if len(arrays["starts"]) else -1
        if not (
            len(arrays["starts"]) == len(arrays["words"]) + 1
            and len(arrays["documents"]) == len(arrays["counts"]) == postings
        ):
            raise IndexCorrupt("the words and their postings disagree")
        return cls(**arrays)

    def best(
        self, texts: Sequence[str], k: int, within: Sequence[tuple[int, int]] | None = None
    ) -> Integers:
        """The `k` documents that cover most of one of `texts`, sorted; fewer where fewer hold a word of them.

        `within` are spans of documents, ascending and apart, that it is confined to. Where the words stand in
        more places than are read, the rare ones choose, and of one that is too frequent by itself the first places.
        """
        rare, frequent = _divided(
            self._postings({word for text in texts for word in tokenize(text)})
        )
        documents, scores = self._merged(texts, rare, within)
        if frequent:
            documents = documents[_highest(scores, max(k, _COMPLETED))]
            scores = self.coverage(texts, documents)
        return documents[_highest(scores, k)]

    def coverage(self, texts: Sequence[str], documents: Integers) -> Floats:
        """BM25 of each of `documents` as a share of what a text's words weigh, about 0..1; the best of `texts`.

        It tells a document that holds most of a question from one that holds a stray word of it, and is 0
        for a question in another language.
        """
        # Of the postings' own type, for otherwise numpy would convert all of these.
        wanted = documents.astype(np.int32)
        split = [list(dict.fromkeys(tokenize(text))) for text in texts]
        sums = np.zeros((len(texts), len(wanted)), np.float32)
        for word, each in self._postings({word for words in split for word in words}).items():
            places = np.searchsorted(each.documents, wanted)
            places[places == len(each.documents)] = 0
            held = np.flatnonzero(each.documents[places] == wanted)
            score = self._score(each.weight, wanted[held], each.counts[places[held]])
            for total, words in zip(sums, split, strict=True):
                if word in words:
                    total[held] += score
        return self._shares(sums, split)

    def weight(self, word: str) -> float:
        """Inverse document frequency of a word, the highest for one that never occurs."""
        first, last = self._span(word)
        return self._weight(last - first)

    def _weight(self, documents: int) -> float:
        return math.log(1 + (len(self) - documents + 0.5) / (documents + 0.5))

    def _span(self, word: str) -> tuple[int, int]:
        """Where the postings of a word begin and end; nowhere for one that never occurs."""
        digest = np.uint64(_digest(word))
        number = int(np.searchsorted(self._words, digest))
        if number == len(self._words) or self._words[number] != digest:
            return 0, 0
        return int(self._starts[number]), int(self._starts[number + 1])

    def _postings(self, words: Iterable[str]) -> dict[str, _Postings]:
        """Those of the words that occur, rarest first, equally rare ones in their own order."""
        spans = {word: self._span(word) for word in words}
        found = [word for word, (first, last) in spans.items() if last > first]
        found.sort(key=lambda word: (spans[word][1] - spans[word][0], word))
        documents, counts = self._arrays["documents"], self._arrays["counts"]
        return {
            word: _Postings(
                self._weight(spans[word][1] - spans[word][0]),
                documents[slice(*spans[word])],
                counts[slice(*spans[word])],
            )
            for word in found
        }

    def _score(
        self, weight: float, documents: NDArray[np.int32], counts: NDArray[np.uint8]
    ) -> Floats:
        """BM25 of one word, by document."""
        times = counts.astype(np.float32)
        scores: Floats = np.float32(weight) * times / (times + self._norms[documents])
        return scores

    def _shares(self, sums: Floats, split: Sequence[Sequence[str]]) -> Floats:
        """Scores of shape (texts, documents) as shares of what each text's words weigh, the best of each column."""
        best = np.zeros(sums.shape[1], np.float32)
        for total, words in zip(sums, split, strict=True):
            if words:
                weight = np.float32(sum(self.weight(word) for word in words))
                np.maximum(best, total / weight, out=best)
        return best

    def _merged(
        self,
        texts: Sequence[str],
        postings: dict[str, _Postings],
        within: Sequence[tuple[int, int]] | None,
    ) -> tuple[Integers, Floats]:
        """The documents that stand in any of these postings, ascending, and their coverage as far as those tell."""
        if not postings:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        documents = np.concatenate([each.documents for each in postings.values()])
        order = np.argsort(documents, kind="stable")
        documents = documents[order]
        if within is not None:
            inside = _inside(documents, within)
            order, documents = order[inside], documents[inside]
        firsts = np.flatnonzero(np.diff(documents, prepend=-1))
        split = [list(dict.fromkeys(tokenize(text))) for text in texts]
        sums = np.zeros((len(texts), len(firsts)), np.float32)
        for total, words in zip(sums, split, strict=True):
            weights = {word: each.weight * (word in words) for word, each in postings.items()}
            scores = [
                self._score(weights[word], each.documents, each.counts)
                for word, each in postings.items()
            ]
            if len(firsts):
                np.add.reduceat(np.concatenate(scores)[order], firsts, out=total)
        return documents[firsts].astype(np.int64), self._shares(sums, split)


def _blocks(texts: Iterable[str], numbers: dict[str, int], lengths: array[int]) -> Iterator[Packed]:
    """The postings of a block of documents at a time, by words as they are first met; fills the other two."""
    waiting = iter(texts)
    while block := [tokenize(text) for text in islice(waiting, _BLOCK)]:
        first = len(lengths)
        found = array("I")
        for words in block:
            found.extend([numbers.setdefault(word, len(numbers)) for word in words])
            lengths.append(max(len(words), 1))  # so that the mean is never 0
        if len(numbers) > _MOST_WORDS:
            raise PlanqaError(
                f"the reports hold more than {_MOST_WORDS} different words, more than one index "
                "takes: index them in parts, each with --index"
            )
        documents = np.repeat(np.arange(first, len(lengths)), [len(words) for words in block])
        places = np.array(found, np.uint64) << 32 | documents.astype(np.uint64)
        places, times = np.unique(places, return_counts=True)
        times = np.minimum(times, _MOST_TIMES).astype(np.uint64)
        yield places >> 32 << 40 | (places & 0xFFFFFFFF) << 8 | times


def _digest(word: str) -> int:
    return int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "little")


def _divided(postings: dict[str, _Postings]) -> tuple[dict[str, _Postings], bool]:
    """The rarest words, as many as may be read, and whether something had to be left out."""
    left = _READ
    read: dict[str, _Postings] = {}
    for word, each in postings.items():
        if read and len(each.documents) > left:
            return read, True
        read[word] = _Postings(each.weight, each.documents[:left], each.counts[:left])
        left -= len(each.documents)
    return read, left < 0


def _highest(scores: Floats, k: int) -> Integers:
    """Where the `k` highest scores stand, ascending; of equal ones the first."""
    if len(scores) <= k:
        return np.arange(len(scores))
    last = np.partition(scores, -k)[-k]
    above = np.flatnonzero(scores > last)
    equal = np.flatnonzero(scores == last)[: k - len(above)]
    return np.sort(np.concatenate([above, equal]))


def _inside(documents: NDArray[np.int32], spans: Sequence[tuple[int, int]]) -> NDArray[np.bool_]:
    """Which documents lie in one of the spans, which ascend."""
    borders = np.array(spans, np.int32).ravel()
    inside: NDArray[np.bool_] = np.searchsorted(borders, documents, "right") % 2 == 1
    return inside
