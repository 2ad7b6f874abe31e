"""Adding and removing reports: what is taken, what is put back, and who may."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.requests import Request

from planqa.changes import Changes
from planqa.errors import CorpusError, PlanqaError, ReportError
from planqa.web.access import Access
from planqa.web.shelf import FileResult, Shelf


class Updates:
    """Stands in for `update_index`: finds the text files of a folder, and fails on those with 坏."""

    def __init__(self, corpus: Path) -> None:
        self.corpus = corpus
        self.indexed: dict[str, bytes] = {}
        self.error: Exception | None = None
        self.gate = threading.Event()
        self.gate.set()

    def __call__(
        self, *, rebuild: bool = False, on_progress: Callable[[int, int, str], None] | None = None
    ) -> Changes:
        self.gate.wait()
        if on_progress:
            on_progress(1, 2, "read")
        if self.error:
            raise self.error
        found = {path.name: path.read_bytes() for path in self.corpus.glob("*.txt")}
        bad = [ReportError(self.corpus / name, "not text") for name in found if "坏" in name]
        good = {name: data for name, data in found.items() if "坏" not in name}
        before, self.indexed = self.indexed, good
        return Changes(
            added=tuple(name for name in good if name not in before),
            changed=tuple(n for n in good if n in before and good[n] != before[n]),
            removed=tuple(name for name in before if name not in good),
            renamed=(),
            unchanged=tuple(n for n in good if before.get(n) == good[n]),
            failed=tuple(bad),
            generation="gen-1",
        )


@pytest.fixture
def updates(tmp_path: Path) -> Updates:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "旧.txt").write_text("旧报告", encoding="utf-8")
    updates = Updates(corpus)
    updates()
    return updates


@pytest.fixture
def shelf(updates: Updates) -> Shelf:
    return Shelf(updates.corpus, updates)


def finished(shelf: Shelf) -> list[FileResult]:
    """The results of the job, once it is done."""
    for _ in range(200):
        if not shelf.job.running:
            return list(shelf.job.results)
        time.sleep(0.01)
    raise AssertionError("the job does not end")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.is_file())


def test_a_file_is_put_into_the_corpus_and_told_of(shelf: Shelf, updates: Updates) -> None:
    shelf.add([("新.txt", b"new"), ("旧.txt", b"newer")])
    assert finished(shelf) == [FileResult("新.txt", "added"), FileResult("旧.txt", "changed")]
    assert (updates.corpus / "新.txt").read_bytes() == b"new"
    assert shelf.added("新.txt") == time.strftime("%Y-%m-%d")


def test_a_file_that_cannot_be_read_is_taken_away_again(shelf: Shelf, updates: Updates) -> None:
    shelf.add([("坏.txt", b"?"), ("新.txt", b"new")])
    assert set(finished(shelf)) == {
        FileResult("坏.txt", "failed", "not text"),
        FileResult("新.txt", "added"),
    }
    assert names(updates.corpus) == ["新.txt", "旧.txt"]


@pytest.mark.parametrize(
    "name",
    [
        "virus.exe",
        ".hidden.txt",
        "README.txt",
        "~$open.docx",
        "a" * 250 + ".txt",
        'x".txt',
        "",
        "..",
    ],
)
def test_a_name_that_is_no_reports_is_refused_with_the_reason(
    shelf: Shelf, updates: Updates, name: str
) -> None:
    shelf.add([(name, b"x")])
    (result,) = finished(shelf)
    assert (result.state, bool(result.reason)) == ("failed", True)
    assert names(updates.corpus) == ["旧.txt"]


@pytest.mark.parametrize("name", ["../../escaped.txt", "C:\\x\\escaped.txt", "/etc/escaped.txt"])
def test_a_path_is_cut_down_to_its_name(shelf: Shelf, updates: Updates, name: str) -> None:
    shelf.add([(name, b"x")])
    assert finished(shelf) == [FileResult("escaped.txt", "added")]
    assert (updates.corpus / "escaped.txt").exists()


def test_when_the_index_cannot_be_written_the_corpus_is_as_before(
    shelf: Shelf, updates: Updates
) -> None:
    updates.error = PlanqaError("another planqa is writing")
    shelf.add([("新.txt", b"new"), ("旧.txt", b"newer")])
    finished(shelf)
    assert shelf.job.error == "another planqa is writing"
    assert names(updates.corpus) == ["旧.txt"]
    assert (updates.corpus / "旧.txt").read_text(encoding="utf-8") == "旧报告"


def test_a_removed_report_is_kept_aside(shelf: Shelf, updates: Updates) -> None:
    shelf.remove("旧.txt")
    assert finished(shelf) == [FileResult("旧.txt", "removed")]
    assert names(updates.corpus) == []
    (kept,) = (updates.corpus / ".removed").iterdir()
    assert kept.read_text(encoding="utf-8") == "旧报告"


def test_a_removal_that_fails_puts_the_report_back(shelf: Shelf, updates: Updates) -> None:
    updates.error = PlanqaError("no report is left")
    shelf.remove("旧.txt")
    finished(shelf)
    assert names(updates.corpus) == ["旧.txt"]


@pytest.mark.parametrize("file", ["../outside.txt", "missing.txt", ""])
def test_only_files_of_the_corpus_are_removed(shelf: Shelf, updates: Updates, file: str) -> None:
    (updates.corpus.parent / "outside.txt").write_text("keep", encoding="utf-8")
    with pytest.raises(CorpusError, match="reload"):
        shelf.remove(file)


def test_one_job_at_a_time_and_its_progress_shows(shelf: Shelf, updates: Updates) -> None:
    updates.gate.clear()
    shelf.rebuild()
    assert shelf.job.running
    with pytest.raises(PlanqaError, match="try again"):
        shelf.add([("新.txt", b"new")])
    updates.gate.set()
    assert finished(shelf) == [FileResult("旧.txt", "unchanged")]
    assert (shelf.job.stage, shelf.job.done, shelf.job.total) == ("read", 1, 2)


# --- who may


def request(headers: dict[str, str], sender: str = "127.0.0.1") -> Request:
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "headers": raw, "client": (sender, 5000)})


TOKEN = "open sesame"  # noqa: S105
LOCAL = {"host": "localhost:7860", "x-planqa": ""}


@pytest.mark.parametrize(
    ("access", "headers", "sender", "allowed"),
    [
        (Access(), LOCAL, "127.0.0.1", True),
        (Access(), {"host": "[::1]:7860", "x-planqa": ""}, "::1", True),
        (Access(), {"host": "localhost"}, "127.0.0.1", False),  # another site's form
        (Access(), {**LOCAL, "host": "evil.example"}, "127.0.0.1", False),  # DNS rebinding
        (Access(), {**LOCAL, "x-forwarded-for": "8.8.8.8"}, "127.0.0.1", False),  # a proxy
        (Access(), LOCAL, "192.168.1.7", False),
        (Access(host="0.0.0.0"), LOCAL, "127.0.0.1", False),  # noqa: S104
        (Access(root_path="/planqa"), LOCAL, "127.0.0.1", False),
        (Access(TOKEN), LOCAL, "127.0.0.1", False),
        (Access(TOKEN), {"x-planqa": TOKEN}, "8.8.8.8", True),
        (Access(TOKEN), {"x-planqa": TOKEN.upper()}, "127.0.0.1", False),
    ],
)
def test_who_may_change_the_corpus(
    access: Access, headers: dict[str, str], sender: str, allowed: bool
) -> None:
    assert access.allows(request(headers, sender)) is allowed
