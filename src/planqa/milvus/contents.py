"""What the segments of a generation hold, under the numbers that its passages have in it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from planqa.errors import IndexCorrupt
from planqa.milvus.connection import MOST_FOUND, Connection
from planqa.milvus.lexicon import Postings
from planqa.milvus.published import Published, Segment
from planqa.milvus.segment import (
    LENGTHS,
    passage_key,
    passage_of,
    read_postings,
    report_key,
    row_of,
    word_key,
)
from planqa.milvus.texts import read_texts, unpack
from planqa.vectors import cosines

__all__ = ["Contents"]

T = TypeVar("T")
Integers = NDArray[np.int64]
Floats = NDArray[np.float32]

_NOWHERE = np.empty(0, np.int64), np.empty(0, np.float32)


class Contents:
    """The segments of a generation, seen as one; threads may share it."""

    def __init__(self, connection: Connection, published: Published) -> None:
        """Has the collections ready to be read. Raises IndexUnusable."""
        for name in sorted(published.collections):
            connection.load(name)
        self.passage_starts = np.cumsum([0, *(each.passages for each in published.reports)])
        positions = {digest: position for position, digest in enumerate(published.digests)}
        self._parts = [
            _Part(connection, segment, positions, self.passage_starts)
            for segment in published.segments
        ]
        self._homes = {
            position: (part, member)
            for part in self._parts
            for member, position in part.positions.items()
        }

    def __len__(self) -> int:
        return int(self.passage_starts[-1])

    def reports_of(self, numbers: Integers) -> Integers:
        """The positions of the reports that these passages are of."""
        found: Integers = np.searchsorted(self.passage_starts, numbers, "right") - 1
        return found

    def reports(self, positions: Sequence[int]) -> list[dict[str, Any]]:
        """The fields of these reports' records, in the same order."""
        return _gathered(
            [self._homes[position] for position in positions],
            lambda part, members: part.records([report_key(each) for each in members]),
        )

    def passages(self, numbers: Sequence[int]) -> list[dict[str, Any]]:
        """The fields of these passages' records, in the same order."""
        return _gathered(
            self._homes_of(numbers),
            lambda part, local: part.records([passage_key(each) for each in local]),
        )

    def cosines(self, numbers: Sequence[int], vector: Floats) -> list[Floats]:
        """The cosine of each sentence of these passages with `vector`."""
        return _gathered(self._homes_of(numbers), lambda part, local: part.cosines(local, vector))

    def nearest(
        self, vector: Floats, limit: int, reports: Sequence[int] | None
    ) -> tuple[Integers, Floats]:
        """The passages of the `limit` nearest sentences, ascending, each with its best cosine."""
        found = [part.nearest(vector, limit, reports) for part in self._parts]
        numbers = np.concatenate([_NOWHERE[0], *(each for each, _ in found)])
        cosines = np.concatenate([_NOWHERE[1], *(each for _, each in found)])
        best = np.argsort(-cosines, kind="stable")[:limit]
        unique, first = np.unique(numbers[best], return_index=True)
        return unique, cosines[best][first]

    def nearness(self, numbers: Integers, vector: Floats) -> Floats:
        """The best cosine of each of these passages."""
        found = _gathered(
            self._homes_of(numbers.tolist()),
            lambda part, local: part.nearness(local, vector).tolist(),
        )
        return np.array(found, np.float32)

    def lengths(self) -> Integers:
        """How many words each passage holds."""
        lengths = np.zeros(len(self), np.int64)
        for part in self._parts:
            there = part.numbers >= 0
            lengths[part.numbers[there]] = part.lengths()[there]
        return lengths

    def postings(self, words: Sequence[str]) -> dict[str, Postings]:
        """Where each word stands."""
        found = [part.postings(words) for part in self._parts]
        joined = {}
        for word in words:
            places = [each[word] for each in found if word in each] or [_NOWHERE]
            joined[word] = (
                np.concatenate([passages for passages, _ in places]),
                np.concatenate([times for _, times in places]),
            )
        return joined

    def _homes_of(self, numbers: Sequence[int]) -> list[tuple[_Part, int]]:
        """The segment of each of these passages, and what it is called there."""
        homes = []
        positions = self.reports_of(np.array(numbers, np.int64)).tolist()
        for number, position in zip(numbers, positions, strict=True):
            part, member = self._homes[position]
            within = number - int(self.passage_starts[position])
            homes.append((part, int(part.starts[member]) + within))
        return homes


