"""Corpus -> the reports and passages of a new generation, and the sha256 of every text to be
embedded.

What did not change is copied from the last generation without being read or cut again.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from planqa.corpus import find_files, read_report
from planqa.durable import sha256_of
from planqa.errors import ReportError
from planqa.generation import Generation
from planqa.manifest import FailedFile, Manifest, ReportEntry
from planqa.metadata import sidecar_of
from planqa.passage import Passage, embedded_texts, split_report
from planqa.records import Records, RecordWriter, encode_record, read_passage
from planqa.report import Report

__all__ = [
    "Gathered",
    "Source",
    "TextWriter",
    "find_sources",
    "gather",
    "gathered",
    "writing_texts",
]


@dataclass(frozen=True, slots=True)
class Source:
    """A report file, and where the last generation holds the same bytes under the same name."""

    path: Path
    file: str
    """Within the corpus, with forward slashes."""
    position: int | None
    """The report's number in the last generation; None when it has to be read."""
    same_as: str | None = None
    """An earlier file with the same bytes, which is indexed in its stead."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """What was written of a new generation so far: everything but vectors and words."""

    entries: tuple[ReportEntry, ...]
    failed: dict[str, ReportError]
    """By the file's path within the corpus."""
    passages: Records[Passage]
    row_starts: NDArray[np.int64]
    keys: NDArray[np.bytes_]

    @property
    def failed_files(self) -> tuple[FailedFile, ...]:
        """The failed files as the manifest names them."""
        return tuple(FailedFile(file, error.reason) for file, error in self.failed.items())


def find_sources(corpus: Path, last: Manifest | None) -> list[Source]:
    """The corpus' files in the order of the index, each with its number in the generation that
    `last` describes. Raises CorpusError.
    """
    found = {_file(path, corpus): path for path in find_files(corpus)}
    digests = {file: _digest(found[file]) for file in sorted(found)}
    first: dict[str, str] = {}
    for file, digest in digests.items():
        first.setdefault(digest or file, file)
    positions = _reusable(found, digests, last) if last else {}
    sources = []
    for file, digest in digests.items():
        original = first[digest or file]
        same_as = original if original != file else None
        sources.append(Source(found[file], file, positions.get(file), same_as))
    return sources


def _reusable(
    found: dict[str, Path], digests: dict[str, str | None], last: Manifest
) -> dict[str, int]:
    """Which files are indexed as they are, with their number in the index.

    A report's id may depend on files beside it of the same name and another suffix: where those
    have changed, the report is read anew.
    """
    before = _rivals([*(each.file for each in last.reports), *(each.file for each in last.failed)])
    now = _rivals(found)
    return {
        entry.file: position
        for position, entry in enumerate(last.reports)
        if entry.file in found
        and before[_stem(entry.file)] == now[_stem(entry.file)]
        and digests[entry.file] == entry.sha256
        and _sidecar(found[entry.file]) == entry.sidecar
    }


def _rivals(files: Iterable[str]) -> dict[str, list[str]]:
    rivals: dict[str, list[str]] = {}
    for file in sorted(files):
        rivals.setdefault(_stem(file), []).append(file)
    return rivals


def _stem(file: str) -> str:
    return file.rpartition(".")[0]


def gather(
    sources: list[Source],
    corpus: Path,
    base: Generation | None,
    folder: Path,
    on_progress: Callable[[int, int, str], None],
) -> Gathered | None:
    """Writes reports and passages into `folder`; None when not one source could be read."""
    entries: list[ReportEntry] = []
    failed: dict[str, ReportError] = {}
    with writing_texts(folder) as writer:
        for done, source in enumerate(sources):
            on_progress(done, len(sources), "read")
            if source.same_as is not None:
                continue
            try:
                if base and source.position is not None:
                    entries.append(writer.copy(base, source.position, source.path))
                else:
                    entries.append(writer.add(read_report(source.path, corpus), source.path))
            except ReportError as error:
                failed[source.file] = error
        on_progress(len(sources), len(sources), "read")
    return gathered(folder, entries, failed) if entries else None


