"""Files mapped into memory, and the pages of them given back.

A page that was read stays in a process' own count of memory until the system is short of it. A process that
holds much gives the pages of a large index back: the system keeps them in its cache of files as long as there is
room, and the next search finds them there.
"""

from __future__ import annotations

import math
import mmap
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planqa.errors import IndexCorrupt

__all__ = ["MUCH", "give_back", "map_array", "map_file", "mapping_of"]

MUCH = 896 * 2**20
"""Bytes that a process may hold before it gives mapped pages back."""
_STATM = Path("/proc/self/statm")


def map_file(path: Path) -> mmap.mmap:
    """The bytes of a file, which must not be empty, to be read only. Raises OSError, ValueError."""
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def map_array(path: Path, dtype: str, dimensions: int) -> NDArray[Any]:
    """The array in an .npy file, to be read only. Raises OSError, ValueError, IndexCorrupt."""
    array = np.load(path, mmap_mode="r", allow_pickle=False)
    if array.dtype != dtype or array.ndim != dimensions:
        raise IndexCorrupt(f"{path.name} does not hold what it should")
    # As a plain array: numpy's memmap spends microseconds on every slice.
    return np.asarray(array)


def mapping_of(array: NDArray[Any]) -> mmap.mmap | None:
    """What an array, or the one that it is a view of, was mapped with; None where it lies in plain memory."""
    base: Any = array
    while isinstance(base, np.ndarray):
        base = base.base
    return base if isinstance(base, mmap.mmap) else None


def give_back(mappings: Iterable[mmap.mmap]) -> None:
    """Takes the pages of these mappings, of the largest first, out of a process until it holds less than MUCH.

    Windows has no such call, and trims by itself.
    """
    if hasattr(mmap, "MADV_DONTNEED"):
        for each in sorted(mappings, key=len, reverse=True):
            if _resident() < MUCH:
                return
            each.madvise(mmap.MADV_DONTNEED)


def _resident() -> float:
    """Bytes of memory that this process holds; without end where the system does not say."""
    if not _STATM.exists():
        return math.inf
    return int(_STATM.read_text("ascii").split()[1]) * mmap.PAGESIZE
