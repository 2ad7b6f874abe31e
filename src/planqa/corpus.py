"""A folder of report files -> Reports."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from planqa.errors import CorpusError, ReportError
from planqa.metadata import corrected, metadata_of
from planqa.outline import outline_of
from planqa.readers import SUFFIXES, read
from planqa.report import Paragraph, Report

__all__ = ["find_files", "read_report"]

_LARGEST = 200_000_000
"""Bytes of the largest file: pictures in it count too."""
_LARGEST_TEXT = 20_000_000
"""Bytes of the largest file of plain text."""


def find_files(corpus: Path) -> list[Path]:
    """The report files in a folder and below it, sorted; CorpusError where there is no such folder.

    README files, hidden files and links that lead out of the folder are left out.
    """
    if not corpus.is_dir():
        raise CorpusError(f"{corpus}: no such folder; make it and put reports in it")
    inside = corpus.resolve()
    named = (path for path in corpus.rglob("*") if _is_named_as_report(path.relative_to(corpus)))
    return sorted(p for p in named if p.is_file() and p.resolve().is_relative_to(inside))


def _is_named_as_report(path: Path) -> bool:
    return (
        path.suffix.lower() in SUFFIXES
        and not path.name.upper().startswith("README")
        and not any(part.startswith((".", "~$")) for part in path.parts)
    )


def read_report(path: Path, corpus: Path | None = None) -> Report:
    """The report in the file at `path`, a part of `corpus`; ReportError where it cannot be read."""
    data = _bytes(path)
    reading = read(path, data, apart=True)
    outline = outline_of(reading.text, reading.marks, reading.rows)
    known = corrected(metadata_of(reading.text, outline.sections, path.stem), path)
    file = path.relative_to(corpus) if corpus is not None else Path(path.name)
    return Report(
        report_id=_report_id(path, file),
        title=known.title,
        place=known.place,
        year=known.year,
        file=file.as_posix(),
        sha256=hashlib.sha256(data).hexdigest(),
        text=reading.text,
        sections=outline.sections,
        paragraphs=_on_pages(outline.paragraphs, reading.page_starts),
        kind=known.kind,
        issuer=known.issuer,
        date=known.date,
        reviewed=known.reviewed,
        left_out=" ".join(outline.notes),
    )


def _bytes(path: Path) -> bytes:
    """What the file holds; ReportError where it is no file, cannot be opened or is too large."""
    largest = _LARGEST_TEXT if path.suffix.lower() in (".txt", ".md") else _LARGEST
    try:
        if path.exists() and not path.is_file():
            raise ReportError(path, "this is no file")
        with path.open("rb") as file:
            data = file.read(largest + 1)
    except OSError as error:
        raise ReportError(path, error.strerror or str(error)) from error
    if len(data) > largest:
        raise ReportError(path, f"it has more than {largest // 1_000_000} MB; split it")
    return data


def _on_pages(paragraphs: Sequence[Paragraph], starts: Sequence[int]) -> tuple[Paragraph, ...]:
    """The paragraphs with the pages that they begin on."""
    if not starts:
        return tuple(paragraphs)
    return tuple(replace(p, page=max(1, bisect_right(starts, p.start))) for p in paragraphs)


def _report_id(path: Path, file: Path) -> str:
    """The file's path without the suffix, which stays where an earlier file has the same path."""
    rivals = (path.with_suffix(suffix) for suffix in SUFFIXES if suffix < path.suffix)
    return (file if any(rival.exists() for rival in rivals) else file.with_suffix("")).as_posix()
