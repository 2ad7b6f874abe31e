"""Counts of what was asked, in the text format that Prometheus reads."""

from __future__ import annotations

import threading
import time
from bisect import bisect_left
from collections.abc import Sequence

from planqa.answer import Answer
from planqa.web.endpoints import Ask

__all__ = ["Metrics", "measured"]

_BOUNDS = (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper bounds of the histogram's buckets, in seconds."""
_OUTCOMES = ("answered", "refused", "failed")


class Metrics:
    """How many questions came out how, and how long they took; threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._outcomes = dict.fromkeys(_OUTCOMES, 0)
        self._buckets = [0] * (len(_BOUNDS) + 1)
        self._seconds = 0.0
        self._in_progress = 0

    def begin(self) -> None:
        """Counts a question that is being answered."""
        with self._lock:
            self._in_progress += 1

    def end(self, outcome: str, seconds: float) -> None:
        """Counts a question that began as `outcome`: answered, refused or failed."""
        with self._lock:
            self._in_progress -= 1
            self._outcomes[outcome] += 1
            self._buckets[bisect_left(_BOUNDS, seconds)] += 1
            self._seconds += seconds

    def exposition(self, reports: int) -> str:
        """All of it in Prometheus' text format, with the number of indexed reports."""
        with self._lock:
            outcomes, buckets = dict(self._outcomes), list(self._buckets)
            seconds, in_progress = self._seconds, self._in_progress
        lines = [
            *_head("planqa_questions_total", "counter", "Questions by what came of them."),
            *(f'planqa_questions_total{{outcome="{name}"}} {n}' for name, n in outcomes.items()),
            *_head("planqa_answer_seconds", "histogram", "Time from question to answer."),
        ]
        total = 0
        for bound, count in zip((*map(str, _BOUNDS), "+Inf"), buckets, strict=True):
            total += count
            lines.append(f'planqa_answer_seconds_bucket{{le="{bound}"}} {total}')
        lines += [
            f"planqa_answer_seconds_sum {seconds:.6f}",
            f"planqa_answer_seconds_count {total}",
            *_head("planqa_questions_in_progress", "gauge", "Questions being answered now."),
            f"planqa_questions_in_progress {in_progress}",
            *_head("planqa_reports", "gauge", "Reports that are indexed."),
            f"planqa_reports {reports}",
        ]
        return "\n".join(lines) + "\n"


def _head(name: str, kind: str, meaning: str) -> tuple[str, str]:
    return f"# HELP {name} {meaning}", f"# TYPE {name} {kind}"


def measured(ask: Ask, metrics: Metrics) -> Ask:
    """`ask`, whose calls `metrics` counts."""

    def counted(
        question: str,
        *,
        history: Sequence[str] = (),
        report: str | None = None,
        year: int | None = None,
        place: str | None = None,
        top_k: int = 5,
    ) -> Answer:
        began, outcome = time.perf_counter(), "failed"
        metrics.begin()
        try:
            answer = ask(
                question, history=history, report=report, year=year, place=place, top_k=top_k
            )
            outcome = "answered" if answer.answered else "refused"
            return answer
        finally:
            metrics.end(outcome, time.perf_counter() - began)

    return counted
