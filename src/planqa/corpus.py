"""A folder of report files -> Reports."""

from __future__ import annotations

import hashlib
from pathlib import Path

from planqa.errors import CorpusError, ReportError
from planqa.metadata import metadata_of
from planqa.outline import outline_of
from planqa.readers import SUFFIXES, read
from planqa.report import Report

__all__ = ["find_files", "read_report"]


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
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ReportError(path, error.strerror or str(error)) from error
    reading = read(path, data)
    metadata = metadata_of(reading.text, path.stem)
    outline = outline_of(reading.text, reading.marks)
    file = path.relative_to(corpus) if corpus is not None else Path(path.name)
    return Report(
        report_id=_report_id(path, file),
        title=metadata.title,
        place=metadata.place,
        year=metadata.year,
        file=file.as_posix(),
        sha256=hashlib.sha256(data).hexdigest(),
        text=reading.text,
        sections=outline.sections,
        paragraphs=outline.paragraphs,
    )


def _report_id(path: Path, file: Path) -> str:
    """The file's path without the suffix, which stays where an earlier file has the same path."""
    rivals = (path.with_suffix(suffix) for suffix in SUFFIXES if suffix < path.suffix)
    return (file if any(rival.exists() for rival in rivals) else file.with_suffix("")).as_posix()
