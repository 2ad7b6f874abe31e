"""Vectors of a build that is not finished: kept on disk, so that an interrupted build goes on where
it was.

The file begins with one line of JSON (model id, dimensions); then follow records of one size:
sha256 of the embedded text, vector, CRC-32 of both. A record that was torn by a crash ends the
file.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

__all__ = ["PendingVectors", "pending_files", "remove_pending"]

Keys = NDArray[np.bytes_]
"""Shape (n,), dtype S32: the sha256 of n texts."""
Vectors = NDArray[np.float32]

_PATTERN = "pending-*.vectors"


class PendingVectors:
    """An append-only file of (key, vector), for one model."""

    def __init__(self, folder: Path, model_id: str, dimensions: int) -> None:
        """Opens the file of this model in `folder`, where there is one; drops what is torn."""
        name = hashlib.sha256(model_id.encode()).hexdigest()[:16]
        self.path = folder / _PATTERN.replace("*", name)
        header = json.dumps({"model_id": model_id, "dimensions": dimensions})
        self._header = header.encode() + b"\n"
        self._record = np.dtype([("key", "S32"), ("vector", "<f4", (dimensions,)), ("crc", "<u4")])
        self._whole = self._count_whole()

    def __len__(self) -> int:
        return self._whole

    def append(self, keys: Keys, vectors: Vectors) -> None:
        """Adds one record a row and syncs them to the disk."""
        records = np.zeros(len(keys), self._record)
        records["key"], records["vector"] = keys, vectors
        records["crc"] = [_crc(record) for record in records]
        with self.path.open("r+b" if self._whole else "wb") as file:
            if self._whole:
                file.seek(self._end)
            else:
                file.write(self._header)
            file.write(records.tobytes())
            file.truncate()
            file.flush()
            os.fsync(file.fileno())
        self._whole += len(keys)

    def read(self) -> tuple[Keys, Vectors]:
        """The keys, and the vectors mapped into memory, one row a key."""
        if not self._whole:
            return np.empty(0, "S32"), np.empty((0, *self._record["vector"].shape), np.float32)
        records = self._mapped(self._whole)
        return np.array(records["key"]), records["vector"]

    @property
    def _end(self) -> int:
        return len(self._header) + self._whole * self._record.itemsize

    def _mapped(self, count: int) -> NDArray[np.void]:
        return np.memmap(self.path, self._record, "r", len(self._header), (count,))

    def _count_whole(self) -> int:
        try:
            with self.path.open("rb") as file:
                if file.read(len(self._header)) != self._header:
                    return 0
        except FileNotFoundError:
            return 0
        size = self.path.stat().st_size - len(self._header)
        count = size // self._record.itemsize
        if not count:
            return 0
        for number, record in enumerate(self._mapped(count)):
            if record["crc"] != _crc(record):
                return number
        return count


def remove_pending(folder: Path) -> None:
    """Removes what unfinished builds of any model left in an index folder."""
    for path in pending_files(folder):
        with contextlib.suppress(
            OSError
        ):  # Windows keeps what is still mapped; the next build removes it
            path.unlink()


def pending_files(folder: Path) -> Iterator[Path]:
    """The files of unfinished builds in an index folder."""
    return folder.glob(_PATTERN)


def _crc(record: np.void) -> int:
    return zlib.crc32(record.tobytes()[:-4])
