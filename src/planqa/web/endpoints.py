"""What the page, and any other client of the API, may call: plain JSON in and out, read only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any, Protocol

from planqa.answer import Answer
from planqa.errors import PlanqaError, QuestionError
from planqa.qa import check_question
from planqa.report import Report
from planqa.web.examples import example_questions
from planqa.web.source import ReportSource, report_source

__all__ = ["Ask", "Endpoints", "Reports"]

MAX_HITS = 50
MAX_HISTORY = 20
"""Earlier questions that are looked at; of more, the latest."""

Reports = Callable[[], Sequence[Report]]
"""The reports that are indexed now: called anew each time, so that a newer index shows."""


class Ask(Protocol):
    """`planqa.ask` with its index bound."""

    def __call__(
        self,
        question: str,
        *,
        history: Sequence[str] = (),
        report: str | None = None,
        year: int | None = None,
        place: str | None = None,
        top_k: int = 5,
    ) -> Answer: ...


class Endpoints:
    """The calls of the API over one `ask` and one `reports`.

    Each raises `PlanqaError` where it cannot answer. Any program may call, so that a parameter may
    be any JSON value: what does not fit is refused with a line that says why.
    """

    def __init__(self, ask: Ask, reports: Reports) -> None:
        self._ask = ask
        self._reports = reports
        self._listed: tuple[Sequence[Report], list[dict[str, Any]]] = ((), [])

    def ask(
        self,
        question: str,
        history: list[str] | None = None,
        report: str | None = None,
        year: int | None = None,
        place: str | None = None,
    ) -> dict[str, Any]:
        """Answer `question` from the reports, cited; `history` holds the earlier questions."""
        question, *earlier = map(_checked, (question, *(history or [])[-MAX_HISTORY:]))
        answer = self._ask(question, history=earlier, report=report, year=year, place=place)
        return answer.as_dict()

    def search(
        self,
        query: str,
        report: str | None = None,
        year: int | None = None,
        place: str | None = None,
        top_k: int = 5,
    ) -> dict[str, Any]:
        """Find the passages nearest to `query`, at most `top_k` of them, best first."""
        count = min(max(int(top_k), 1), MAX_HITS)
        answer = self._ask(_checked(query), report=report, year=year, place=place, top_k=count)
        return {"query": answer.standalone_question, "hits": answer.as_dict()["hits"]}

    def outline(self, report_id: str) -> dict[str, Any]:
        """The sections of one report as a tree; `reports` lists the ids."""
        report = self._report(report_id)
        return {
            "report_id": report.report_id,
            "title": report.title,
            "place": report.place,
            "year": report.year,
            "sections": [asdict(section) for section in report.sections],
        }

    def reports(self) -> list[dict[str, Any]]:
        """The indexed reports, in the order of the index."""
        reports = self._reports()
        if self._listed[0] is not reports:  # each index has a sequence of its own
            self._listed = (reports, [_known_of(report) for report in reports])
        return self._listed[1]

    def source(self, report_id: str) -> ReportSource:
        """The text of one report, line by line, with its outline."""
        return report_source(self._report(report_id))

    def examples(self) -> list[str]:
        """Up to four questions that the indexed reports answer."""
        return example_questions(self._reports())

    def _report(self, report_id: str) -> Report:
        numbers = {known["report_id"]: number for number, known in enumerate(self.reports())}
        if report_id not in numbers:
            raise PlanqaError(f"no report {report_id!r} is indexed now: reload the page")
        return self._reports()[numbers[report_id]]


def _known_of(report: Report) -> dict[str, Any]:
    return {
        "report_id": report.report_id,
        "title": report.title,
        "place": report.place,
        "year": report.year,
        "sections": sum(1 for _ in report.walk()),
        "file": report.file,
        "sha256": report.sha256,
    }


def _checked(question: object) -> str:
    if not isinstance(question, str):
        raise QuestionError("a question is a text: send a JSON string")
    return check_question(question)
