"""Rows of floats -> the nearest rows. The one place that knows FAISS."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["VectorIndex"]

Vectors = NDArray[np.float32]


class VectorIndex:
    """Exact inner-product search over rows of length 1, so that scores are cosines."""

    def __init__(self, rows: Vectors) -> None:
        """`rows` has the shape (n, dimensions), float32; it is kept, not copied, for `scores`."""
        self.rows = rows

    def __len__(self) -> int:
        return len(self.rows)

    def search(self, query: Vectors, k: int) -> tuple[NDArray[np.int64], Vectors]:
        """Ids and cosines of the `k` nearest rows, nearest first, ties by id; fewer when there are fewer."""
        import faiss

        k = min(k, len(self.rows))
        if k < 1:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        scores, ids = faiss.knn(
            query[None, :].astype(np.float32),
            np.ascontiguousarray(self.rows),
            k,
            metric=faiss.METRIC_INNER_PRODUCT,
        )
        found = ids[0] >= 0  # FAISS pads with -1
        ids, scores = ids[0][found], scores[0][found]
        order = np.lexsort((ids, -scores))
        return ids[order], scores[order]
