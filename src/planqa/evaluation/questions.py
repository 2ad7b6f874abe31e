"""Questions with gold evidence, one JSON object a line."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from planqa.errors import PlanqaError

__all__ = ["GoldQuestion", "read_questions"]


@dataclass(frozen=True, slots=True)
class GoldQuestion:
    """A question and what a right answer to it must rest on."""

    question_id: str
    question: str
    kind: str
    answerable: bool
    evidence: tuple[str, ...]
    """Exact substrings of a report, any of which answers; empty when no report does."""
    answers: tuple[str, ...]
    """Accepted forms of the short answer; of a list its items."""
    report: str | None = None
    """The id of the report that the evidence is in, where there are several."""
    today: str | None = None
    """The ISO date that 今年 counts from."""


def read_questions(path: Path) -> list[GoldQuestion]:
    """The questions in a JSON Lines file; PlanqaError names the line that is none."""
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise PlanqaError(f"{path}: cannot be read as UTF-8 text: {error}") from error
    questions = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            questions.append(_question(json.loads(line), number))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise PlanqaError(
                f"{path}, line {number}: not a question ({error}): each line is a JSON object with "
                'at least "question" and "evidence" (see evaluation/README.md)'
            ) from error
    if not questions:
        raise PlanqaError(f"{path}: holds no question (see evaluation/README.md)")
    return questions


def _question(fields: dict[str, Any], number: int) -> GoldQuestion:
    evidence = tuple(fields["evidence"])
    question = fields["question"]
    if not isinstance(question, str) or not question.strip():
        raise ValueError('"question" is no text')
    return GoldQuestion(
        question_id=str(fields.get("id", number)),
        question=question,
        kind=fields.get("kind", "any"),
        answerable=bool(fields.get("answerable", evidence)),
        evidence=evidence,
        answers=tuple(fields.get("answers", ())),
        report=fields.get("report"),
        today=fields.get("today"),
    )
