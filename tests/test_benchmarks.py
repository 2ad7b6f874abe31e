"""What the benchmarks count as found, and what they say of a peer that is not there."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

SCRIPTS = Path(__file__).parent.parent / "benchmarks"


@pytest.fixture
def trials(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    monkeypatch.syspath_prepend(str(SCRIPTS))
    yield importlib.import_module("trials")
    for name in ("trials", "contest", "retrieval"):
        sys.modules.pop(name, None)


def trial(trials: ModuleType, *, whole_documents: bool = False) -> object:
    return trials.Trial("a trial", (), (), whole_documents)


def test_a_passage_is_right_only_in_its_document_and_with_the_evidence_whole(
    trials: ModuleType,
) -> None:
    question = trials.Question("q", "增长多少？", "甲", ("增长1.9%",))
    found = [
        trials.Found("乙", "增长1.9%"),
        trials.Found("甲", "增长1."),
        trials.Found("甲", "去年增长1.9%。"),
    ]

    assert trial(trials).relevant(question, found) == [False, False, True]


def test_where_documents_are_ranked_each_counts_once_at_its_best_passage(
    trials: ModuleType,
) -> None:
    question = trials.Question("q", "哪一年？", "丙", ())
    found = [trials.Found(name, "") for name in ("甲", "甲", "乙", "甲", "丙", "乙")]

    assert trial(trials, whole_documents=True).relevant(question, found) == [False, False, True]


def test_a_trial_is_read_as_it_was_written(trials: ModuleType, tmp_path: Path) -> None:
    written = trials.Trial(
        "一",
        (trials.Document("甲", "文本", None),),
        (trials.Question("q", "？", "甲", ("文",), "2026-03-15"),),
        True,
    )
    written.write(tmp_path / "trial.json")

    assert trials.Trial.read(tmp_path / "trial.json") == written


def test_a_peer_that_is_not_installed_is_named_below_the_table(trials: ModuleType) -> None:
    retrieval = importlib.import_module("retrieval")
    reason = "LangChain + FAISS, build: ModuleNotFoundError: No module named 'langchain_community'"

    assert retrieval.markdown({"LangChain + FAISS": {"missing": reason}}).endswith(reason)


def test_a_process_that_fails_is_no_entry_with_the_last_thing_that_it_said(
    trials: ModuleType, tmp_path: Path
) -> None:
    contest = importlib.import_module("contest")
    entrant = contest.Entrant("no such system", tmp_path, tmp_path, trial(trials))

    with pytest.raises(contest.NoEntry, match="no such system, build: KeyError"):
        entrant.build()