def gathered(
    folder: Path, entries: Iterable[ReportEntry], failed: dict[str, ReportError]
) -> Gathered:
    """What `writing_texts` has written into `folder`."""
    return Gathered(
        entries=tuple(entries),
        failed=failed,
        passages=Records(folder / "passages.jsonl", np.load(folder / "passages.npy"), read_passage),
        row_starts=np.load(folder / "rows.npy"),
        keys=np.load(folder / "keys.npy").view("S32")[:, 0],
    )


class TextWriter:
    """The files of a new generation that hold text."""

    def __init__(self, reports: RecordWriter, passages: RecordWriter) -> None:
        self.reports = reports
        self.passages = passages
        self.row_starts = array("q", [0])
        self.keys = bytearray()
        self._files: dict[str, str] = {}

    def add(self, report: Report, path: Path) -> ReportEntry:
        """Writes a report and its passages. Raises ReportError when it has none, or its id is
        taken.
        """
        passages = split_report(report)
        if not passages:
            raise ReportError(path, "it holds no text")
        return self.put(report, passages, path)

    def put(self, report: Report, passages: Sequence[Passage], path: Path) -> ReportEntry:
        """Writes a report and these passages of it. Raises ReportError when its id is taken."""
        self._claim(report.report_id, report.file, path)
        self.reports.append(encode_record(report))
        first_row = self.row_starts[-1]
        for passage in passages:
            self.passages.append(encode_record(passage))
            texts = embedded_texts(passage)
            self.row_starts.append(self.row_starts[-1] + len(texts))
            for text in texts:
                self.keys += hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
        return ReportEntry(
            report_id=report.report_id,
            title=report.title,
            place=report.place,
            year=report.year,
            file=report.file,
            sha256=report.sha256,
            passages=len(passages),
            rows=self.row_starts[-1] - first_row,
            sidecar=_sidecar(path),
            kind=report.kind,
            issuer=report.issuer,
            date=report.date,
            reviewed=report.reviewed,
            left_out=report.left_out,
        )

    def copy(self, base: Generation, position: int, path: Path) -> ReportEntry:
        """Writes a report as `base` has it. Raises ReportError when its id is taken."""
        entry = base.manifest.reports[position]
        self._claim(entry.report_id, entry.file, path)
        self.reports.extend(*base.reports.lines(position, position + 1))
        first, last = base.passages_of(position)
        self.passages.extend(*base.passages.lines(first, last))
        starts = base.row_starts[first : last + 1]
        shift = self.row_starts[-1] - int(starts[0])
        self.row_starts.extend((starts[1:] + shift).tolist())
        self.keys += base.keys[int(starts[0]) : int(starts[-1])].tobytes()
        return entry

    def _claim(self, report_id: str, file: str, path: Path) -> None:
        other = self._files.setdefault(report_id, file)
        if other != file:
            raise ReportError(path, f"it goes by the same name as {other}: rename one of them")


@contextmanager
def writing_texts(folder: Path) -> Iterator[TextWriter]:
    """A writer into `folder`, whose arrays are saved when all is written."""
    with (
        (folder / "reports.jsonl").open("wb") as reports,
        (folder / "passages.jsonl").open("wb") as passages,
    ):
        writer = TextWriter(RecordWriter(reports), RecordWriter(passages))
        yield writer
    save_array(folder / "reports.npy", writer.reports.offsets)
    save_array(folder / "passages.npy", writer.passages.offsets)
    save_array(folder / "rows.npy", np.array(writer.row_starts, np.int64))
    save_array(folder / "keys.npy", np.frombuffer(writer.keys, np.uint8).reshape(-1, 32))


def save_array(path: Path, array: NDArray[np.generic]) -> None:
    """np.save into exactly this file, never as a pickle."""
    with path.open("wb") as file:
        np.save(file, array, allow_pickle=False)


def _digest(path: Path) -> str | None:
    try:
        return sha256_of(path)
    except OSError:  # reading it will say why
        return None


def _sidecar(report: Path) -> str:
    return _digest(sidecar_of(report)) or ""


def _file(path: Path, corpus: Path) -> str:
    return path.relative_to(corpus).as_posix()
