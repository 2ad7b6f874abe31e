"""ask(index, question) -> Answer: the whole line from a question to a cited answer."""

from __future__ import annotations

import datetime
import unicodedata
from collections.abc import Sequence

from planqa.answer import Answer, compose
from planqa.candidates import Searchable
from planqa.errors import QuestionError
from planqa.followup import standalone
from planqa.query import understand
from planqa.search import Filters, search

__all__ = ["LONGEST_QUESTION", "ask", "check_question"]

LONGEST_QUESTION = 1000
"""Characters."""
FEWEST_HITS = 3
"""How many are searched for even when fewer are asked for: what is cited, and what the best one leads."""


def ask(
    index: Searchable,
    question: str,
    *,
    history: Sequence[str] = (),
    report: str | None = None,
    year: int | None = None,
    place: str | None = None,
    top_k: int = 5,
    today: datetime.date | None = None,
) -> Answer:
    """The answer to `question`, or a refusal.

    `history` holds the earlier questions of the conversation, oldest first; `report` (an id), `year` and `place`
    confine the answer; `today` is what 今年 counts from. Raises QuestionError, PlanqaError when a filter leaves
    no report, and what opening the model raises.
    """
    question = check_question(question)
    catalogue = [(entry.place, entry.year) for entry in index.catalogue]
    asked = standalone(question, history, {place for place, _ in catalogue})
    hits = search(
        index,
        asked,
        top_k=max(top_k, FEWEST_HITS),
        filters=Filters(report, year, place),
        today=today,
    )
    query = understand(asked, catalogue, today)
    return compose(question, asked, query, hits, index.report_by_id, index.weight, top_k)


def check_question(question: str) -> str:
    """The question without control characters and surrounding space; QuestionError when none is left."""
    text = "".join(
        character if unicodedata.category(character) not in ("Cc", "Cs") else " "
        for character in question
    ).strip()
    if not text:
        raise QuestionError(
            "the question is empty: ask in a sentence, 例如 2022年地区生产总值是多少？"
        )
    if len(text) > LONGEST_QUESTION:
        raise QuestionError(
            f"the question has {len(text):,} characters: ask in {LONGEST_QUESTION:,} at most"
        )
    return text
