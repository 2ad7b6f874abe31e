"""What can go wrong, as one small tree.

    PlanqaError
    ├── ReportError        a report file cannot be read (path, reason)
    ├── CorpusError        the corpus folder is missing or holds no report
    ├── QuestionError      a question is empty, too long, or not text
    ├── ModelError         the embedding model is missing, damaged or unknown
    ├── MissingExtra       an optional dependency is not installed
    └── IndexUnusable      the index cannot answer
        ├── IndexMissing   there is none yet
        ├── IndexStale     it was built by other settings, another model or another version
        ├── IndexCorrupt   a file in it is missing, truncated or altered
        └── IndexBusy      another process is writing it

Each message is one line that a user can act on: it says what happened and names the next command. Only
the faces (CLI, web) catch `PlanqaError`; anything else is a bug and shows its traceback.
"""

from __future__ import annotations

from pathlib import Path

__all__ = [
    "CorpusError",
    "IndexBusy",
    "IndexCorrupt",
    "IndexMissing",
    "IndexStale",
    "IndexUnusable",
    "MissingExtra",
    "ModelError",
    "PlanqaError",
    "QuestionError",
    "ReportError",
]


class PlanqaError(Exception):
    """Base of every error that planqa raises on purpose."""


class ReportError(PlanqaError):
    """A report file that cannot be read; `path` is the file, `reason` one clause that says why."""

    def __init__(self, path: Path | str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = Path(path)
        self.reason = reason

    def __reduce__(self) -> tuple[type[ReportError], tuple[Path, str]]:
        return type(self), (self.path, self.reason)


class CorpusError(PlanqaError):
    """The corpus folder is missing or holds no report that can be read."""


class QuestionError(PlanqaError):
    """A question that cannot be asked: empty, too long, or no text."""


class ModelError(PlanqaError):
    """The embedding model is missing, damaged or unknown."""


class MissingExtra(PlanqaError):
    """An optional dependency is not installed; the message is the command that installs it."""


class IndexUnusable(PlanqaError):
    """The index cannot answer; the message names the command that mends it."""


class IndexMissing(IndexUnusable):
    """There is no index in the folder yet."""


class IndexStale(IndexUnusable):
    """The index was built with other settings, another model or another version of planqa."""


class IndexCorrupt(IndexUnusable):
    """A file of the index is missing, truncated or altered."""


class IndexBusy(IndexUnusable):
    """Another process is writing the index."""
