"""Texts -> unit vectors: the Encoder protocol and its implementations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

__all__ = ["Encoder"]

Vectors = NDArray[np.float32]


class Encoder(Protocol):
    """Turns texts into vectors of length 1, so that a dot product is the cosine."""

    model_id: str
    """Names the vector space: vectors of two encoders with one id may be compared."""
    dimensions: int

    def encode_query(self, text: str) -> Vectors:
        """One query, shape (dimensions,), float32."""
        ...

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """One row a text, shape (len(texts), dimensions), float32."""
        ...
