"""The index as search sees it: reports, passages, their vectors and their words, opened and
checked.
"""

from __future__ import annotations

import mmap
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from planqa.candidates import LEXICAL_BEST, NEAREST_ROWS, Candidates
from planqa.catalogue import Catalogue
from planqa.encode import Encoder, load_encoder
from planqa.errors import IndexStale, IndexUnusable
from planqa.generation import Generation
from planqa.lexical import LexicalIndex
from planqa.manifest import IndexSettings, Manifest
from planqa.mapped import give_back
from planqa.passage import Passage
from planqa.report import Report
from planqa.store import Store
from planqa.vectors import VectorIndex, cosines

__all__ = ["FEW_PASSAGES", "Index", "LiveIndex", "check_encoder", "open_index"]

Integers = NDArray[np.int64]
Rows = NDArray[np.float32]
Vector = NDArray[np.float32]

SMALL = 256 * 2**20
"""Bytes of an index that may all stay in a process' memory, whatever else it holds."""
FEW_PASSAGES = 4096
"""So many passages are scored one and all, where a filter leaves no more."""


@dataclass(frozen=True, slots=True, eq=False)
class Index:
    """What `search` asks, in files on this machine. Immutable: an update makes another generation, which
    `LiveIndex` picks up.
    """

    path: Path
    generation: str
    settings: IndexSettings
    catalogue: Catalogue
    """In the order of `reports`."""
    reports: Sequence[Report]
    passages: Sequence[Passage]
    """In the order of the reports, and in each in reading order; decoded when asked for."""
    vectors: VectorIndex
    rows: Rows
    """The vectors themselves, shape (rows, dimensions); of a passage in the order of
    `embedded_texts`.
    """
    row_starts: Integers
    passage_starts: Integers
    """The first passage of each report, and last the number of passages: shape (reports + 1,)."""
    lexical: LexicalIndex
    """One document a passage."""
    _mappings: tuple[mmap.mmap, ...]
    """The files whose pages may be given back after a search: those of a large index."""
    _encoder: LazyEncoder

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
        return self.lexical.weight(word)

    def candidates(
        self, vector: Vector, texts: Sequence[str], reports: Sequence[int] | None
    ) -> Candidates:
        """See `Searchable`; where a filter leaves few passages, all of them are candidates."""
        spans = None if reports is None else self._passages_of(reports)
        if spans is not None and sum(last - first for first, last in spans) <= FEW_PASSAGES:
            numbers = np.concatenate([np.arange(first, last) for first, last in spans])
        else:
            rows, _ = self.vectors.search(vector, NEAREST_ROWS, self._rows_of(spans))
            best = self.lexical.best(texts, LEXICAL_BEST, spans)
            numbers = np.union1d(self.passage_of_rows(rows), best)
        return Candidates(
            numbers=numbers,
            nearness=self._nearest(numbers, vector),
            coverage=self.lexical.coverage(texts, numbers),
            reports=np.searchsorted(self.passage_starts, numbers, "right") - 1,
        )

    def fetch(self, numbers: Integers, vector: Vector) -> list[tuple[Passage, Vector]]:
        """Each of these passages with the cosines of its sentences, shape (sentences,)."""
        found = [
            (self.passages[number], cosines(self.rows[self.rows_of(number)], vector))
            for number in numbers.tolist()
        ]
        give_back(self._mappings)
        return found

    def _nearest(self, numbers: Integers, vector: Vector) -> Vector:
        """The cosine of the nearest sentence of each of these passages."""
        if not len(numbers):
            return np.empty(0, np.float32)
        first, last = self.row_starts[numbers], self.row_starts[numbers + 1]
        begins = np.cumsum(last - first) - (last - first)
        rows = np.arange(begins[-1] + last[-1] - first[-1]) + np.repeat(
            first - begins, last - first
        )
        nearest: Vector = np.maximum.reduceat(cosines(self.rows[rows], vector), begins)
        return nearest

    def _passages_of(self, reports: Sequence[int]) -> list[tuple[int, int]]:
        """The spans of the passages of these reports, ascending."""
        starts = self.passage_starts
        return [(int(starts[each]), int(starts[each + 1])) for each in sorted(reports)]

    def _rows_of(self, spans: list[tuple[int, int]] | None) -> list[tuple[int, int]] | None:
        """The spans of the rows of these spans of passages."""
        starts = self.row_starts
        return spans and [(int(starts[first]), int(starts[last])) for first, last in spans]

    def passages_of(self, report_id: str) -> range:
        """The numbers of a report's passages. Raises KeyError."""
        position = self.catalogue.position(report_id)
        return range(int(self.passage_starts[position]), int(self.passage_starts[position + 1]))

    def rows_of(self, passage: int) -> slice:
        """Which vector rows belong to a passage, given by its number."""
        return slice(int(self.row_starts[passage]), int(self.row_starts[passage + 1]))

    def passage_of_rows(self, rows: Integers) -> Integers:
        """The number of the passage that each vector row belongs to."""
        found: Integers = np.searchsorted(self.row_starts, rows, "right") - 1
        return found


