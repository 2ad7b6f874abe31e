"""Questions in, answers out, one JSON object a line, in the same order."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from planqa.answer import Answer
from planqa.cli.chat import HISTORY
from planqa.cli.terminal import put
from planqa.errors import IndexUnusable, ModelError, PlanqaError, QuestionError

__all__ = ["Line", "answers", "read_lines", "writer"]

Line = tuple[int, bytes]
"""Its number from 1, and its bytes."""

LIKE_THIS = '{"question": "2022年地区生产总值是多少？"}'
_STDIN = Path("-")
_ARGUMENTS: dict[str, tuple[type, str]] = {
    "question": (str, "text"),
    "history": (list, "a list of questions"),
    "report": (str, "the id of a report"),
    "year": (int, "a year in figures"),
    "place": (str, "the name of a place"),
}
"""What `ask` takes from a line, and of which type."""


def read_lines(path: Path) -> list[Line]:
    """The lines of a file (- is stdin) that are not blank; PlanqaError where there is none."""
    try:
        data = sys.stdin.buffer.read() if path == _STDIN else path.read_bytes()
    except OSError as error:
        raise PlanqaError(
            f"{path}: {error.strerror}: name a file with lines such as {LIKE_THIS}"
        ) from error
    numbered = enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1)
    lines = [(number, line) for number, line in numbered if line.strip()]
    if not lines:
        raise PlanqaError(f"{path} holds no question: write lines such as {LIKE_THIS}")
    return lines


def answers(lines: Sequence[Line], ask: Callable[..., Answer]) -> Iterator[dict[str, Any]]:
    """For each line its answer, or where it cannot be answered an "error" that names the line.

    Keys of a line that an answer does not have are passed through. A bad line costs no other its answer;
    what is no line's fault (the index, the model) is raised.
    """
    for number, data in lines:
        fields: dict[str, Any] = {}
        try:
            fields = _fields(data)
            found = ask(**_arguments(fields)).as_dict()
        except (IndexUnusable, ModelError):
            raise
        except PlanqaError as error:
            found = {"error": f"line {number}: {error}"}
        yield found | {key: value for key, value in fields.items() if key not in found}


@contextmanager
def writer(path: Path | None, source: Path) -> Iterator[Callable[[dict[str, Any]], None]]:
    """A function that writes an object as a line, at once, into the file `path`, or on stdout.

    Raises PlanqaError when the file cannot be written, or is the `source` that the questions are in.
    """
    if path is None:
        yield lambda fields: put(json.dumps(fields, ensure_ascii=False))
        return
    if path.exists() and source.exists() and path.samefile(source):
        raise PlanqaError(f"{path} holds the questions: name another file with --output")
    try:
        # A lone surrogate, which JSON may hold and UTF-8 may not, is written as \udc80, which is JSON.
        with path.open("w", encoding="utf-8", errors="backslashreplace", buffering=1) as file:
            yield lambda fields: print(json.dumps(fields, ensure_ascii=False), file=file)
    except OSError as error:
        raise PlanqaError(f"{path}: {error.strerror}: name another file with --output") from error


def _fields(data: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise QuestionError("it is not UTF-8 text: save the file as UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise QuestionError(f"it is not JSON: write {LIKE_THIS}") from error
    if not isinstance(fields, dict):
        raise QuestionError(f"it is not a JSON object: write {LIKE_THIS}")
    return fields


def _arguments(fields: dict[str, Any]) -> dict[str, Any]:
    """What `ask` takes of a line; QuestionError where something is not of its type."""
    if not isinstance(fields.get("question"), str):
        raise QuestionError(f'it has no "question" in words: write {LIKE_THIS}')
    arguments = {key: fields[key] for key in _ARGUMENTS if fields.get(key) is not None}
    for key, value in arguments.items():
        kind, what = _ARGUMENTS[key]
        if not isinstance(value, kind) or isinstance(value, bool):
            raise QuestionError(f'"{key}" is not {what}')
    history = arguments.get("history", [])
    if not all(isinstance(earlier, str) for earlier in history):
        raise QuestionError('"history" is not a list of questions')
    return {**arguments, "history": history[-HISTORY:]}
