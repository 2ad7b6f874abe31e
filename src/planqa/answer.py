"""(question, hits) -> an answer whose every word is cited, or an honest refusal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from planqa.search import Hit

__all__ = ["Answer", "Citation"]


@dataclass(frozen=True, slots=True)
class Citation:
    """A span of a report that can be quoted: `quote == report.text[start:end]`."""

    report_id: str
    report_title: str
    place: str | None
    year: int | None
    section_path: tuple[str, ...]
    label: str
    """For an official document: 《…报告》第二部分（三）一是."""
    quote: str
    start: int
    end: int
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What comes back for a question; in a refusal `answers` and `citations` are empty."""

    question: str
    standalone_question: str
    answered: bool
    confidence: float
    """0..1, also for refusals."""
    text: str
    answers: tuple[str, ...]
    citations: tuple[Citation, ...]
    hits: tuple[Hit, ...]

    def as_dict(self) -> dict[str, Any]:
        """The answer in the form that `planqa ask --json` prints."""
        raise NotImplementedError