def open_index(path: Path | str, *, encoder: Encoder | None = None) -> Index:
    """The index in the folder `path`, checked; `encoder` is used for queries in place of the model
    it names.

    Raises IndexMissing, IndexStale, IndexCorrupt; each says the next command.
    """
    store = Store(path)
    return store.read_current(partial(_open, store.folder, encoder))


class LiveIndex:
    """The index in a folder, for a process that outlives updates; threads may share it."""

    def __init__(self, path: Path | str, *, encoder: Encoder | None = None) -> None:
        """Opens the index. Raises what `open_index` raises."""
        self._store = Store(path)
        self._lock = threading.Lock()
        self._stamp = self._store.stamp()
        self._index = open_index(path, encoder=encoder)
        self.problem: IndexUnusable | None = None
        """Why the newest generation could not be opened, while an older one answers."""

    @property
    def settings(self) -> IndexSettings:
        """What the generation that answers was built with."""
        return self._index.settings

    def get(self) -> Index:
        """The newest generation that can be opened; one system call while there is no newer one."""
        if self._store.stamp() != self._stamp and self._lock.acquire(blocking=False):
            try:
                self._reopen()
            finally:
                self._lock.release()
        return self._index

    def _reopen(self) -> None:
        stamp = self._store.stamp()
        if stamp == self._stamp:  # another thread was first
            return
        try:
            index = open_index(self._store.folder)
        except IndexUnusable as error:
            self.problem = error
        else:
            if index.settings == self._index.settings:
                index = replace(index, _encoder=self._index._encoder)
            self._index, self.problem = index, None
        self._stamp = stamp


class LazyEncoder:
    """Loads the query encoder once, however many threads ask for it."""

    def __init__(self, settings: IndexSettings, encoder: Encoder | None) -> None:
        self._settings = settings
        self._encoder = encoder
        self._lock = threading.Lock()

    def get(self) -> Encoder:
        with self._lock:
            if self._encoder is None:
                self._encoder = load_encoder(self._settings.model, "query")
            check_encoder(self._encoder, self._settings)
            return self._encoder


def check_encoder(encoder: Encoder, settings: IndexSettings) -> None:
    """Raises IndexStale when vectors of `encoder` may not be compared with the index's own."""
    found = (encoder.model_id, encoder.dimensions)
    if found != (settings.model_id, settings.dimensions):
        raise IndexStale(
            f"the index was built with the model {settings.model_id} ({settings.dimensions} "
            f"dimensions), not with {found[0]} ({found[1]}): run `planqa index --rebuild`"
        )


def _open(path: Path, encoder: Encoder | None, folder: Path, manifest: Manifest) -> Index:
    generation = Generation.read(folder, manifest)
    mappings = generation.mappings
    return Index(
        path=path,
        generation=generation.name,
        settings=manifest.settings,
        catalogue=Catalogue(manifest.reports),
        reports=generation.reports,
        passages=generation.passages,
        vectors=generation.vectors,
        rows=generation.rows,
        row_starts=generation.row_starts,
        passage_starts=generation.passage_starts,
        lexical=generation.lexical,
        _mappings=mappings if sum(map(len, mappings)) > SMALL else (),
        _encoder=LazyEncoder(manifest.settings, encoder),
    )
