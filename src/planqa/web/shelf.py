"""Adding and removing reports while questions go on being answered: one job at a time, in a thread."""

from __future__ import annotations

import threading
import time
import unicodedata
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Protocol

from planqa.changes import Changes
from planqa.errors import CorpusError, PlanqaError
from planqa.readers import SUFFIXES

__all__ = ["FileResult", "Job", "Shelf", "Update"]

_LONGEST_NAME = 200
"""Bytes of a file name; file systems allow 255."""
_NOT_IN_NAMES = frozenset('<>:"|?*')
"""What some file system cannot write."""


class Update(Protocol):
    """`update_index` with its corpus and index bound."""

    def __call__(
        self, *, rebuild: bool = False, on_progress: Callable[[int, int, str], None] | None = None
    ) -> Changes: ...


@dataclass(frozen=True, slots=True)
class FileResult:
    """What became of one file: added, changed, unchanged, removed or failed, and then why."""

    file: str
    state: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Job:
    """How far the present job is, or how the last one ended."""

    running: bool = False
    stage: str = ""
    done: int = 0
    total: int = 0
    results: tuple[FileResult, ...] = ()
    error: str = ""


class Shelf:
    """The corpus folder as visitors may change it. What a job cannot index, it takes away again."""

    def __init__(self, corpus: Path, update: Update) -> None:
        self._corpus = corpus
        self._update = update
        self._busy = threading.Lock()
        self.job = Job()

    def added(self, file: str) -> str | None:
        """The day on which a file of the corpus was last written, as 2026-01-31."""
        with suppress(OSError):
            return time.strftime("%Y-%m-%d", time.localtime((self._corpus / file).stat().st_mtime))
        return None

    def add(self, files: Sequence[tuple[str, bytes]]) -> None:
        """Starts to put the files, given by name and content, into the corpus and the index.

        Raises PlanqaError while another job runs.
        """
        self._start(lambda: self._add(files))

    def remove(self, file: str) -> None:
        """Starts to take a file out; it is kept in the corpus' folder .removed.

        Raises PlanqaError while another job runs, CorpusError when there is no such file.
        """
        path = self._corpus / file
        if not path.is_file() or not path.resolve().is_relative_to(self._corpus.resolve()):
            raise CorpusError(f"{file} is not in the corpus: reload the page")
        self._start(lambda: self._remove(path, file))

    def rebuild(self) -> None:
        """Starts to build the whole index anew. Raises PlanqaError while another job runs."""
        self._start(lambda: _results(self._update(rebuild=True, on_progress=self._progress)))

    def _start(self, work: Callable[[], Sequence[FileResult]]) -> None:
        if not self._busy.acquire(blocking=False):
            raise PlanqaError("the index is being changed just now: try again when that is done")
        self.job = Job(running=True)
        threading.Thread(target=self._run, args=(work,), name="planqa-shelf").start()

    def _run(self, work: Callable[[], Sequence[FileResult]]) -> None:
        results: Sequence[FileResult] = ()
        error = "the index could not be changed; the server's log says why"
        try:
            results, error = work(), ""
        except PlanqaError as known:
            error = str(known)
        except OSError as failed:
            error = f"the corpus cannot be written: {failed.strerror or failed}"
        finally:
            self.job = replace(self.job, running=False, results=tuple(results), error=error)
            self._busy.release()

    def _progress(self, done: int, total: int, stage: str) -> None:
        self.job = replace(self.job, stage=stage, done=done, total=total)

    def _add(self, files: Sequence[tuple[str, bytes]]) -> list[FileResult]:
        before: dict[Path, bytes | None] = {}
        refused: list[FileResult] = []
        for given, content in files:
            name = _plain_name(given)
            if reason := _unfit(name):
                refused.append(FileResult(name, "failed", reason))
                continue
            path = self._corpus / name
            before[path] = path.read_bytes() if path.is_file() else None
            path.write_bytes(content)
        if not before:
            return refused
        try:
            found = _results(self._update(on_progress=self._progress))
        except BaseException:
            _restore(before)
            raise
        failed = {self._corpus / result.file for result in found if result.state == "failed"}
        _restore({path: content for path, content in before.items() if path in failed})
        names = {path.name for path in before}
        return refused + [result for result in found if result.file in names]

    def _remove(self, path: Path, file: str) -> list[FileResult]:
        bin_ = self._corpus / ".removed"
        bin_.mkdir(exist_ok=True)
        kept = bin_ / f"{time.time_ns()}-{path.name}"
        path.rename(kept)
        try:
            self._update(on_progress=self._progress)
        except BaseException:
            kept.rename(path)
            raise
        return [FileResult(file, "removed")]


def _plain_name(given: str) -> str:
    """The last part of a path as any system writes it, without control characters."""
    name = PurePosixPath(given.replace("\\", "/")).name
    return "".join(c for c in unicodedata.normalize("NFC", name) if c.isprintable())


def _unfit(name: str) -> str:
    """Why a file cannot be kept under this name; empty where it can."""
    if not name.lower().endswith(SUFFIXES):
        return f"not a report file: planqa reads {', '.join(SUFFIXES)}"
    if name.startswith((".", "~$")) or name.upper().startswith("README"):
        return "such a name is not taken for a report's"
    if len(name.encode()) > _LONGEST_NAME or _NOT_IN_NAMES & set(name):
        return "the name is too long or has a sign that file systems refuse"
    return ""


def _results(changes: Changes) -> list[FileResult]:
    states = ("added", "changed", "unchanged", "removed")
    found = [FileResult(file, state) for state in states for file in getattr(changes, state)]
    failed = [FileResult(error.path.name, "failed", error.reason) for error in changes.failed]
    return found + failed


def _restore(before: dict[Path, bytes | None]) -> None:
    """Puts files back as they were; None: the file was not there."""
    for path, content in before.items():
        if content is None:
            path.unlink(missing_ok=True)
        else:
            path.write_bytes(content)
