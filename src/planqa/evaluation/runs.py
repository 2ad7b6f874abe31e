"""Outcomes <-> TREC files, which every tool of information retrieval reads.

A document is named by the span of the report that the passage is: `report id:start-end`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote

from planqa.errors import PlanqaError
from planqa.evaluation.evaluate import Outcome
from planqa.evaluation.judge import holds_evidence
from planqa.passage import Passage

__all__ = ["Run", "RunHit", "read_run", "write_qrels", "write_run"]

TAG = "planqa"
STEP = 1e-5
"""What a hit's score lies below that of the hit before it at least.

Tools rank by score and break ties in ways of their own; single precision still tells these apart.
"""
_DOCUMENT = re.compile(r"(?P<report>\S+):(?P<start>\d+)-(?P<end>\d+)")


@dataclass(frozen=True, slots=True)
class RunHit:
    """A span of a report that was ranked."""

    report_id: str
    start: int
    end: int


Run = dict[str, list[RunHit]]
"""The hits of each question by its id, best first."""


def write_run(path: Path, outcomes: Sequence[Outcome]) -> None:
    """Write `question Q0 document rank score tag` lines; a failure has none. Raises PlanqaError."""
    lines = []
    for outcome in outcomes:
        above = float("inf")
        for hit in outcome.answer.hits if outcome.answer else ():
            above = min(hit.score, above - STEP)
            question = _word(outcome.gold.question_id)
            lines.append(f"{question} Q0 {_name(hit.passage)} {hit.rank} {above:.6f} {TAG}")
    write_lines(path, lines)


def write_qrels(path: Path, outcomes: Sequence[Outcome], passages: Sequence[Passage]) -> None:
    """Write `question 0 document 1` lines for the passages that hold the evidence, of the whole
    index.

    A question whose evidence no passage holds gets a line of relevance 0, so that tools count it.
    Raises PlanqaError.
    """
    lines = []
    for gold in (outcome.gold for outcome in outcomes if outcome.gold.answerable):
        question = _word(gold.question_id)
        held = [p for p in passages if holds_evidence(gold, p.report_id, p.text)]
        lines += [f"{question} 0 {_name(passage)} 1" for passage in held] or [f"{question} 0 - 0"]
    write_lines(path, lines)


def read_run(path: Path) -> Run:
    """The run in a file that `write_run` wrote; PlanqaError names the line that is none."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise PlanqaError(f"{path}: cannot be read as a run: {error}") from error
    scored: dict[str, list[tuple[float, int, RunHit]]] = {}
    for number, line in enumerate(filter(None, lines), 1):
        try:
            question, _, document, rank, score, _ = line.split()
            hit = float(score), int(rank), _hit(document)
        except ValueError as error:
            raise PlanqaError(
                f"{path}, line {number}: not a line of a run that planqa wrote: "
                "make one with `planqa evaluate QUESTIONS.jsonl --run FILE`"
            ) from error
        scored.setdefault(unquote(question), []).append(hit)
    return {
        question: [hit for _, _, hit in sorted(hits, key=lambda each: (-each[0], each[1]))]
        for question, hits in scored.items()
    }


def write_lines(path: Path, lines: Iterable[str]) -> None:
    """Write lines of UTF-8; PlanqaError when the file cannot be written."""
    try:
        path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    except OSError as error:
        raise PlanqaError(f"{path}: cannot be written ({error}): name another file") from error


def _name(passage: Passage) -> str:
    return f"{_word(passage.report_id)}:{passage.start}-{passage.end}"


def _word(text: str) -> str:
    """The text as one word, as the format wants it; `unquote` gives it back."""
    return re.sub(r"[\s%]", lambda match: quote(match[0]), text)


def _hit(document: str) -> RunHit:
    match = _DOCUMENT.fullmatch(document)
    if not match:
        raise ValueError("no span of a report")
    return RunHit(unquote(match["report"]), int(match["start"]), int(match["end"]))
