"""Questions with gold evidence -> what was answered to each, judged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from planqa.answer import Answer
from planqa.errors import IndexUnusable, ModelError, PlanqaError
from planqa.evaluation.judge import holds_evidence, is_right_path, quotes_evidence
from planqa.evaluation.questions import GoldQuestion
from planqa.qa import ask

if TYPE_CHECKING:
    from planqa.opening import Opened

__all__ = ["DEPTH", "Outcome", "evaluate", "evaluate_index"]

DEPTH = 10
"""How many hits are looked at."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One question, its answer, and how that compares with the gold."""

    gold: GoldQuestion
    answer: Answer | None
    """None when asking failed: that scores 0 in every measure and is counted."""
    relevant: tuple[bool, ...]
    """Of each hit, best first, whether it holds the evidence."""
    total: int
    """How many passages hold the evidence; 0 when it lies across a border of passages."""
    right_citation: bool
    """Whether the first citation quotes the evidence; for an unanswerable question, whether it was
    refused.
    """
    right_path: bool | None = None
    """Whether the first right citation names the gold's headings; None without the one or the
    other.
    """
    failure: str | None = None
    """Why asking failed."""


def evaluate_index(
    index: Opened,
    questions: Sequence[GoldQuestion],
    on_progress: Callable[[int], None] | None = None,
    **given: Any,
) -> list[Outcome]:
    """Ask an index every question, without filters, with what is `given` to `planqa.ask` for all.

    Raises ModelError, IndexUnusable.
    """
    return evaluate(
        questions,
        lambda gold: ask(index, gold.question, top_k=DEPTH, today=gold.today, **given),
        [(passage.report_id, passage.text) for passage in index.passages],
        on_progress,
    )


def evaluate(
    questions: Sequence[GoldQuestion],
    answer: Callable[[GoldQuestion], Answer],
    passages: Sequence[tuple[str, str]],
    on_progress: Callable[[int], None] | None = None,
) -> list[Outcome]:
    """Answer and judge every question.

    `answer` returns DEPTH hits; `passages` are (report id, text) of the whole index; `on_progress`
    is told how many questions are done. A question that cannot be answered is a failure; what
    hinders all of them, ModelError and IndexUnusable, is raised.
    """
    outcomes = []
    for done, gold in enumerate(questions, 1):
        total = sum(holds_evidence(gold, *passage) for passage in passages)
        try:
            outcomes.append(_judged(gold, answer(gold), total))
        except (IndexUnusable, ModelError):
            raise
        except PlanqaError as error:
            outcomes.append(Outcome(gold, None, (), total, False, failure=str(error)))
        if on_progress:
            on_progress(done)
    return outcomes


def _judged(gold: GoldQuestion, answer: Answer, total: int) -> Outcome:
    right = [each for each in answer.citations if quotes_evidence(gold, each)]
    return Outcome(
        gold=gold,
        answer=answer,
        relevant=tuple(
            holds_evidence(gold, hit.passage.report_id, hit.passage.text)
            for hit in answer.hits[:DEPTH]
        ),
        total=total,
        right_citation=(
            bool(right) and right[0] is answer.citations[0]
            if gold.answerable
            else not answer.answered
        ),
        right_path=is_right_path(gold, right[0]) if right and gold.section_path else None,
    )
