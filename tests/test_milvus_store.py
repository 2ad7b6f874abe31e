"""An index answers the same wherever it lies: in a folder, in Milvus Lite, on a Milvus server."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from command import ROOT, planqa
from indexing import BigramEncoder, report_text, write_report
from milvus_places import KINDS, Place, make_place, new_database, running_server

from planqa.index import Index, open_index
from planqa.milvus import Address, open_milvus, publish
from planqa.opening import Opened
from planqa.search import Filters, Hit, search

QUESTIONS = [
    "甲市第一项任务完成多少？",
    "乙市同比增长多少",
    "第二项任务",
    "what is GDP",
    "丙市101亿元",
]
乙 = "乙市-2023-政府工作报告.txt"


@pytest.fixture(scope="session")
def milvus_server(request: pytest.FixtureRequest) -> Iterator[str]:
    assert request.config.cache is not None
    with running_server(request.config.cache.mkdir("milvus")) as address:
        yield address


@pytest.fixture(scope="module", params=KINDS)
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A place with three reports in it, which no test changes."""
    place = make_place(request.param, tmp_path_factory.mktemp(request.param), request)
    place.update()
    return place


@pytest.fixture(params=KINDS)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """An empty place."""
    return make_place(request.param, tmp_path, request)


def local(place: Place) -> Index:
    """The index in the folder, which says what the place should say."""
    return open_index(place.folder, encoder=BigramEncoder())


def clean(place: Place, folder: Path) -> Index:
    """An index that was built at once from what the corpus holds now."""
    from planqa.build import build_index

    return build_index(place.corpus, folder, encoder=BigramEncoder())


def assert_same_hits(found: list[Hit], wanted: list[Hit]) -> None:
    """The same passages in the same order, their figures alike to 1e-5."""
    assert [hit.passage for hit in found] == [hit.passage for hit in wanted]
    for ours, theirs in zip(found, wanted, strict=True):
        assert ours.score == pytest.approx(theirs.score, abs=1e-5)
        assert ours.sentence_scores == pytest.approx(theirs.sentence_scores, abs=1e-5)


def assert_same(found: Opened, wanted: Index) -> None:
    """Both hold the same reports, and give the same hits for every question."""
    assert found.catalogue == wanted.catalogue
    assert list(found.passages) == list(wanted.passages)
    assert list(found.reports) == list(wanted.reports)
    for question in QUESTIONS:
        assert_same_hits(search(found, question), search(wanted, question))


def test_an_index_answers_as_the_files_do(filled: Place) -> None:
    assert_same(filled.open(), local(filled))


@pytest.mark.parametrize("reports", [None, [1], [0, 2]])
def test_candidates_are_as_near_and_cover_as_much(filled: Place, reports: list[int] | None) -> None:
    found, wanted = filled.open(), local(filled)
    for question in QUESTIONS:
        vector = BigramEncoder().encode_query(question)
        ours = found.candidates(vector, [question, "亿元"], reports)
        theirs = wanted.candidates(vector, [question, "亿元"], reports)
        assert ours.numbers.tolist() == theirs.numbers.tolist()
        assert ours.reports.tolist() == theirs.reports.tolist()
        np.testing.assert_allclose(ours.nearness, theirs.nearness, atol=1e-5)
        np.testing.assert_allclose(ours.coverage, theirs.coverage, atol=1e-5)


def test_filters_confine_the_hits_and_top_k_their_number(filled: Place) -> None:
    found, wanted = filled.open(), local(filled)
    for filters in (
        Filters(place="乙"),
        Filters(year=2023),
        Filters(wanted.catalogue[2].report_id),
    ):
        hits = search(found, "任务完成", top_k=2, filters=filters)
        assert_same_hits(hits, search(wanted, "任务完成", top_k=2, filters=filters))
        assert len(hits) == 2


def test_a_word_weighs_the_same(filled: Place) -> None:
    found, wanted = filled.open(), local(filled)
    for word in ("甲市", "任务", "2023", "从未", ""):
        assert found.weight(word) == pytest.approx(wanted.weight(word), abs=1e-9), word


def test_a_report_is_found_by_its_id(filled: Place) -> None:
    found, wanted = filled.open(), local(filled)
    for entry in wanted.catalogue:
        assert found.report_by_id(entry.report_id) == wanted.report_by_id(entry.report_id)
    with pytest.raises(KeyError):
        found.report_by_id("nonesuch")
    with pytest.raises(IndexError):
        found.passages[-1]


