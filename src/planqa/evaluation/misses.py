"""Outcomes -> the questions that went wrong, to be looked at one by one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from planqa.answer import Answer
from planqa.evaluation.evaluate import Outcome
from planqa.evaluation.judge import first_rank
from planqa.evaluation.measures import short_answer_f1
from planqa.evaluation.runs import write_lines

__all__ = ["misses", "write_misses"]


def write_misses(path: Path, outcomes: Sequence[Outcome]) -> int:
    """Write one JSON object a line for each question with a fault; how many. Raises PlanqaError."""
    found = misses(outcomes)
    write_lines(path, (json.dumps(each, ensure_ascii=False) for each in found))
    return len(found)


def misses(outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
    """What was asked, what the gold is, what came, and what is wrong with it, of each question with
    a fault.
    """
    return [_miss(each, faults) for each in outcomes if (faults := list(_faults(each)))]


def _faults(outcome: Outcome) -> Iterator[str]:
    gold, answer = outcome.gold, outcome.answer
    if answer is None:
        yield f"failed: {outcome.failure}"
    elif not gold.answerable:
        if answer.answered:
            yield "answered, though no report says it"
    else:
        yield from _ranking_faults(outcome)
        if not answer.answered:
            yield "refused, though a report says it"
        elif not outcome.right_citation:
            yield "the first citation is another"
        elif outcome.right_path is False:
            yield "the section path is another"
        if answer.answered and gold.answers and short_answer_f1(outcome) < 1:
            yield "the short answer is another"


def _ranking_faults(outcome: Outcome) -> Iterator[str]:
    rank = first_rank(outcome.relevant)
    if not outcome.total:
        yield "no passage holds the evidence whole"
    elif rank is None:
        yield f"not among the first {len(outcome.relevant)} hits"
    elif rank > 1:
        yield f"rank {rank}"


def _miss(outcome: Outcome, faults: list[str]) -> dict[str, Any]:
    gold = outcome.gold
    return {
        "id": gold.question_id,
        "kind": gold.kind,
        "question": gold.question,
        "faults": faults,
        "gold": {
            "report": gold.report,
            "section_path": list(gold.section_path),
            "evidence": list(gold.evidence),
            "answers": list(gold.answers),
        },
        "rank": first_rank(outcome.relevant),
        "relevant_passages": outcome.total,
        "came": _came(outcome.answer) if outcome.answer else None,
    }


def _came(answer: Answer) -> dict[str, Any]:
    whole = answer.as_dict()
    kept = ("standalone_question", "answered", "confidence", "answers", "citations", "hits")
    return {key: whole[key] for key in kept}
