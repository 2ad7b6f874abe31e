"""(question, hits) -> an answer whose every word is cited, or an honest refusal."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from planqa.confidence import confidence, signs
from planqa.extract import short_answers
from planqa.label import label
from planqa.query import Query
from planqa.refusal import refusal
from planqa.report import Report
from planqa.rerank import CALM
from planqa.search import Hit
from planqa.tokens import Weigh, is_chinese, share, weighed

__all__ = ["Answer", "Citation", "cite", "compose"]

QUOTE = 200
"""Characters that a quote has at most."""
CITATIONS = 3
NEAR = 0.05
"""How far below the best hit another may score and still be cited."""
READ_THERE = 0.2
"""What it weighs that a reader found the answer in a sentence and is sure, in units of cosine."""
LABELLED = 0.3
"""For a sentence whose label, as 产业项目。 or 新建：, the question names."""
LEXICAL = 0.3
"""What the share of the question's words weighs in the choice of a sentence, in units of cosine."""

_LABEL = re.compile("([一-龥]{2,8})[。：:]")


@dataclass(frozen=True, slots=True)
class Citation:
    """A span of a report that can be quoted: `quote == report.text[start:end]`."""

    report_id: str
    report_title: str
    place: str | None
    year: int | None
    section_path: tuple[str, ...]
    label: str
    """For an official document: 《…报告》第二部分（三）一是."""
    quote: str
    start: int
    end: int
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What comes back for a question; in a refusal `answers` and `citations` are empty."""

    question: str
    standalone_question: str
    answered: bool
    confidence: float
    """0..1, also for refusals."""
    text: str
    answers: tuple[str, ...]
    citations: tuple[Citation, ...]
    hits: tuple[Hit, ...]

    def as_dict(self) -> dict[str, Any]:
        """The answer as `planqa ask --json` prints it; lists and numbers only."""
        return {
            "question": self.question,
            "standalone_question": self.standalone_question,
            "answered": self.answered,
            "confidence": round(self.confidence, 4),
            "text": self.text,
            "answers": list(self.answers),
            "citations": [
                {**asdict(each), "section_path": list(each.section_path)} for each in self.citations
            ],
            "hits": [hit.as_dict() for hit in self.hits],
        }


def compose(
    question: str,
    standalone_question: str,
    query: Query,
    hits: Sequence[Hit],
    report_by_id: Callable[[str], Report],
    weigh: Weigh,
    top_k: int,
    strictness: float,
) -> Answer:
    """The answer to `question`, which in full is `standalone_question`, understood as `query`.

    `hits` are at least two where there are two passages; the answer shows the first `top_k`. `weigh` says
    how much a token tells (its inverse document frequency). Refuses below a confidence of `strictness`.
    """
    citations = tuple(
        cite(report_by_id(hit.passage.report_id), hit, query.expanded, weigh)
        for hit in hits[:CITATIONS]
        if hit.score >= hits[0].score - NEAR
    )
    answers, sureness = _answers(query, hits, citations, weigh) if citations else ((), 0.0)
    answered = bool(citations) and sureness >= strictness
    nearest = citations[0].label if citations else ""
    refused = "" if answered else refusal(question, query, hits[:CITATIONS], nearest, weigh)
    return Answer(
        question=question,
        standalone_question=standalone_question,
        answered=answered,
        confidence=sureness,
        text=_text(question, answers, citations) if answered else refused,
        answers=answers if answered else (),
        citations=citations if answered else (),
        hits=tuple(hits[:top_k]),
    )


def _answers(
    query: Query, hits: Sequence[Hit], citations: Sequence[Citation], weigh: Weigh
) -> tuple[tuple[str, ...], float]:
    """The short answers in the first citation, and how sure they are; what the reader read is looked at first."""
    best, cited, span = hits[0], citations[0], None
    if best.reading:
        shift = best.passage.start - cited.start
        start, end = best.reading.start + shift, best.reading.end + shift
        if start < len(cited.quote) and end > 0:
            span = (max(start, 0), min(end, len(cited.quote)))
    answers = tuple(short_answers(query, cited.quote, weigh, span))
    found = signs(query, hits, cited.year, cited.quote, answers, weigh)
    return answers, confidence(found, best.reading is not None)


def cite(report: Report, hit: Hit, content: str, weigh: Weigh) -> Citation:
    """The sentence of a hit that fits `content` best, cited."""
    start, end = _quote(report.text, hit, content, weigh)
    return Citation(
        report_id=report.report_id,
        report_title=report.title,
        place=report.place,
        year=report.year,
        section_path=hit.passage.section_path,
        label=label(report.title, hit.passage.section_path),
        quote=report.text[start:end],
        start=start,
        end=end,
        page=hit.passage.page,
    )


def _quote(text: str, hit: Hit, content: str, weigh: Weigh) -> tuple[int, int]:
    """The span of the passage's best sentence, a too long one cut down to the clauses that answer."""
    words = weighed(content, weigh)

    def coverage(start: int, end: int) -> float:
        return share(words, text[start:end])

    def labelled(start: int, end: int) -> float:
        label = _LABEL.match(text, start, end)
        return LABELLED if label and label[1] in content else 0.0

    spans = hit.passage.sentences
    scored = [
        (score + LEXICAL * coverage(*span) + _read_there(hit, *span) + labelled(*span), span)
        for score, span in zip(hit.sentence_scores, spans, strict=True)
    ]
    start, end = max(scored, key=lambda pair: (pair[0], -pair[1][0]))[1]
    if end - start <= QUOTE:
        return start, end
    return _shortened(text, start, end, lambda *span: coverage(*span) + _read_there(hit, *span))


def _read_there(hit: Hit, start: int, end: int) -> float:
    """What it counts for a part of the report that the reader found the answer in it, more where it is sure."""
    if not hit.reading:
        return 0.0
    first, last = hit.passage.start + hit.reading.start, hit.passage.start + hit.reading.end
    share = max(0, min(end, last) - max(start, first)) / max(1, last - first)
    return READ_THERE * share * (1 + math.tanh(hit.reading.odds / CALM)) / 2


def _shortened(
    text: str, start: int, end: int, coverage: Callable[[int, int], float]
) -> tuple[int, int]:
    """The run of whole clauses, QUOTE characters at most, that covers most of the question."""
    borders = [start, *(m.end() for m in re.finditer("[，,；;：:、]", text[start:end]))]
    borders = [start, *(start + border for border in borders[1:]), end]
    best = (-1.0, start, min(end, start + QUOTE))
    for i, first in enumerate(borders[:-1]):
        fitting = [last for last in borders[i + 1 :] if last - first <= QUOTE]
        last = fitting[-1] if fitting else first + QUOTE
        if (covered := coverage(first, last)) > best[0]:
            best = (covered, first, last)
    return best[1], best[2]


# --- what a person reads -------------------------------------------------------------------------


def _text(question: str, answers: Sequence[str], citations: Sequence[Citation]) -> str:
    first = citations[0]
    said = "；".join(answers) if is_chinese(question) else "; ".join(answers)
    source = f"{first.label}：“{first.quote}”"
    return f"{said}\n{source}" if said else source