def test_threads_share_an_index(filled: Place) -> None:
    found = filled.open()
    wanted = [search(found, question) for question in QUESTIONS]
    with ThreadPoolExecutor(6) as pool:
        asked = list(pool.map(lambda at: search(found, QUESTIONS[at % 5]), range(30)))
    for at, hits in enumerate(asked):
        assert_same_hits(hits, wanted[at % 5])


def test_updates_end_where_a_clean_build_ends_and_readers_follow(
    place: Place, tmp_path: Path
) -> None:
    place.update()
    live = place.live()
    before = live.get()
    write_report(place.corpus, "丁市-2023-政府工作报告.txt", report_text("丁市", 700))
    (place.corpus / 乙).rename(place.corpus / "戊市-2023-政府工作报告.txt")
    write_report(place.corpus, "甲市-2023-政府工作报告.txt", report_text("甲市", 900, items=4))
    place.update()
    assert live.get() is not before
    assert live.get().encoder is before.encoder
    assert_same(live.get(), clean(place, tmp_path / "clean"))
    assert not any("乙市" in report.report_id for report in live.get().catalogue)
    assert search(before, QUESTIONS[0]), "the generation before answers who still asks it"


def test_readers_never_see_half_an_update(place: Place) -> None:
    """Every answer is that of one generation: all reports of a corpus name the same figure."""
    names = [f"{each}市-2023-政府工作报告.txt" for each in "甲乙丙"]
    for name in names:
        write_report(place.corpus, name, report_text(name[:2], 1000))
    place.update()
    live, done, seen = place.live(), threading.Event(), []

    def read() -> None:
        while not done.is_set():
            hits = search(live.get(), "第0项任务完成多少亿元", top_k=9)
            seen.append(
                {"5000" in hit.passage.text for hit in hits if "项任务0" in hit.passage.text}
            )

    reader = threading.Thread(target=read)
    reader.start()
    try:
        for name in names:
            write_report(place.corpus, name, report_text(name[:2], 5000))
        place.update()
    finally:
        done.set()
        reader.join()
    assert {len(each) for each in seen} == {1}
    assert {"5000" in hit.passage.text for hit in search(live.get(), "第0项任务完成5000亿元")} == {
        True
    }


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["lite", "server"])
def test_every_development_question_has_the_hits_that_the_files_give(
    kind: str, corpus_index: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if kind == "server":
        where = new_database(request.getfixturevalue("milvus_server"))
    else:
        pytest.importorskip("milvus_lite")
        where = f"milvus+file:{tmp_path / 'planqa.db'}"
    publish(corpus_index, Address.parse(where))
    wanted = open_index(corpus_index)
    found = open_milvus(Address.parse(where), encoder=wanted.encoder)
    lines = (ROOT / "evaluation" / "dev.jsonl").read_text("utf-8").splitlines()
    for question in (json.loads(line)["question"] for line in lines):
        assert_same_hits(search(found, question), search(wanted, question))


def certain(result: Any) -> Any:
    """A result of `--json` but for what the last digits of a score decide: of like passages which is first."""
    if isinstance(result, list):
        return [certain(each) for each in result]
    if isinstance(result, dict):
        names = result.keys() - {"score", "confidence", "hits"}
        return {name: certain(result[name]) for name in names}
    return result


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["lite", "server"])
def test_the_commands_ask_a_store_as_they_ask_a_folder(
    kind: str, county_index: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    folder = tmp_path / "index"
    shutil.copytree(county_index, folder)
    corpus = county_index.parent / "corpus"
    if kind == "server":
        store = new_database(request.getfixturevalue("milvus_server"))
    else:
        pytest.importorskip("milvus_lite")
        store = f"milvus+file:{tmp_path / 'planqa.db'}"
    nowhere = tmp_path / "nowhere"
    sent = planqa("index", corpus, "--index", folder, "--store", store).succeeded()
    assert "Milvus: 1 reports sent" in sent.out
    again = planqa("index", corpus, "--index", folder, "--store", store).succeeded()
    assert "Milvus: nothing to send" in again.out
    question = "2023年地区生产总值是多少？"
    for command in (["search", question, "--top-k", 1], ["ask", question], ["reports"]):
        there = planqa(*command, "--json", "--index", nowhere, PLANQA_STORE=store).succeeded()
        here = planqa(*command, "--json", "--index", folder).succeeded()
        assert certain(there.json) == certain(here.json)
        assert "386.5" in there.out or command == ["reports"]
    assert not nowhere.exists()
    checked = planqa("doctor", corpus, "--index", folder, "--store", store)
    assert "1 reports" in checked.out
