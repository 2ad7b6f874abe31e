"""What goes to Milvus and comes back, what is said when that fails, and what is left when it is cut short."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from indexing import BigramEncoder, report_text, write_report
from milvus_places import Place, make_place

from planqa.build import update_index
from planqa.errors import (
    IndexBusy,
    IndexCorrupt,
    IndexMissing,
    IndexStale,
    IndexUnusable,
    MissingExtra,
    PlanqaError,
)
from planqa.manifest import IndexNewer, ReportEntry
from planqa.milvus import Address, open_milvus, publish, publishing
from planqa.milvus import connection as connection_module
from planqa.milvus.check import examine_milvus
from planqa.milvus.connection import ALIAS, LONGEST_TEXT, Connection
from planqa.milvus.published import Member, Segment, read_published
from planqa.milvus.publishing import divide
from planqa.milvus.segment import postings_text, read_postings
from planqa.milvus.texts import pack, read_texts, unpack, write_texts
from planqa.opening import open_index
from planqa.search import search


class Killed(BaseException):
    """The process is gone: nothing that comes after is carried out."""


class Shelf:
    """Stands in for a connection: texts in a dictionary."""

    address = Address.parse("milvus+file:made-up.db")

    def __init__(self) -> None:
        self.entries: dict[str, tuple[int, str]] = {}

    def add_texts(self, name: str, entries: Sequence[tuple[str, int, str]]) -> int:
        new = {key: (pieces, text) for key, pieces, text in entries}
        self.entries |= new
        return len(new)

    def texts(self, name: str, keys: Sequence[str]) -> dict[str, tuple[int, str]]:
        return {key: self.entries[key] for key in keys if key in self.entries}


@pytest.fixture
def lite(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """An empty Milvus Lite beside a corpus of three reports."""
    return make_place("lite", tmp_path, request)


# --- addresses -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("store", "uri", "shown"),
    [
        ("milvus+http://host:19530", "http://host:19530", "milvus+http://host:19530"),
        ("milvus+https://u:secret@host/db", "https://u:secret@host/db", "milvus+https://host/db"),
        (
            "milvus+file:///data/计划 报告.db",
            "/data/计划 报告.db",
            "milvus+file:///data/计划 报告.db",
        ),
    ],
)
def test_an_address_says_where_and_hides_the_password(store: str, uri: str, shown: str) -> None:
    assert (Address.parse(store).uri, Address.parse(store).shown) == (uri, shown)


def test_a_relative_file_lies_below_the_present_folder() -> None:
    assert Path(Address.parse("milvus+file:a.db").uri) == Path.cwd() / "a.db"


@pytest.mark.parametrize(
    "store", ["milvus+ftp://host", "milvus+file:folder", "milvus+http://", "x"]
)
def test_what_is_no_address_is_refused_with_the_two_forms(store: str) -> None:
    with pytest.raises(PlanqaError, match=r"milvus\+http://HOST:19530.*milvus\+file:PATH\.db"):
        Address.parse(store)


# --- texts and postings --------------------------------------------------------------------------


@given(st.text(max_size=50), st.sampled_from([0, 1, 3]))
def test_a_text_comes_back_as_json_whatever_it_holds(text: str, repeat: int) -> None:
    shelf: Any = Shelf()
    line = json.dumps(text * 1 + "发\U00020000" * (repeat * 10_000), ensure_ascii=False)
    count = write_texts(shelf, "there", [("key", line)])
    assert count == len(shelf.entries)
    assert all(len(part.encode()) <= LONGEST_TEXT for _, part in shelf.entries.values())
    assert json.loads(read_texts(shelf, "there", ["key", "nonesuch"])["key"]) == json.loads(line)


def test_a_file_name_that_is_not_utf_8_survives() -> None:
    shelf: Any = Shelf()
    line = json.dumps({"file": "报告\udcff.txt"}, ensure_ascii=False)
    write_texts(shelf, "there", [("key", line)])
    shelf.entries["key"][1].encode()
    assert json.loads(read_texts(shelf, "there", ["key"])["key"]) == {"file": "报告\udcff.txt"}


def test_a_lost_piece_is_noticed() -> None:
    shelf: Any = Shelf()
    write_texts(shelf, "there", [("key", "发展" * 40_000)])
    del shelf.entries["key#2"]
    with pytest.raises(IndexCorrupt, match="planqa index --store"):
        read_texts(shelf, "there", ["key"])


@given(st.dictionaries(st.integers(0, 2**32 - 1), st.integers(1, 255), min_size=1))
def test_postings_come_back(places: dict[int, int]) -> None:
    passages = np.array(sorted(places), np.uint32)
    times = np.array([places[each] for each in sorted(places)], np.uint32)
    found, often = read_postings(postings_text(passages, times))
    assert dict(zip(found.tolist(), often.astype(int).tolist(), strict=True)) == places
    assert unpack(pack(passages)).tolist() == passages.tolist()


# --- which segments stay -------------------------------------------------------------------------


def entry(passages: int) -> ReportEntry:
    return ReportEntry("id", "title", None, None, "file", "sha256", passages, passages)


def segment(name: str, **sizes: int) -> Segment:
    return Segment(name, tuple(Member(each, size, size, size) for each, size in sizes.items()), 0)


def test_one_report_more_is_sent_alone() -> None:
    old = segment("old", a=10, b=10)
    assert divide([old], ["a", "new", "b"], [entry(10)] * 3) == ([old], [1])


def test_a_small_segment_goes_with_what_is_new() -> None:
    old, small = segment("old", a=100), segment("small", b=10)
    assert divide([old, small], ["a", "b", "new"], [*map(entry, (100, 10, 12))]) == ([old], [1, 2])


def test_a_segment_that_has_lost_much_is_written_anew_and_one_that_has_lost_all_is_dropped() -> (
    None
):
    half, gone = segment("half", a=10, b=10), segment("gone", c=10)
    assert divide([half, gone], ["a"], [entry(10)]) == ([], [0])
    assert divide([gone], [], []) == ([], [])


@given(st.lists(st.integers(1, 50), max_size=60))
def test_segments_stay_few_and_hold_each_report_once(sizes: list[int]) -> None:
    segments: list[Segment] = []
    for count in range(1, len(sizes) + 1):
        digests, entries = [*map(str, range(count))], [*map(entry, sizes[:count])]
        segments, new = divide(segments, digests, entries)
        assert str(count - 1) in {digests[each] for each in new}
        segments.append(segment(f"s{count}", **{digests[each]: sizes[each] for each in new}))
        held = sorted(int(each.digest) for one in segments for each in one.members)
        assert held == list(range(count))
    assert len(segments) <= sum(sizes).bit_length()


# --- what is said --------------------------------------------------------------------------------


def test_a_server_that_is_not_there_is_named() -> None:
    pytest.importorskip("pymilvus")
    with pytest.raises(IndexUnusable, match=r"milvus\+http://127.0.0.1:9 .*is the server running"):
        open_index("milvus+http://user:secret@127.0.0.1:9")


def test_without_the_libraries_the_command_that_installs_them_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def missing(name: str) -> None:
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(connection_module, "import_module", missing)
    with pytest.raises(MissingExtra, match=r"pip install 'planqa\[milvus\]'"):
        open_index("milvus+http://127.0.0.1:9")
    (finding,) = examine_milvus(Address.parse("milvus+file:a.db"), "index")
    assert (finding.level, "planqa[milvus]" in finding.what) == ("error", True)


@pytest.mark.slow
def test_a_place_without_an_index_and_one_in_use_are_told_apart(lite: Place) -> None:
    with pytest.raises(IndexMissing, match=r"planqa index --store milvus\+file:"):
        lite.open()
    Path(lite.where.removeprefix("milvus+file:")).with_name("file.db").write_text("no folder")
    with pytest.raises(IndexBusy, match="another process has it open"):
        open_index(f"milvus+file:{Path(lite.address.uri).with_name('file.db')}")


@pytest.mark.slow
@pytest.mark.parametrize(("layout", "error"), [(99, IndexNewer), (0, IndexStale)])
def test_another_versions_index_is_not_read(
    lite: Place, monkeypatch: pytest.MonkeyPatch, layout: int, error: type[IndexStale]
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("planqa.milvus.published._LAYOUT", layout)
        lite.update()
    with pytest.raises(error, match="published by"):
        lite.open()
    if error is IndexNewer:
        with pytest.raises(error):  # nor overwritten
            lite.update()
    else:
        lite.update()
        assert len(lite.open().catalogue) == 3


# --- updates -------------------------------------------------------------------------------------


@pytest.mark.slow
def test_only_what_changed_is_sent(lite: Place) -> None:
    sent = [lite.update()]
    sent.append(lite.update())
    write_report(lite.corpus, "丁市-2023-政府工作报告.txt", report_text("丁市", 700))
    sent.append(lite.update())
    (lite.corpus / "甲市-2023-政府工作报告.txt").unlink()
    sent.append(lite.update())
    assert [each and each.sent for each in sent] == [3, 0, 1, 2]
    assert [each and each.reports for each in sent] == [3, 3, 4, 3]
    assert len({each.generation for each in sent if each}) == 3


WRITES = ["create_texts", "create_rows", "_insert", "seal", "point", "drop"]


def kill_at(monkeypatch: pytest.MonkeyPatch, call: int) -> Callable[[], int]:
    """Ends the process at this one of the calls that write, half of which are done by then."""
    made = 0

    def counted(method: Callable[..., Any]) -> Callable[..., Any]:
        def counting(*given: Any) -> Any:
            nonlocal made
            made += 1
            if made == call and call % 2:
                raise Killed
            result = method(*given)
            if made == call:
                raise Killed
            return result

        return counting

    for name in WRITES:
        monkeypatch.setattr(Connection, name, counted(getattr(Connection, name)))
    return lambda: made


@pytest.mark.slow
def test_a_run_that_is_cut_short_anywhere_leaves_the_old_index_or_the_new(
    lite: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "_GRACE", 0.0)
    lite.update()
    answers = [lite.open().catalogue]
    call, killed = 0, True
    while killed:
        write_report(lite.corpus, "丁市-2023-政府工作报告.txt", report_text("丁市", 700 + call))
        update_index(lite.corpus, lite.folder, encoder=BigramEncoder())
        answers = [lite.open().catalogue, open_index(lite.folder).catalogue]
        call += 1
        with monkeypatch.context() as patch:
            kill_at(patch, call)
            try:
                publish(lite.folder, lite.address)
                killed = False
            except Killed:
                pass
        found = lite.open()
        assert found.catalogue in answers
        assert search(found, "丁市第一项任务")
        assert len(list(found.passages)) == sum(entry.passages for entry in found.catalogue)
    assert call > len(WRITES)
    publish(lite.folder, lite.address)
    connection = Connection(lite.address)
    published = read_published(connection)
    assert published
    assert set(connection.collections()) == published.collections


@pytest.mark.slow
def test_of_two_publishers_the_slower_gives_way(
    lite: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    lite.update()
    write_report(lite.corpus, "丁市-2023-政府工作报告.txt", report_text("丁市", 700))
    update_index(lite.corpus, lite.folder, encoder=BigramEncoder())
    seal = Connection.seal

    def overtaken(self: Connection, name: str, count: int) -> None:
        seal(self, name, count)
        if name.startswith(f"{ALIAS}_g_"):
            monkeypatch.undo()
            publish(lite.folder, lite.address)

    monkeypatch.setattr(Connection, "seal", overtaken)
    with pytest.raises(IndexBusy, match="meanwhile"):
        publish(lite.folder, lite.address)
    assert len(lite.open().catalogue) == 4


@pytest.mark.slow
def test_another_model_replaces_everything(lite: Place) -> None:
    lite.update()
    other = BigramEncoder("other", 48)
    update_index(lite.corpus, lite.folder, encoder=other, rebuild=True)
    sent = publish(lite.folder, lite.address)
    assert sent.sent == 3
    found = open_milvus(lite.address, encoder=other)
    assert search(found, "甲市第一项任务")[0].passage.report_id.startswith("甲市")


@pytest.mark.slow
def test_doctor_finds_what_is_lost_and_what_is_old(lite: Place) -> None:
    lite.update()
    assert [each.level for each in examine_milvus(lite.address, lite.folder)] == ["ok"]
    write_report(lite.corpus, "丁市-2023-政府工作报告.txt", report_text("丁市", 700))
    update_index(lite.corpus, lite.folder, encoder=BigramEncoder())
    assert {each.level for each in examine_milvus(lite.address, lite.folder)} == {"ok", "warning"}
    connection = Connection(lite.address)
    published = read_published(connection)
    assert published
    connection.drop(published.segments[0].rows)
    findings = examine_milvus(lite.address, lite.folder)
    assert any("is gone" in each.what for each in findings if each.level == "error")
    assert all(each.next_command for each in findings if each.level == "error")
