"""What visitors thought of an answer, one JSON object a line in a file of the owner's."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from planqa.errors import PlanqaError

__all__ = ["Feedback"]

_LONGEST = 2_000
"""Characters of a text that are kept."""
_LARGEST = 64 * 1024 * 1024
"""Bytes of the file, past which nothing more is kept."""


class Feedback:
    """A file to which opinions are added; threads may share it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()

    def add(self, given: object) -> None:
        """Adds an opinion: `{"question", "verdict": "good" | "bad", "id"?, "comment"?, "answer"?}`.

        A later line of the same id replaces an earlier one, as when a comment is added.
        The answer's short answers, quotes and section paths are kept with it, as evaluation questions
        have them. Raises PlanqaError for anything else, or when the file is full.
        """
        if not isinstance(given, dict) or given.get("verdict") not in ("good", "bad"):
            raise PlanqaError('feedback needs a "question" and a "verdict": "good" or "bad"')
        answer = given.get("answer")
        line = {
            "id": _text(given.get("id")),
            "time": datetime.now(UTC).isoformat(timespec="seconds"),
            "verdict": given["verdict"],
            "comment": _text(given.get("comment")),
            "question": _text(given.get("question")),
            **_kept(answer if isinstance(answer, dict) else {}),
        }
        self._append(json.dumps(line, ensure_ascii=False) + "\n")

    def _append(self, line: str) -> None:
        with self._lock:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("a", encoding="utf-8") as file:
                if file.tell() > _LARGEST:
                    raise PlanqaError(f"{self._path} is full: move it away")
                file.write(line)


def _kept(answer: dict[str, Any]) -> dict[str, Any]:
    citations = [one for one in _items(answer.get("citations")) if isinstance(one, dict)]
    return {
        "standalone_question": _text(answer.get("standalone_question")),
        "answered": answer.get("answered") is True,
        "answers": [_text(one) for one in _items(answer.get("answers"))],
        "evidence": [_text(one.get("quote")) for one in citations],
        "reports": [_text(one.get("report_id")) for one in citations],
    }


def _items(value: object) -> list[Any]:
    return value[:10] if isinstance(value, list) else []


def _text(value: object) -> str:
    return value[:_LONGEST] if isinstance(value, str) else ""
