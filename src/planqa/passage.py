"""Report -> passages, and the exact texts of a passage that are embedded and indexed."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise

from planqa.report import Paragraph, Report

__all__ = ["Passage", "embedded_texts", "lexical_text", "split_report", "split_sentences"]

TARGET = 380
"""Characters that a passage has at most, below the 400 that are promised."""
SENTENCE = 120
"""Characters above which a sentence is cut at its semicolons as well."""
HEADING = 20
"""Characters up to which a sentence without a figure says too little alone and is kept with the next."""

# Where Chinese text may be cut, the best places first; the empty string is any character.
_SEPARATORS = ("\n", r"[。！？!?]+[”’」』）)]*", "[；;]", "[，,：:]", "、", "")
_SENTENCE_END = re.compile(r"(?<=[。！？!?])(?![。！？!?”’」』）)])|(?<=[。！？!?][”’」』）)])")
_CLAUSE_END = re.compile(r"(?<=[；;])")


@dataclass(frozen=True, slots=True)
class Passage:
    """What is embedded, indexed and returned: `text == report.text[start:end]`, 400 characters at most."""

    report_id: str
    section_path: tuple[str, ...]
    start: int
    end: int
    text: str
    sentences: tuple[tuple[int, int], ...]
    """Spans of its sentences in the report's text; together they cover the passage but for space."""
    page: int | None = None


def split_report(report: Report) -> list[Passage]:
    """The report's passages in reading order; none crosses the border of a section."""
    passages = []
    for run in _runs(report):
        for start, end in _cut(report.text, run):
            inside = [p for p in run if p.start < end and p.end > start]
            sentences = [
                span
                for p in inside
                for span in split_sentences(report.text, max(p.start, start), min(p.end, end))
            ]
            passages.append(
                Passage(
                    report_id=report.report_id,
                    section_path=run[0].section_path,
                    start=start,
                    end=end,
                    text=report.text[start:end],
                    sentences=tuple(sentences),
                    page=inside[0].page,
                )
            )
    return passages


def _runs(report: Report) -> Iterator[list[Paragraph]]:
    """Neighbouring paragraphs of one section with nothing but space between them."""
    for _, group in groupby(report.paragraphs, key=lambda paragraph: paragraph.section_path):
        run: list[Paragraph] = []
        for paragraph in group:
            if run and report.text[run[-1].end : paragraph.start].strip():
                yield run
                run = []
            run.append(paragraph)
        yield run


def _cut(text: str, run: list[Paragraph]) -> Iterator[tuple[int, int]]:
    """Spans of about equal length below TARGET that end where a sentence ends, space trimmed off."""
    start, end = run[0].start, run[-1].end
    length = end - start
    if length <= TARGET:
        if trimmed := _trim(text, start, end):
            yield trimmed
        return
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    pieces = math.ceil(length / TARGET)
    # A paragraph may be typed over several lines; then a line's end is no good place to cut.
    is_wrapped = any("\n" in text[p.start : p.end] for p in run)
    splitter = RecursiveCharacterTextSplitter(
        separators=[*_SEPARATORS[1:]] if is_wrapped else [*_SEPARATORS],
        is_separator_regex=True,
        # Room for whole sentences, so that the last piece is not a mere remainder.
        chunk_size=min(TARGET, math.ceil(length / pieces * 1.15)),
        chunk_overlap=0,
        keep_separator="end",
        strip_whitespace=False,
    )
    at = start
    for piece in splitter.split_text(text[start:end]):
        if trimmed := _trim(text, at, at + len(piece)):
            yield trimmed
        at += len(piece)


def split_sentences(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Spans of the sentences in `text[start:end]`, space trimmed off.

    Long ones are cut at semicolons; one that only announces what follows (产业项目。, 一是…。) is kept with it.
    """
    cuts = []
    for first, last in _split(_SENTENCE_END, text, start, end):
        clauses = _split(_CLAUSE_END, text, first, last) if last - first > SENTENCE else []
        cuts += clauses or [(first, last)]
    spans: list[tuple[int, int]] = []
    waiting: tuple[int, int] | None = None
    for cut in cuts:
        if trimmed := _trim(text, *cut):
            span = (waiting or trimmed)[0], trimmed[1]
            waiting = span if _announces(text[slice(*span)]) else None
            if waiting is None:
                spans.append(span)
    return [*spans, waiting] if waiting else spans


def _announces(sentence: str) -> bool:
    return len(sentence) <= HEADING and not re.search(r"[\d０-９]", sentence)


def _split(pattern: re.Pattern[str], text: str, start: int, end: int) -> list[tuple[int, int]]:
    cuts = [
        start,
        *(m.start() for m in pattern.finditer(text, start, end) if m.start() > start),
        end,
    ]
    return list(pairwise(cuts))


def _trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The span without the space at its ends; None when nothing is left."""
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip())
    end -= len(piece) - len(piece.rstrip())
    return (start, end) if start < end else None


def embedded_texts(passage: Passage) -> list[str]:
    """The exact texts whose vectors stand for a passage: its sentences, each on its own."""
    return [
        passage.text[start - passage.start : end - passage.start]
        for start, end in passage.sentences
    ]


def lexical_text(passage: Passage) -> str:
    """The text whose words stand for a passage in lexical search: headings and all.

    A run-in heading that opens the text is not said twice.
    """
    headings = [heading for heading in passage.section_path if not passage.text.startswith(heading)]
    return "\n".join([*headings, passage.text])
