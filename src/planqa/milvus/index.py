"""The index as search sees it, read from Milvus as it is asked."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Generic, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from planqa.candidates import LEXICAL_BEST, NEAREST_ROWS, Candidates
from planqa.catalogue import Catalogue
from planqa.encode import Encoder
from planqa.errors import IndexMissing, IndexUnusable
from planqa.index import LazyEncoder
from planqa.manifest import IndexSettings
from planqa.milvus.address import Address
from planqa.milvus.connection import MOST_FOUND, Connection
from planqa.milvus.contents import Contents
from planqa.milvus.lexicon import Lexicon
from planqa.milvus.published import Published, read_published
from planqa.passage import Passage
from planqa.records import read_passage, read_report_record
from planqa.report import Report

__all__ = ["LiveMilvus", "MilvusIndex", "open_milvus"]

T = TypeVar("T")
Integers = NDArray[np.int64]
Floats = NDArray[np.float32]


class MilvusIndex:
    """What `search` asks, in Milvus; threads may share it. It answers for one generation."""

    def __init__(self, connection: Connection, published: Published, encoder: LazyEncoder) -> None:
        """Raises IndexUnusable when Milvus does not have what the generation should hold."""
        self.generation = published.name
        self.settings: IndexSettings = published.settings
        self.catalogue = Catalogue(published.reports)
        self._encoder = encoder
        self._contents = contents = Contents(connection, published)
        live = {
            member.digest: member.words
            for segment in published.segments
            for member in segment.members
        }
        words = sum(live[digest] for digest in published.digests)
        self._lexicon = Lexicon(len(contents), words, contents.lengths, contents.postings)
        self.reports: Sequence[Report] = _Remote(len(published.reports), self._read_reports, 32)
        """In the order of the catalogue; fetched when asked for."""
        self.passages: Sequence[Passage] = _Remote(len(contents), self._read_passages, 512)
        """In the order of the reports; fetched when asked for."""

    @property
    def encoder(self) -> Encoder:
        """What turns a query into a vector; loaded when first asked for. Raises ModelError,
        IndexStale.
        """
        return self._encoder.get()

    def report_by_id(self, report_id: str) -> Report:
        """Raises KeyError for an id that is not in the index."""
        return self.reports[self.catalogue.position(report_id)]

    def weight(self, word: str) -> float:
        """Inverse document frequency of a word, the highest for one that never occurs."""
        return self._lexicon.weight(word)

    def candidates(
        self, vector: Floats, texts: Sequence[str], reports: Sequence[int] | None
    ) -> Candidates:
        """See `Searchable`; of reports with no more than MOST_FOUND sentences every passage is one."""
        rows = NEAREST_ROWS
        coverage = self._lexicon.coverage(texts)
        allowed = coverage
        if reports is not None:
            allowed = self._only(coverage, reports)
            of_reports = sum(self.catalogue[report].rows for report in reports)
            rows = of_reports if of_reports <= MOST_FOUND else rows
        near, nearness = self._contents.nearest(vector, rows, reports)
        others = np.setdiff1d(_best(allowed, LEXICAL_BEST), near, assume_unique=True)
        numbers = np.concatenate([near, others])
        nearness = np.concatenate([nearness, self._contents.nearness(others, vector)])
        order = np.argsort(numbers)
        numbers = numbers[order]
        return Candidates(
            numbers=numbers,
            nearness=nearness[order],
            coverage=coverage[numbers],
            reports=self._contents.reports_of(numbers),
        )

    def fetch(self, numbers: Integers, vector: Floats) -> list[tuple[Passage, Floats]]:
        """Each of these passages with the cosines of its sentences, shape (sentences,)."""
        asked = numbers.tolist()
        cosines = self._contents.cosines(asked, vector)
        return list(zip(self._read_passages(asked), cosines, strict=True))

    def _only(self, coverage: Floats, reports: Sequence[int]) -> Floats:
        """The coverage of the passages of these reports, 0 for all others."""
        allowed = np.zeros_like(coverage)
        for first, last in (self._contents.passage_starts[each : each + 2] for each in reports):
            allowed[first:last] = coverage[first:last]
        return allowed

    def _read_reports(self, positions: Sequence[int]) -> list[Report]:
        return [read_report_record(fields) for fields in self._contents.reports(positions)]

    def _read_passages(self, numbers: Sequence[int]) -> list[Passage]:
        return [read_passage(fields) for fields in self._contents.passages(numbers)]


class LiveMilvus:
    """The index in a Milvus, for a process that outlives updates; threads may share it."""

    def __init__(self, address: Address, *, encoder: Encoder | None = None) -> None:
        """Opens the index. Raises what `open_milvus` raises."""
        self._connection = Connection(address)
        self._lock = threading.Lock()
        self._index = _open(self._connection, encoder)
        self.problem: IndexUnusable | None = None
        """Why the newest generation could not be opened, while an older one answers."""

    @property
    def settings(self) -> IndexSettings:
        """What the generation that answers was built with."""
        return self._index.settings

    def get(self) -> MilvusIndex:
        """The newest generation that can be opened; one short call while there is no newer one."""
        if self._lock.acquire(blocking=False):
            try:
                if self._connection.current() != self._index.generation:
                    self._index = _open(self._connection, None, self._index)
                self.problem = None
            except IndexUnusable as error:
                self.problem = error
            finally:
                self._lock.release()
        return self._index


def open_milvus(address: Address, *, encoder: Encoder | None = None) -> MilvusIndex:
    """The index in a Milvus; `encoder` is used for queries in place of the model it names.

    Raises MissingExtra, IndexMissing, IndexStale, IndexCorrupt, IndexBusy, IndexUnusable; each says what to do.
    """
    return _open(Connection(address), encoder)


def _open(
    connection: Connection, encoder: Encoder | None, before: MilvusIndex | None = None
) -> MilvusIndex:
    """The generation that answers; it takes the model of the one `before`, where that is the same."""
    published = read_published(connection)
    if published is None:
        raise IndexMissing(
            f"there is no index in {connection.address.shown}: run `planqa index --store "
            f"{connection.address.shown}` where the reports are"
        )
    lazy = LazyEncoder(published.settings, encoder)
    if before and before.settings == published.settings:
        lazy = before._encoder
    return MilvusIndex(connection, published, lazy)


def _best(coverage: Floats, k: int) -> Integers:
    """The `k` passages of the highest coverage, sorted, the first of equals; none that has none."""
    k = min(k, int(np.count_nonzero(coverage)))
    return np.sort(np.argsort(-coverage, kind="stable")[:k])


class _Remote(Sequence[T], Generic[T]):
    """A read-only sequence whose elements are fetched when they are asked for."""

    def __init__(self, size: int, read: Callable[[Sequence[int]], list[T]], together: int) -> None:
        """As many as `together` are fetched at once when all are."""
        self._size = size
        self._together = together
        self._read = read
        self._recall = lru_cache(32)(lambda index: read([index])[0])

    def __len__(self) -> int:
        return self._size

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> list[T]: ...
    def __getitem__(self, index: int | slice) -> T | list[T]:
        if isinstance(index, slice):
            return self._read(range(*index.indices(self._size)))
        if not 0 <= index < self._size:
            raise IndexError(f"no element {index} among {self._size}")
        return self._recall(int(index))

    def __iter__(self) -> Iterator[T]:
        for first in range(0, self._size, self._together):
            yield from self[first : first + self._together]
