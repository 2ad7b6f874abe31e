"""What goes to Milvus and what comes back, and what is said when nothing does."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planqa.errors import (
    IndexCorrupt,
    IndexUnusable,
    MissingExtra,
    PlanqaError,
)
from planqa.manifest import ReportEntry
from planqa.milvus import Address
from planqa.milvus import connection as connection_module
from planqa.milvus.check import examine_milvus
from planqa.milvus.connection import LONGEST_TEXT
from planqa.milvus.published import Member, Segment
from planqa.milvus.publishing import divide
from planqa.milvus.segment import postings_text, read_postings
from planqa.milvus.texts import pack, read_texts, unpack, write_texts
from planqa.opening import open_index


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


@settings(deadline=None)
@given(st.text(max_size=50), st.sampled_from([0, 1, 3]))
def test_a_text_comes_back_as_json_whatever_it_holds(text: str, repeat: int) -> None:
    shelf: Any = Shelf()
    line = json.dumps(text + "发\U00020000" * (repeat * 10_000), ensure_ascii=False)
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


@settings(deadline=None)
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


@settings(deadline=None)
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
