"""ask(index, question) -> Answer: the whole line from a question to a cited answer."""

from __future__ import annotations

import datetime
import logging
import unicodedata
from collections.abc import Callable, Sequence
from functools import cache, partial

from planqa.answer import Answer, compose
from planqa.candidates import Searchable
from planqa.catalogue import Catalogue
from planqa.confidence import STRICTNESS
from planqa.errors import ModelError, QuestionError
from planqa.followup import standalone
from planqa.query import understand
from planqa.reader import PackagedReader
from planqa.reading import Reader
from planqa.rerank import READ, SHOWN, Reranker, read, reranked
from planqa.search import Filters, Hit, search
from planqa.spelling import respelled
from planqa.tokens import simplified

__all__ = ["LONGEST_QUESTION", "ask", "check_question"]

LONGEST_QUESTION = 1000
"""Characters."""
SPELLING = 0.012
"""By how much a respelled question's best hit must lead: real slips gained more, words that the reports lack less."""
PACKAGED = PackagedReader()
_log = logging.getLogger(__name__)


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
    reader: Reader | None = PACKAGED,
    reranker: Reranker | None = None,
    strictness: float = STRICTNESS,
) -> Answer:
    """The answer to `question`, or a refusal.

    `history` holds the earlier questions of the conversation, oldest first; `report` (an id), `year` and `place`
    confine the answer; `today` is what 今年 counts from. `reader` and `reranker` look at the best passages again;
    what is answered with less confidence than `strictness`, 0..1, is refused. Raises QuestionError, PlanqaError
    when a filter leaves no report, and what opening a model raises.
    """
    question = check_question(question)
    catalogue = index.catalogue
    asked = standalone(question, history, catalogue.places)
    find = partial(
        search,
        index,
        top_k=max(top_k, SHOWN if reranker else READ),
        filters=Filters(report, year, place),
        today=today,
    )
    asked, hits = _well_spelled(asked, find, index.weight)
    query = understand(asked, catalogue.places, catalogue.years, today)
    if reranker:
        hits = reranked(reranker, query.dated, hits)
    if reader:
        # A question in another language is read with the reports' own terms beside it.
        text = query.dated if query.is_chinese else " ".join([query.dated, *query.terms])
        hits = _read(reader, text, hits, catalogue)
    return compose(
        question, asked, query, hits, index.report_by_id, index.weight, top_k, strictness
    )


def _read(
    reader: Reader,
    question: str,
    hits: list[Hit],
    catalogue: Catalogue,
) -> list[Hit]:
    """The hits as the reader orders them; as they are, and a warning, when it cannot be loaded."""
    try:
        return read(reader, question, hits, catalogue)
    except ModelError as error:
        _say_once(str(error))
        return hits


@cache
def _say_once(problem: str) -> None:
    _log.warning("answering without the reader: %s", problem)


def _well_spelled(
    question: str, find: Callable[[str], list[Hit]], weight: Callable[[str], float]
) -> tuple[str, list[Hit]]:
    """The question and its hits; respelled where that is clearly nearer to what the reports say."""
    hits, other = find(question), respelled(question, weight)
    if other != simplified(question) and hits:
        better = find(other)
        if better[0].score > hits[0].score + SPELLING:
            return other, better
    return question, hits


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