def _gathered(
    homes: Sequence[tuple[_Part, int]], read: Callable[[_Part, list[int]], Sequence[T]]
) -> list[T]:
    """What `read` gives for all that is asked of a segment at once, in the order of `homes`."""
    places: dict[_Part, list[int]] = {}
    for at, (part, _) in enumerate(homes):
        places.setdefault(part, []).append(at)
    found: dict[int, T] = {}
    for part, ats in places.items():
        found |= zip(ats, read(part, [homes[at][1] for at in ats]), strict=True)
    return [found[at] for at in range(len(homes))]


class _Part:
    """A segment, and which of its reports and passages are still in the generation."""

    def __init__(
        self,
        connection: Connection,
        segment: Segment,
        positions: dict[str, int],
        passage_starts: Integers,
    ) -> None:
        self._connection = connection
        self._segment = segment
        self.starts = np.cumsum([0, *(member.passages for member in segment.members)])
        """The first passage of each of its reports."""
        self.positions = {
            member: positions[each.digest]
            for member, each in enumerate(segment.members)
            if each.digest in positions
        }
        """Where the generation has those of its reports that are still in it."""
        self.numbers = np.full(segment.passages, -1, np.int64)
        """What the generation calls each passage, -1 for those of a report that is gone."""
        for member, position in self.positions.items():
            first, last = self.starts[member : member + 2]
            start = passage_starts[position]
            self.numbers[first:last] = np.arange(start, start + last - first)

    def records(self, keys: Sequence[str]) -> list[dict[str, Any]]:
        """What these texts hold as JSON. Raises IndexCorrupt for one that is not there."""
        found = read_texts(self._connection, self._segment.texts, keys)
        try:
            return [json.loads(found[key]) for key in keys]
        except (KeyError, ValueError) as error:
            raise self._damaged() from error

    def lengths(self) -> Integers:
        """How many words each of its passages holds."""
        found = read_texts(self._connection, self._segment.texts, [LENGTHS])
        if LENGTHS not in found:
            raise self._damaged()
        return unpack(found[LENGTHS])

    def postings(self, words: Sequence[str]) -> dict[str, Postings]:
        """Where those of the words stand that it holds."""
        keys = {word_key(word): word for word in words}
        found = read_texts(self._connection, self._segment.texts, list(keys))
        return {keys[key]: self._known(*read_postings(text)) for key, text in found.items()}

    def _known(self, passages: Integers, values: Floats) -> Postings:
        """The same without what is of reports that are gone, by the generation's numbers."""
        numbers = self.numbers[passages]
        there = numbers >= 0
        return numbers[there], values[there]

    def nearest(
        self, vector: Floats, limit: int, reports: Sequence[int] | None
    ) -> tuple[Integers, Floats]:
        """The passages of the nearest sentences, one for each of these, nearest first."""
        confined = self._confined(reports)
        if confined is None:
            return _NOWHERE
        rows, scores = self._connection.nearest(self._segment.rows, vector, limit, confined)
        return self.numbers[passage_of(rows)], scores

    def nearness(self, passages: list[int], vector: Floats) -> Floats:
        """The best cosine of each of these passages."""
        confined = f"passage in {passages}"
        rows, scores = self._connection.nearest(self._segment.rows, vector, MOST_FOUND, confined)
        found, first = np.unique(passage_of(rows), return_index=True)
        best = dict(zip(found.tolist(), scores[first].tolist(), strict=True))
        # A graph may miss some; they are few.
        if missed := [passage for passage in passages if passage not in best]:
            exact = self.cosines(missed, vector)
            best |= {
                passage: float(each.max()) for passage, each in zip(missed, exact, strict=True)
            }
        return np.array([best[passage] for passage in passages], np.float32)

    def cosines(self, passages: list[int], vector: Floats) -> list[Floats]:
        """The cosine of each sentence of these passages."""
        rows, vectors = self._connection.rows(self._segment.rows, f"passage in {passages}")
        scores = cosines(vectors, vector) if len(rows) else _NOWHERE[1]
        first, last = (
            np.searchsorted(rows, [row_of(passage + step, 0) for passage in passages])
            for step in (0, 1)
        )
        found = [scores[a:b] for a, b in zip(first, last, strict=True)]
        if not all(map(len, found)):
            raise self._damaged()
        return found

    def _confined(self, reports: Sequence[int] | None) -> str | None:
        """Which rows may be found, as Milvus is told it: "" for all, None for none at all."""
        live = set(self.positions)
        allowed = {
            member
            for member, position in self.positions.items()
            if reports is None or position in reports
        }
        if not allowed:
            return None
        if allowed != live:
            return f"report in {sorted(allowed)}"
        gone = set(range(len(self._segment.members))) - live
        return f"report not in {sorted(gone)}" if gone else ""

    def _damaged(self) -> IndexCorrupt:
        shown = self._connection.address.shown
        return IndexCorrupt(
            f"{shown} has lost a part of {self._segment.name}: run `planqa index --store` again"
        )
