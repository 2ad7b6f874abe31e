"""Questions that were written by hand: on reports, and on passages that were invented for them.

`written/questions.jsonl` names a report, the words of it that answer and the answer; or null and the words that look
most like one. `written/passages.jsonl` holds invented passages with their questions.
"""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from examples import NOWHERE, Example, head_line, without
from generate import Asked
from mine import from_reports

from planqa.index import Index
from planqa.passage import Passage, split_report
from planqa.query import understand
from planqa.report import Report

__all__ = ["of_passages", "of_reports"]

HERE = Path(__file__).parent / "written"


def of_reports(reports: Sequence[Report], index: Index, chance: random.Random) -> Iterator[Example]:
    """The written questions on these reports; answerable ones also with a text that does not answer."""
    wanted: defaultdict[str, list[Any]] = defaultdict(list)
    for line in _lines(HERE / "questions.jsonl"):
        wanted[line["report"]].append(line)
    for report in reports:
        passages = split_report(report)
        asked = []
        for line in wanted[report.report_id]:
            if (passage := _holder(passages, line["evidence"])) is not None:
                head = head_line(report.place, report.year, passage.section_path)
                example = _example(line, report.place, report.year, head, passage.text)
                yield example
                yield from _cut(example)
                if example.start >= 0:
                    asked.append(Asked(example, passage, is_named=False))
        yield from from_reports(asked, index, {report.report_id}, chance)


def of_passages(chance: random.Random) -> Iterator[Example]:
    """The written questions on invented passages."""
    for line in _lines(HERE / "passages.jsonl"):
        head = head_line(line["place"], line["year"], line["path"])
        for each in line["questions"]:
            example = _example(each, line["place"], line["year"], head, line["text"])
            yield example
            if chance.random() < 0.5:
                yield from _cut(example)


def _lines(path: Path) -> Iterator[Any]:
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def _holder(passages: Sequence[Passage], evidence: str) -> Passage | None:
    return next((passage for passage in passages if evidence in passage.text), None)


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


def _cut(example: Example) -> Iterator[Example]:
    """The question of the text without the sentence that answers."""
    if example.start >= 0 and (rest := without(example.text, example.start, example.end)):
        yield Example(example.question, example.head, rest, *NOWHERE, f"{example.source}-cut")
