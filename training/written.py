"""Questions that were written by hand: on reports, and on passages that were invented for them.

`written/questions.jsonl` names a report, the words of it that answer and the answer; or null and the words that look
most like one; some also name their twin, what a report of another year says alike. `written/passages.jsonl` holds
invented passages with their questions.
"""

from __future__ import annotations

import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from examples import NOWHERE, Example, head_line, without
from generate import Asked
from mine import from_reports
from wording import place_names
from words import words

from planqa.index import Index
from planqa.passage import Passage, split_report
from planqa.query import understand
from planqa.report import Report

__all__ = ["of_passages", "of_reports"]

HERE = Path(__file__).parent / "written"
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


def of_reports(reports: Sequence[Report], index: Index, chance: random.Random) -> Iterator[Example]:
    """The written questions on these reports; answerable ones also with texts that do not answer."""
    wanted: defaultdict[str, list[Any]] = defaultdict(list)
    for line in _lines(HERE / "questions.jsonl"):
        wanted[line["report"]].append(line)
    texts = {report.report_id: _Headed(report, split_report(report)) for report in reports}
    for report in reports:
        own = texts[report.report_id]
        asked = []
        for line in wanted[report.report_id]:
            if (passage := own.holder(line["evidence"])) is None:
                continue
            example = _example(line, report.place, report.year, own.head(passage), passage.text)
            yield example
            yield from _cut(example, chance)
            if example.start >= 0:
                asked.append(Asked(example, passage, is_named=False))
                yield from _elsewhere(example, report.place, chance)
            if (twin := line.get("twin")) and (other := texts.get(twin["report"])):
                yield from other.unanswered(example, twin["evidence"])
        yield from from_reports(asked, index, {report.report_id}, chance)


def of_passages(chance: random.Random) -> Iterator[Example]:
    """The written questions on invented passages."""
    for line in _lines(HERE / "passages.jsonl"):
        head = head_line(line["place"], line["year"], line["path"])
        for each in line["questions"]:
            example = _example(each, line["place"], line["year"], head, line["text"])
            yield example
            yield from _cut(example, chance)
            yield from _elsewhere(example, line["place"], chance)


@dataclass(frozen=True, slots=True)
class _Headed:
    """A report's passages."""

    report: Report
    passages: Sequence[Passage]

    def holder(self, evidence: str) -> Passage | None:
        return next((passage for passage in self.passages if evidence in passage.text), None)

    def head(self, passage: Passage) -> str:
        return head_line(self.report.place, self.report.year, passage.section_path)

    def unanswered(self, example: Example, evidence: str) -> Iterator[Example]:
        """The question of the passage with these words, which does not answer it."""
        if passage := self.holder(evidence):
            head, source = self.head(passage), f"{example.source}-twin"
            yield Example(example.question, head, passage.text, *NOWHERE, source)


def _lines(path: Path) -> Iterator[Any]:
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def _example(
    line: Mapping[str, Any], place: str | None, year: int | None, head: str, text: str
) -> Example:
    """The question as planqa shows it to a reader: with years for 今年, English with the reports' own terms."""
    query = understand(line["question"], [place] if place else [], [year] if year else [])
    question = query.dated if query.is_chinese else " ".join([query.dated, *query.terms])
    start, end = NOWHERE
    if line["answer"] is not None:
        start = text.index(line["answer"], max(text.find(line.get("evidence", "")), 0))
        end = start + len(line["answer"])
    return Example(question, head, text, start, end, f"written_{line['kind']}")


def _cut(example: Example, chance: random.Random) -> Iterator[Example]:
    """The question of half of the answerable examples, of the text without the sentence that answers."""
    if example.start < 0 or chance.random() < 0.5:
        return
    if rest := without(example.text, example.start, example.end):
        yield Example(example.question, example.head, rest, *NOWHERE, f"{example.source}-cut")


def _elsewhere(example: Example, place: str | None, chance: random.Random) -> Iterator[Example]:
    """The question of half of the answerable examples, for a year or a place that neither head nor text names."""
    if example.start < 0 or chance.random() < 0.5:
        return
    told = example.head + example.text
    years = set(_YEAR.findall(example.question))
    if len(years) == 1:
        year = years.pop()
        others = [str(int(year) + step) for step in (-3, -2, -1, -1, 1, 1, 2)]
        if others := [other for other in others if other not in told]:
            question = example.question.replace(year, chance.choice(others))
            yield Example(question, example.head, example.text, *NOWHERE, f"{example.source}-year")
    if place and (named := next((n for n in place_names(place) if n in example.question), None)):
        other = chance.choice(place_names(chance.choice(words("places"))))
        if other not in told and other[:2] != named[:2]:
            question = example.question.replace(named, other)
            yield Example(question, example.head, example.text, *NOWHERE, f"{example.source}-place")
