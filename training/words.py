"""The word lists beside this file, read once."""

from __future__ import annotations

from functools import cache
from pathlib import Path

__all__ = ["phrased", "table_rows", "word_table", "words"]

_FOLDER = Path(__file__).parent / "tables"


@cache
def words(name: str) -> tuple[str, ...]:
    """The words of a list, one a line."""
    return tuple((_FOLDER / f"{name}.txt").read_text(encoding="utf-8").split())


@cache
def word_table(name: str) -> dict[str, tuple[str, ...]]:
    """Words, and for each the others that may stand for it."""
    return {word: tuple(others.split("|")) for word, others in table_rows(name)}


@cache
def table_rows(name: str) -> tuple[tuple[str, ...], ...]:
    """The rows of a table, its comments left out."""
    lines = (_FOLDER / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    return tuple(tuple(line.split("\t")) for line in lines if line and line[0] != "#")


def phrased(kind: str, **parts: str) -> tuple[str, ...]:
    """The ways to ask for a kind of fact, with the parts put in."""
    return tuple(way.format(**parts) for way in word_table("questions")[kind])
