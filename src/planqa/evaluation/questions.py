"""Questions with gold evidence, one JSON object a line."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from planqa.errors import PlanqaError

__all__ = ["GoldQuestion", "read_questions"]


@dataclass(frozen=True, slots=True)
class GoldQuestion:
    """A question and what a right answer to it must rest on."""

    question_id: str
    """Unique in its file; the line's number where the file gives none."""
    question: str
    kind: str
    evidence: tuple[str, ...]
    """Exact substrings of a report, any of which answers; empty when no report does."""
    answers: tuple[str, ...] = ()
    """Accepted forms of the short answer; of a list its items."""
    report: str | None = None
    """The id of the report that the evidence is in, where there are several."""
    section_path: tuple[str, ...] = ()
    """The headings above the evidence, outermost first; empty where that is not said."""
    today: datetime.date | None = None
    """The day that 今年 counts from."""

    @property
    def answerable(self) -> bool:
        """Whether a report answers the question."""
        return bool(self.evidence)


def read_questions(path: Path) -> list[GoldQuestion]:
    """The questions in a JSON Lines file; PlanqaError names the line that is none."""
    try:
        lines = path.read_text("utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise PlanqaError(f"{path}: cannot be read as UTF-8 text: {error}") from error
    questions: dict[str, GoldQuestion] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            question = _question(json.loads(line), str(number))
            if question.question_id in questions:
                raise ValueError(f'the "id" {question.question_id} occurs twice')
        except ValueError as error:
            raise PlanqaError(
                f"{path}, line {number}: not a question ({error}): each line is a JSON object with "
                'at least "question" and "evidence" (see evaluation/README.md)'
            ) from error
        questions[question.question_id] = question
    if not questions:
        raise PlanqaError(f"{path}: holds no question (see evaluation/README.md)")
    return list(questions.values())


def _question(fields: Any, number: str) -> GoldQuestion:
    if not isinstance(fields, dict):
        raise ValueError("not a JSON object")
    question, evidence = _text(fields, "question"), _texts(fields, "evidence")
    if not question or not question.strip():
        raise ValueError('no "question"')
    if "evidence" not in fields:
        raise ValueError('no "evidence"; an empty list says that no report answers')
    if fields.get("answerable", bool(evidence)) is not bool(evidence):
        raise ValueError('"answerable" says one thing and "evidence" another')
    today = _text(fields, "today")
    return GoldQuestion(
        question_id=str(fields.get("id", number)),
        question=question,
        kind=_text(fields, "kind") or "any",
        evidence=evidence,
        answers=_texts(fields, "answers"),
        report=_text(fields, "report"),
        section_path=_texts(fields, "section_path"),
        today=datetime.date.fromisoformat(today) if today else None,
    )


def _text(fields: Mapping[str, Any], name: str) -> str | None:
    value = fields.get(name)
    if value is not None and not isinstance(value, str):
        raise ValueError(f'"{name}" is no text')
    return value


def _texts(fields: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """The texts of a list; none of them empty, since an empty one would be found everywhere."""
    values = fields.get(name) or []
    if not isinstance(values, list) or not all(isinstance(v, str) and v for v in values):
        raise ValueError(f'"{name}" is no list of texts')
    return tuple(values)
