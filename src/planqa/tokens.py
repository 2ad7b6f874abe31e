"""Text -> the tokens that lexical search counts, and what they weigh; one tokenizer for both sides."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

__all__ = [
    "UNHEARD",
    "Weigh",
    "characters",
    "is_chinese",
    "share",
    "simplified",
    "tokenize",
    "weighed",
]

Weigh = Callable[[str], float]
"""How much a token says: its inverse document frequency, the highest for one that never occurs."""
UNHEARD = "\0"
"""What is no token of any text."""

# Latin words and figures stay whole (5G, PM2.5, 1106.7); what is left of a run of Han is cut to bigrams.
_PIECE = re.compile(r"[a-z0-9]+(?:\.[0-9]+)*%?|[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")


def tokenize(text: str) -> list[str]:
    """Character bigrams of Han, single characters where a run has one, figures and Latin words whole.

    Width, case and script are levelled: NFKC, lower case, simplified characters.
    """
    tokens = []
    for piece in _PIECE.findall(simplified(text).lower()):
        if piece[0] < "\u3400" or len(piece) == 1:
            tokens.append(piece)
        else:
            tokens += [piece[i : i + 2] for i in range(len(piece) - 1)]
    return tokens


def weighed(text: str, weigh: Weigh) -> dict[str, float]:
    """The tokens of a text, each once, with what they weigh."""
    return {token: weigh(token) for token in tokenize(text)}


def share(tokens: Mapping[str, float], text: str) -> float:
    """Of what the tokens weigh together, the share of those that the text holds, 0..1."""
    held = tokens.keys() & set(tokenize(text))
    return sum(tokens[token] for token in held) / (sum(tokens.values()) or 1.0)


def characters(text: str) -> set[str]:
    """The Han characters that a text is written in, simplified."""
    return set(map(_simplified_character, set(text))) - {""}


@cache
def _simplified_character(character: str) -> str:
    """Empty for one that is not Han."""
    return simplified(character) if is_chinese(character) else ""


def is_chinese(text: str) -> bool:
    """Whether there is any Han in a text."""
    return re.search("[\u3400-\u9fff]", text) is not None


def simplified(text: str) -> str:
    """The text in simplified characters and of one width (NFKC)."""
    converted: str = _converter().convert(unicodedata.normalize("NFKC", text))
    return converted


@cache
def _converter() -> Any:
    import opencc

    return opencc.OpenCC("t2s")
