"""Report -> passages, and the exact texts of a passage that are embedded."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Passage"]


@dataclass(frozen=True, slots=True)
class Passage:
    """What is embedded, indexed and returned: `text == report.text[start:end]`, 400 characters at most."""

    report_id: str
    section_path: tuple[str, ...]
    start: int
    end: int
    text: str
    sentences: tuple[tuple[int, int], ...]
    """Spans of its sentences in the report's text; together they cover the passage but for space."""
    page: int | None = None
