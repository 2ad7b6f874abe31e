"""The texts of a new generation -> its vectors; only what is new is embedded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from planqa.encode import Encoder
from planqa.errors import IndexCorrupt, ModelError
from planqa.gather import Gathered
from planqa.passage import embedded_texts
from planqa.pending import PendingVectors

__all__ = ["KnownVectors", "embed", "new_rows", "write_vectors"]

Keys = NDArray[np.bytes_]
Rows = NDArray[np.int64]
Vectors = NDArray[np.float32]

_WINDOW = 4096
"""Texts sorted by length together: an encoder pads texts of like length least."""
_SMALLEST_BATCH, _LARGEST_BATCH = 16, 256
_BATCHES = 50
"""Vectors are saved about that often in a build, so that an interruption costs 2 % of it."""
_BLOCK = 4096


class KnownVectors:
    """Vectors that are found by the sha256 of their text."""

    def __init__(self, keys: Keys, vectors: Vectors) -> None:
        """One vector a key; of equal keys the first counts."""
        self._order = np.argsort(keys, kind="stable")
        self._keys = keys[self._order]
        self._vectors = vectors

    def knows(self, keys: Keys) -> NDArray[np.bool_]:
        """One truth value a key."""
        return self._places(keys)[1]

    def fill(self, vectors: Vectors, keys: Keys) -> NDArray[np.bool_]:
        """Sets those rows of `vectors` whose key is known, and returns which these are."""
        places, known = self._places(keys)
        vectors[known] = self._vectors[self._order[places[known]]]
        return known

    def _places(self, keys: Keys) -> tuple[Rows, NDArray[np.bool_]]:
        places = np.searchsorted(self._keys, keys)
        known = places < len(self._keys)
        known[known] = self._keys[places[known]] == keys[known]
        return places, known


def new_rows(keys: Keys, known: Sequence[KnownVectors]) -> Rows:
    """The first row of each text that is not known, in ascending order."""
    unique, rows = np.unique(keys, return_index=True)
    for each in known:
        new = ~each.knows(unique)
        unique, rows = unique[new], rows[new]
    return np.sort(rows)


def embed(
    gathered: Gathered,
    rows: Rows,
    encoder: Encoder,
    pending: PendingVectors,
    on_progress: Callable[[int, int, str], None],
) -> None:
    """Embeds the texts of these rows, those excepted that `pending` already holds, and adds them
    there.
    """
    total = len(rows)
    rows = rows[~KnownVectors(*pending.read()).knows(gathered.keys[rows])]
    size = min(max(total // _BATCHES, _SMALLEST_BATCH), _LARGEST_BATCH)
    on_progress(total - len(rows), total, "embed")
    done = total - len(rows)
    for window in _parts(rows, _WINDOW):
        texts = dict(_texts(gathered, window))
        for batch in _parts(np.array(sorted(texts, key=lambda row: len(texts[row]))), size):
            vectors = _encoded(encoder, [texts[row] for row in batch.tolist()])
            pending.append(gathered.keys[batch], vectors)
            done += len(batch)
            on_progress(done, total, "embed")


def write_vectors(path: Path, keys: Keys, known: Sequence[KnownVectors], dimensions: int) -> None:
    """Writes the vector of each key into an .npy file, a block at a time."""
    header = {"descr": "<f4", "fortran_order": False, "shape": (len(keys), dimensions)}
    with path.open("wb") as file:
        np.lib.format.write_array_header_1_0(file, header)
        for first in range(0, len(keys), _BLOCK):
            block = keys[first : first + _BLOCK]
            vectors = np.empty((len(block), dimensions), np.float32)
            found = np.zeros(len(block), np.bool_)
            for each in known:
                found |= each.fill(vectors, block)
            if not found.all():
                raise IndexCorrupt(
                    "vectors were lost while they were made: run `planqa index` again"
                )
            file.write(vectors.tobytes())


def _parts(rows: Rows, size: int) -> Iterator[Rows]:
    return (rows[first : first + size] for first in range(0, len(rows), size))


def _texts(gathered: Gathered, rows: Rows) -> Iterator[tuple[int, str]]:
    """The text of each of these rows, which ascend; each passage is decoded once."""
    passages = np.searchsorted(gathered.row_starts, rows, "right") - 1
    at, texts = -1, []
    for row, passage in zip(rows.tolist(), passages.tolist(), strict=True):
        if passage != at:
            at, texts = passage, embedded_texts(gathered.passages[passage])
        yield row, texts[row - int(gathered.row_starts[passage])]


def _encoded(encoder: Encoder, texts: list[str]) -> Vectors:
    vectors = np.asarray(encoder.encode_passages(texts), np.float32)
    if vectors.shape != (len(texts), encoder.dimensions) or not np.isfinite(vectors).all():
        raise ModelError(
            f"the model {encoder.model_id} does not make one vector of {encoder.dimensions} "
            "figures for each text: name another one with --model"
        )
    return vectors
