"""A report: its text, its tree of sections, its paragraphs, and what is known about it.

Offsets everywhere are half-open `[start, end)` character offsets into `Report.text`, which is the file's
own text: nothing in it is normalised, so that every slice of it is what the report prints.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["Paragraph", "Report", "Section"]

SectionPath = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it, subsections included."""

    heading: str
    """As printed, without surrounding space; of a run-in heading what stands before its first 。"""
    level: int
    """1 for the outermost; a child's level is greater than its parent's."""
    start: int
    """Where the heading begins."""
    end: int
    """Where the section's text ends: the next heading of the same or an outer level."""
    children: tuple[Section, ...] = ()

    def walk(self, above: SectionPath = ()) -> Iterator[tuple[SectionPath, Section]]:
        """This section and every one below it, each with its path, in reading order."""
        path = (*above, self.heading)
        yield path, self
        for child in self.children:
            yield from child.walk(path)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A run of text that is indexed and quoted as one; headings on a line of their own are none."""

    start: int
    end: int
    section_path: SectionPath
    """Headings from the outermost in; empty before the first heading."""
    page: int | None = None
    """The page it begins on, from 1, where the format has pages."""


@dataclass(frozen=True, slots=True)
class Report:
    """One document of the corpus, read and understood."""

    report_id: str
    """Unique in the corpus and stable: the file's path in it, without the suffix."""
    title: str
    place: str | None
    year: int | None
    """The year that the report plans, which is the year it was given in (2023 reviews 2022)."""
    file: str
    """The file's path within the corpus, with forward slashes."""
    sha256: str
    """Of the file's bytes, in hex."""
    text: str
    sections: tuple[Section, ...]
    paragraphs: tuple[Paragraph, ...]
    kind: str | None = None
    """政府工作报告, 计划报告, 预算报告, 规划纲要 or 统计公报."""
    issuer: str | None = None
    """Who gave it: 沙坪坝区发展和改革委员会."""
    date: str | None = None
    """The day it was given, as 2023-01-10."""
    reviewed: int | None = None
    """The year that it looks back on."""
    left_out: str = ""
    """What of the text is in no paragraph, in plain sentences; empty where nothing worth telling."""

    def walk(self) -> Iterator[tuple[SectionPath, Section]]:
        """Every section with its path, in reading order."""
        for section in self.sections:
            yield from section.walk()
