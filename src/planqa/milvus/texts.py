"""Texts of any length and kind <-> the entries of a Milvus collection, which are short and UTF-8."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from planqa.errors import IndexCorrupt
from planqa.milvus.connection import LONGEST_TEXT, Connection

__all__ = ["pack", "read_texts", "unpack", "write_texts"]

_PIECE = LONGEST_TEXT // 4
"""Characters of a piece: none takes more than four bytes."""
_SURROGATE = re.compile("[\ud800-\udfff]")


def write_texts(connection: Connection, name: str, texts: Iterable[tuple[str, str]]) -> int:
    """Writes texts by key, each in as many pieces as it needs; how many entries that made.

    Lone surrogates, which stand for bytes of a file name that is not UTF-8, must stand in JSON strings.
    """
    return connection.add_texts(name, _entries(texts))


def read_texts(connection: Connection, name: str, keys: Sequence[str]) -> dict[str, str]:
    """The texts of those keys that there are. Raises IndexCorrupt when a piece is missing."""
    firsts = connection.texts(name, keys)
    others = [_key(key, piece) for key, (pieces, _) in firsts.items() for piece in range(1, pieces)]
    rest = connection.texts(name, others) if others else {}
    try:
        return {key: _joined(key, first, rest) for key, first in firsts.items()}
    except KeyError as error:
        raise IndexCorrupt(
            f"{connection.address.shown} has lost {error} of {name}: run `planqa index --store` again"
        ) from None


def pack(numbers: NDArray[np.integer]) -> str:
    """Numbers as text, four bytes each."""
    return base64.b64encode(numbers.astype("<u4").tobytes()).decode("ascii")


def unpack(text: str) -> NDArray[np.int64]:
    """What `pack` wrote."""
    return np.frombuffer(base64.b64decode(text), "<u4").astype(np.int64)


def _entries(texts: Iterable[tuple[str, str]]) -> Iterator[tuple[str, int, str]]:
    for key, text in texts:
        text = _SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
        pieces = -(-len(text) // _PIECE) or 1
        for piece in range(pieces):
            yield _key(key, piece), pieces, text[piece * _PIECE : (piece + 1) * _PIECE]


def _key(key: str, piece: int) -> str:
    return f"{key}#{piece}" if piece else key


def _joined(key: str, first: tuple[int, str], rest: Mapping[str, tuple[int, str]]) -> str:
    pieces, text = first
    return text + "".join(rest[_key(key, piece)][1] for piece in range(1, pieces))
