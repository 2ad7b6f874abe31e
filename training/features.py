"""Examples -> token ids and the tokens where their answers begin and end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from examples import Example
from numpy.typing import NDArray

__all__ = ["LONGEST", "Features", "Tokenize", "features_of", "joined"]

Integers = NDArray[np.int64]
Tokenize = Callable[[str], tuple[list[int], list[tuple[int, int]]]]
"""A text -> its token ids without <s> and </s>, and the characters that each token covers."""

BEGIN, END = 0, 2
"""The ids of <s> and </s>."""
LONGEST = 384
"""Tokens of an input; the text is cut there."""


@dataclass(frozen=True, slots=True)
class Features:
    """One input of the reader."""

    ids: Integers
    text_start: int
    """The first token of the text; before it stand the question and the head line."""
    offsets: Integers
    """Characters that each token of the text covers, shape (tokens of the text, 2)."""
    first: int
    last: int
    """The tokens, among all, where the answer begins and ends; 0 and 0 where the text has none."""


def joined(
    tokenize: Tokenize, question: str, head: str, text: str
) -> tuple[Integers, int, Integers]:
    """<s> question </s></s> head </s> text </s>: the ids, the first token of the text, its offsets."""
    asked, stands = tokenize(question)[0], tokenize(head)[0]
    before = [BEGIN, *asked, END, END, *stands, END]
    ids, offsets = tokenize(text)
    room = LONGEST - len(before) - 1
    ids, offsets = ids[:room], offsets[:room]
    return np.array([*before, *ids, END]), len(before), np.array(offsets, np.int64).reshape(-1, 2)


def features_of(tokenize: Tokenize, examples: Sequence[Example]) -> list[Features]:
    """Those of each example, in order; where the cut left the answer out, it counts as none."""
    found = []
    for example in examples:
        ids, start, offsets = joined(tokenize, example.question, example.head, example.text)
        first = last = 0
        if example.start >= 0:
            inside = np.flatnonzero(
                (offsets[:, 1] > example.start) & (offsets[:, 0] < example.end)
            )
            if len(inside) and offsets[inside[-1], 1] >= example.end:
                first, last = start + int(inside[0]), start + int(inside[-1])
        found.append(Features(ids, start, offsets, first, last))
    return found
