"""Questions -> what was answered to each, and the table of measures with the number each rests on."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from planqa.answer import Answer, Citation
from planqa.evaluation import metrics
from planqa.evaluation.questions import GoldQuestion
from planqa.search import Hit

__all__ = ["DEPTH", "Measure", "Outcome", "evaluate", "measures_by_kind"]

DEPTH = 10
"""How many hits are looked at."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One question, its answer, and how that compares with the gold."""

    gold: GoldQuestion
    answer: Answer
    relevant: tuple[bool, ...]
    """Of each hit, best first, whether it holds the evidence."""
    total: int
    """How many passages of the index hold the evidence."""
    right_citation: bool
    """Whether the first citation quotes the evidence; for an unanswerable question, whether it was refused."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A mean and the number of questions that it is the mean of."""

    name: str
    value: float
    n: int


def evaluate(
    questions: Sequence[GoldQuestion],
    ask: Callable[[str, datetime.date | None], Answer],
    passages: Sequence[tuple[str, str]],
) -> list[Outcome]:
    """Ask every question. `ask` returns DEPTH hits; `passages` are (report id, text) of the whole index."""
    outcomes = []
    for gold in questions:
        today = datetime.date.fromisoformat(gold.today) if gold.today else None
        answer = ask(gold.question, today)
        outcomes.append(
            Outcome(
                gold=gold,
                answer=answer,
                relevant=tuple(_holds(gold, *_of(hit)) for hit in answer.hits[:DEPTH]),
                total=sum(_holds(gold, *passage) for passage in passages),
                right_citation=_is_right(gold, answer),
            )
        )
    return outcomes


def _of(hit: Hit) -> tuple[str, str]:
    return hit.passage.report_id, hit.passage.text


def _holds(gold: GoldQuestion, report_id: str, text: str) -> bool:
    return gold.report in (None, report_id) and any(each in text for each in gold.evidence)


def _is_right(gold: GoldQuestion, answer: Answer) -> bool:
    if not gold.answerable:
        return not answer.answered
    return bool(answer.citations) and _quotes(gold, answer.citations[0])


def _quotes(gold: GoldQuestion, citation: Citation) -> bool:
    """Whether the quote holds the evidence, or is itself a part of it that holds an answer."""
    quote = citation.quote
    return gold.report in (None, citation.report_id) and any(
        each in quote or (quote in each and any(answer in quote for answer in gold.answers))
        for each in gold.evidence
    )


# --- the table -----------------------------------------------------------------------------------


def measures_by_kind(outcomes: Sequence[Outcome]) -> dict[str, list[Measure]]:
    """The measures of all questions under `all`, then those of each kind."""
    kinds = list(dict.fromkeys(outcome.gold.kind for outcome in outcomes))
    table = {"all": _measures(outcomes)}
    for kind in kinds:
        table[kind] = _measures([each for each in outcomes if each.gold.kind == kind])
    return table


def _measures(outcomes: Sequence[Outcome]) -> list[Measure]:
    answerable = [each for each in outcomes if each.gold.answerable]
    unanswerable = [each for each in outcomes if not each.gold.answerable]
    with_answers = [each for each in answerable if each.gold.answers]
    return [
        *(
            _mean(f"hit@{k}", (metrics.hit_at(each.relevant, k) for each in answerable))
            for k in (1, 3, 5)
        ),
        _mean("MRR@10", (metrics.reciprocal_rank(each.relevant) for each in answerable)),
        _mean("nDCG@10", (metrics.ndcg(each.relevant, each.total) for each in answerable)),
        _mean("citation", (each.right_citation for each in answerable)),
        _mean("exact match", (_exact(each) for each in with_answers)),
        _mean("F1", (short_answer_f1(each) for each in with_answers)),
        _mean("refused, answerable", (not each.answer.answered for each in answerable)),
        _mean("answered, unanswerable", (each.answer.answered for each in unanswerable)),
        Measure(
            "refusal AUROC",
            metrics.area_under_roc(
                [each.answer.confidence for each in answerable],
                [each.answer.confidence for each in unanswerable],
            ),
            len(outcomes),
        ),
        Measure(
            "calibration error",
            metrics.expected_calibration_error(
                [each.answer.confidence for each in outcomes],
                [each.gold.answerable and each.right_citation for each in outcomes],
            ),
            len(outcomes),
        ),
    ]


def short_answer_f1(outcome: Outcome) -> float:
    """Character F1 of the short answer, 0 where there is none."""
    answers, gold = outcome.answer.answers, outcome.gold
    if not answers:
        return 0.0
    if gold.kind == "list":
        return metrics.list_f1(answers, gold.answers)
    return metrics.character_f1(answers[0], gold.answers)


def _exact(outcome: Outcome) -> float:
    answers, gold = outcome.answer.answers, outcome.gold
    if gold.kind == "list":
        return float(bool(answers) and metrics.list_f1(answers, gold.answers) == 1.0)
    return metrics.exact_match(answers[0], gold.answers) if answers else 0.0


def _mean(name: str, values: Iterable[float]) -> Measure:
    found = list(values)
    return Measure(name, sum(found) / len(found) if found else math.nan, len(found))
