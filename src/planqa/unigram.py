"""Text -> the token ids of a Unigram vocabulary, as XLM-R's tokenizer gives them.

In plain Python: the usual library takes longer to load a quarter of a million pieces than a question takes to be
answered, and a text's way through the model takes fifty times as long as its way through here.
"""

from __future__ import annotations

import math
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Collection, Sequence
from itertools import accumulate
from typing import NamedTuple

__all__ = ["Piece", "Unigram", "normalised"]

_SPACE = "▁"
"""Begins a word in the vocabulary."""
_UNKNOWN_PENALTY = 10.0
"""How much less likely than the rarest piece a character is that no piece holds, as in SentencePiece."""

_BLANKS = [
    *range(0x200B, 0x2010),
    0x09,
    0x0A,
    0x0C,
    0x0D,
    0x1680,
    0x2028,
    0x2029,
    0x2581,
    0xFEFF,
    0xFFFD,
]
_CONTROLS = [*range(0x01, 0x09), *range(0x0E, 0x20), 0x0B, 0x7F, 0x8F, 0x9F]
_NMT = dict.fromkeys(_BLANKS, " ") | dict.fromkeys(_CONTROLS, "")
"""What becomes a space, and what goes, before all else (SentencePiece's nmt_nfkc)."""


def normalised(text: str) -> str:
    """The text as the vocabulary knows it: NFKC, no control characters, one space where several were."""
    return re.sub(" {2,}", " ", unicodedata.normalize("NFKC", text.translate(_NMT)))


class Piece(NamedTuple):
    """A piece of a text: its token id and the characters that it covers."""

    id: int
    start: int
    end: int


class Unigram:
    """A vocabulary of pieces, each with the logarithm of its probability."""

    def __init__(
        self,
        pieces: Sequence[bytes],
        scores: Sequence[float],
        *,
        unknown: int,
        control: Collection[int],
    ) -> None:
        """Pieces, in UTF-8, and scores by token id. Of the `control` ids only `unknown` comes out of a text."""
        self._ids = dict(zip(pieces, range(len(pieces)), strict=True))
        for number in control:
            del self._ids[pieces[number]]
        self._scores = scores
        self._unknown = unknown
        self._unknown_score = min(scores) - _UNKNOWN_PENALTY
        self._longest = max(map(len, pieces))

    def encode(self, text: str) -> list[int]:
        """The ids of a text's most likely pieces, without those that mark its ends."""
        if not (text := normalised(text)):
            return []
        words = text.removeprefix(" ").split(" ")
        return [piece.id for word in words for piece in self._pieces(_SPACE + word)]

    def pieces(self, text: str) -> list[Piece]:
        """The ids again, each with the characters of `text` that it covers.

        They are those of `encode` but where the normal form of a character is longer or shorter than itself.
        """
        found = []
        for word in re.finditer("[^ ]+", "".join(map(_one_for_one, text))):
            for piece in self._pieces(_SPACE + word[0]):
                start, end = (max(at - 1, 0) + word.start() for at in (piece.start, piece.end))
                found.append(Piece(piece.id, start, end))
        return found

    def _pieces(self, word: str) -> list[Piece]:
        """Viterbi: of all ways to put the word together the one of the highest score."""
        size, text = len(word), word.encode()
        at = [0, *accumulate(len(character.encode()) for character in word)]
        best = [0.0] + [-math.inf] * size
        last = [(0, 0)] * (size + 1)  # where the last piece before each place begins, and its id
        for start in range(size):
            single = False
            beyond = bisect_right(at, at[start] + self._longest)
            for end in range(start + 1, beyond):
                number = self._ids.get(text[at[start] : at[end]])
                if number is None:
                    continue
                single = single or end == start + 1
                score = best[start] + self._scores[number]
                if score > best[end]:
                    best[end], last[end] = score, (start, number)
            if not single and best[start] + self._unknown_score > best[start + 1]:
                best[start + 1] = best[start] + self._unknown_score
                last[start + 1] = (start, self._unknown)
        return self._way_back(last)

    def _way_back(self, last: list[tuple[int, int]]) -> list[Piece]:
        """The pieces from the first to the last; a run of unknown characters is one."""
        found: list[Piece] = []
        at = len(last) - 1
        while at:
            end = at
            at, number = last[at]
            if number == self._unknown and found and found[-1].id == number:
                end = found.pop().end
            found.append(Piece(number, at, end))
        return found[::-1]


def _one_for_one(character: str) -> str:
    """The character's normal form, the first character of it where it has several."""
    return normalised(character)[:1] or " "
