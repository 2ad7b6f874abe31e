"""Examples -> token ids and the tokens where their answers begin and end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from examples import Example
from numpy.typing import NDArray

from planqa.blob import Blob
from planqa.reader import joined

__all__ = ["Features", "features_of"]

Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Features:
    """One input of the reader."""

    ids: Integers
    place: slice
    """The tokens of the text among all of them; before it stand the question and the head line."""
    starts: Integers
    ends: Integers
    """Of each token of the text, the characters that it covers."""
    first: int
    last: int
    """The tokens, among all, where the answer begins and ends; 0 and 0 where the text has none."""


def features_of(blob: Blob, examples: Iterable[Example]) -> list[Features]:
    """Those of each example, in order; where the text was cut before its answer's end, it counts as without."""
    tokenizer = blob.tokenizer()
    found = []
    for example in examples:
        pieces = tokenizer.pieces(example.text)
        asked, head = tokenizer.encode(example.question), tokenizer.encode(example.head)
        text = [piece.id for piece in pieces]
        ids, place = joined(asked, head, text, (blob.bos, blob.eos))
        kept = pieces[: place.stop - place.start]
        starts = np.array([piece.start for piece in kept], np.int64)
        ends = np.array([piece.end for piece in kept], np.int64)
        first = last = 0
        inside = np.flatnonzero((ends > example.start) & (starts < example.end))
        if example.start >= 0 and len(inside) and ends[inside[-1]] >= example.end:
            first, last = place.start + int(inside[0]), place.start + int(inside[-1])
        found.append(Features(ids, place, starts, ends, first, last))
    return found
