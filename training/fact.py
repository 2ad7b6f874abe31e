"""Something that a text says and that can be asked for."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Fact"]


@dataclass(frozen=True, slots=True)
class Fact:
    """A span that answers, and the questions that it answers, without place, year and question mark."""

    kind: str
    """figure, growth, count, list, name, title, time, rank, meaning."""
    start: int
    end: int
    subject: str
    """What it is about, as the text prints it; empty where the questions are the clause itself."""
    cores: tuple[str, ...]
