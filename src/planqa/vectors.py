"""Rows of floats -> the nearest rows. The one place that knows FAISS.

Up to EXACT_ROWS every row is compared with the query. Above that the rows are sorted into cells, each around
a centre, when a generation is written, and a query looks into the cells whose centres are nearest to it. There
a row takes a byte a dimension, which is near enough to choose rows by; what they score is computed from the
rows themselves. The cells are FAISS' IVF index with scalar quantisation, mapped into memory.
"""

from __future__ import annotations

import math
import mmap
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planqa.errors import IndexCorrupt
from planqa.mapped import map_file

__all__ = ["EXACT_ROWS", "VectorIndex", "cosines", "write_cells"]

Integers = NDArray[np.int64]
Vectors = NDArray[np.float32]
Spans = Sequence[tuple[int, int]]

EXACT_ROWS = 65_536
"""So many rows are compared with a query in some milliseconds, about what the rest of a search takes."""
_PROBED = 272
"""Cells that a query looks into."""
_STRETCH = np.float32(2)
"""A longer query has the same order of rows of length 1, but less of a liking for cells whose rows lie far apart,
since their centres are short: with it 192 cells of 2,000 held .923 of the ten nearest rows, without it .911.
"""
_TAUGHT = 40
"""Rows for each centre that the centres are found from."""
_BLOCK = 65_536


class VectorIndex:
    """Inner-product search over rows of length 1, so that scores are cosines."""

    def __init__(self, rows: Vectors, cells: Path | None = None) -> None:
        """`rows` has the shape (n, dimensions), float32; `cells` is the file that `write_cells` made of them.

        Raises OSError, ValueError, and IndexCorrupt when the file holds something else.
        """
        self.rows = rows
        self._cells = _Cells(cells, rows.shape) if cells else None

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def mappings(self) -> tuple[mmap.mmap, ...]:
        """The file of the cells, where there is one."""
        return (self._cells.mapping,) if self._cells else ()

    def search(
        self, query: Vectors, k: int, within: Spans | None = None
    ) -> tuple[Integers, Vectors]:
        """Ids and cosines of the `k` nearest rows, nearest first, ties by id; fewer when there are fewer.

        `within` are spans of rows, ascending and apart, that it is confined to.
        """
        spans = [(0, len(self.rows))] if within is None else within
        if self._cells is None or sum(last - first for first, last in spans) <= EXACT_ROWS:
            ids, scores = self._compared(query, k, spans)
        else:
            ids = self._cells.near(query, k, within)
            scores = cosines(self.rows[ids], query)
        order = np.lexsort((ids, -scores))[:k]
        return ids[order], scores[order]

    def _compared(self, query: Vectors, k: int, spans: Spans) -> tuple[Integers, Vectors]:
        """The `k` nearest rows of each span, in no order."""
        import faiss

        found = [(np.empty(0, np.int64), np.empty(0, np.float32))]
        for first, last in spans:
            scores, ids = faiss.knn(
                query[None, :].astype(np.float32),
                np.ascontiguousarray(self.rows[first:last]),
                min(k, last - first),
                metric=faiss.METRIC_INNER_PRODUCT,
            )
            real = ids[0] >= 0  # FAISS pads with -1
            found.append((ids[0][real] + first, scores[0][real]))
        return np.concatenate([ids for ids, _ in found]), np.concatenate([s for _, s in found])


class _Cells:
    """The rows by cells, in a file."""

    def __init__(self, path: Path, shape: tuple[int, ...]) -> None:
        import faiss

        # FAISS itself opens no file whose path is not ASCII on Windows; this way it reads from the mapping.
        self.mapping = map_file(path)
        self._bytes = np.frombuffer(self.mapping, np.uint8)
        untyped: Any = faiss  # whose types lack much of this
        reader = untyped.ZeroCopyIOReader(faiss.swig_ptr(self._bytes), len(self._bytes))
        try:
            self._index = untyped.read_index(reader, faiss.IO_FLAG_MMAP_IFC)
        except (RuntimeError, MemoryError):
            raise IndexCorrupt(f"{path.name} does not hold what it should") from None
        if (self._index.ntotal, self._index.d) != shape:
            raise IndexCorrupt(f"{path.name} does not belong to the vectors beside it")
        self._index.parallel_mode = 1  # the cells of one question are divided among the threads

    def near(self, query: Vectors, k: int, within: Spans | None) -> Integers:
        """Up to `k` rows that are about the nearest to `query`, in no order."""
        import faiss

        parameters: Any = faiss.SearchParametersIVF()
        parameters.nprobe = min(_PROBED, self._index.nlist)
        if within is not None:
            wanted = np.zeros(self._index.ntotal, np.bool_)
            for first, last in within:
                wanted[first:last] = True
            bits = np.packbits(wanted, bitorder="little")
            selector = faiss.IDSelectorBitmap(len(bits), faiss.swig_ptr(bits))
            parameters.sel = selector
            # As many of the rows that are wanted are looked at as otherwise of all.
            probed = math.ceil(_PROBED * len(wanted) / np.count_nonzero(wanted))
            parameters.nprobe = min(probed, self._index.nlist)
        stretched = query[None, :].astype(np.float32) * _STRETCH
        _, ids = self._index.search(stretched, k, params=parameters)
        found: Integers = ids[0][ids[0] >= 0]
        return found


def cosines(rows: Vectors, query: Vectors) -> Vectors:
    """Of each row with the query, shape (n,). Not by BLAS, whose threads go on spinning for some 30 ms after a
    product, in the way of those of FAISS and of the models.
    """
    found: Vectors = np.einsum("ij,j->i", rows, query)
    return found


def write_cells(path: Path, rows: Vectors) -> bool:
    """Writes the file that `VectorIndex` searches; False, and no file, where so few rows need none.

    The same rows give the same bytes.
    """
    if len(rows) <= EXACT_ROWS:
        return False
    import faiss

    count, dimensions = rows.shape
    centres = round(2 * math.sqrt(count))
    cells = faiss.IndexIVFScalarQuantizer(
        faiss.IndexFlatL2(dimensions), dimensions, centres, faiss.ScalarQuantizer.QT_8bit
    )
    cells.cp.min_points_per_centroid = 1
    cells.train(np.ascontiguousarray(rows[:: max(count // (centres * _TAUGHT), 1)]))
    for first in range(0, count, _BLOCK):
        cells.add(np.ascontiguousarray(rows[first : first + _BLOCK]))
    with path.open("wb") as file:
        file.write(faiss.serialize_index(cells).data)
    return True
