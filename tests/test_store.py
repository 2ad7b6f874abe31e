"""Generations on disk: what is current, what is whole, what may be removed, and who may write."""

from __future__ import annotations

import json
import multiprocessing
import re
import threading
from pathlib import Path

import pytest

from planqa.errors import IndexBusy, IndexCorrupt, IndexMissing, IndexStale, IndexUnusable
from planqa.manifest import FORMAT, Counts, IndexSettings, Manifest, ReportEntry
from planqa.passage import Passage
from planqa.records import encode_record, read_passage, read_report_record
from planqa.report import Paragraph, Report, Section
from planqa.store import Store

MANIFEST = Manifest(
    planqa="0",
    code="0",
    settings=IndexSettings("模型", "模型", 4),
    counts=Counts(1, 1, 1, 1),
    reports=(ReportEntry("甲", "《甲》", "甲市", 2023, "甲.txt", "0", 1, 1),),
    failed=(),
)


def publish(store: Store, text: str = "一", manifest: Manifest = MANIFEST) -> str:
    """A generation of two files."""
    with store.writing():
        folder = store.new_generation()
        (folder / "words").mkdir()
        (folder / "text").write_text(text, encoding="utf-8")
        (folder / "words" / "more").write_text(text * 2, encoding="utf-8")
        return store.publish(folder, manifest)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "索 引")


def test_a_folder_without_an_index_names_the_command_that_builds_one(store: Store) -> None:
    with pytest.raises(IndexMissing, match="run `planqa index`"):
        store.current()


def test_the_generation_that_was_published_last_is_current(store: Store) -> None:
    assert [publish(store, text) for text in "一二三"] == ["gen-0001", "gen-0002", "gen-0003"]
    assert store.current() == "gen-0003"
    assert store.read_current(lambda folder, _: (folder / "text").read_text("utf-8")) == "三"


def test_the_current_generation_and_the_one_before_are_kept(store: Store) -> None:
    for text in "一二三四":
        publish(store, text)
    assert store.generations() == ["gen-0003", "gen-0004"] or store.leftovers()
    with store.writing():
        store.clean()
    assert store.generations() == ["gen-0003", "gen-0004"]


def test_numbers_beyond_four_digits_sort_as_numbers(store: Store) -> None:
    store.folder.mkdir()
    for name in ("gen-9999", "gen-10000"):
        (store.folder / name).mkdir()
    assert store.generations() == ["gen-9999", "gen-10000"]


def test_what_an_interrupted_writer_left_is_removed_and_its_number_used_again(store: Store) -> None:
    publish(store)
    (store.folder / "gen-0002").mkdir()
    (store.folder / "gen-0002" / "text").write_text("half", encoding="utf-8")
    (store.folder / "CURRENT.tmp").write_text("gen-00", encoding="utf-8")
    assert publish(store, "二") == "gen-0002"
    assert not (store.folder / "CURRENT.tmp").exists()
    assert store.problems("gen-0002") == {}


def test_whole_generations_are_kept_while_nothing_says_which_is_current(store: Store) -> None:
    publish(store, "一")
    publish(store, "二")
    (store.folder / "CURRENT").unlink()
    with store.writing():
        store.clean()
    assert store.generations() == ["gen-0001", "gen-0002"]
    assert store.read_newest(lambda folder, _: folder.name) == "gen-0002"


@pytest.mark.parametrize("line", [b"", b"\n", b"gen-", b"../gen-0001", b"\xff\xfe", b"gen-0001\0"])
def test_a_current_that_names_no_generation_is_damage(store: Store, line: bytes) -> None:
    publish(store)
    (store.folder / "CURRENT").write_bytes(line)
    with pytest.raises(IndexCorrupt, match=r"CURRENT names no generation.*planqa doctor --repair"):
        store.current()


def test_a_flipped_bit_anywhere_in_the_manifest_is_noticed(store: Store) -> None:
    name = publish(store)
    path = store.folder / name / "manifest.json"
    whole = path.read_bytes()
    for position in range(0, len(whole), 7):
        path.write_bytes(whole[:position] + bytes([whole[position] ^ 1]) + whole[position + 1 :])
        with pytest.raises((IndexCorrupt, IndexStale)):
            store.read(name, lambda *_: None)


def test_a_truncation_of_the_manifest_anywhere_is_noticed(store: Store) -> None:
    name = publish(store)
    path = store.folder / name / "manifest.json"
    whole = path.read_bytes()
    for length in range(0, len(whole), 7):
        path.write_bytes(whole[:length])
        with pytest.raises(IndexCorrupt, match=r"manifest\.json is truncated or altered"):
            store.read(name, lambda *_: None)


@pytest.mark.parametrize("digest", ["", None, 5, "0" * 64, ["a"]])
def test_a_manifest_without_a_proper_digest_is_damaged(store: Store, digest: object) -> None:
    name = publish(store)
    path = store.folder / name / "manifest.json"
    body = json.loads(path.read_bytes())
    path.write_text(json.dumps({**body, "sha256": digest}), encoding="utf-8")
    assert store.problems(name) == {"manifest.json": "was altered"}


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (FORMAT + 1, "newer planqa.*run `planqa index --rebuild`"),
        (FORMAT - 1, "older planqa.*run `planqa index`$"),
    ],
)
def test_another_format_is_stale_and_not_damaged(store: Store, found: int, words: str) -> None:
    name = publish(store)
    path = store.folder / name / "manifest.json"
    body = json.loads(path.read_bytes())
    path.write_text(json.dumps({**body, "format": found, "unknown": {}}), encoding="utf-8")
    with pytest.raises(IndexStale, match=words):
        store.read(name, lambda *_: None)


def test_the_message_names_the_file_that_is_wrong(store: Store) -> None:
    name = publish(store)
    more = store.folder / name / "words" / "more"
    for damage, words in (
        (lambda: more.write_bytes(more.read_bytes()[:-1]), "words/more is truncated"),
        (lambda: more.write_bytes(more.read_bytes() + b"  "), "words/more is too long"),
        (lambda: more.write_bytes(b"x" * 6), "words/more was altered"),
        (more.unlink, "words/more is missing"),
    ):
        damage()
        with pytest.raises(IndexCorrupt, match=words):
            store.read(name, lambda *_: None)


def test_large_files_are_hashed_by_a_thorough_check_only(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("planqa.store._QUICK_CHECK", 8)
    name = publish(store)  # files of 3 and 6 bytes
    (store.folder / name / "words" / "more").write_bytes(b"x" * 6)
    store.read(name, lambda *_: None)
    with pytest.raises(IndexCorrupt, match="words/more was altered"):
        store.read(name, lambda *_: None, thorough=True)
    (store.folder / name / "text").write_bytes(b"x" * 3)
    with pytest.raises(IndexCorrupt, match="text was altered"):
        store.read(name, lambda *_: None)


def test_a_reader_whose_generation_is_removed_meanwhile_reads_the_next(store: Store) -> None:
    publish(store, "一")
    asked: list[str] = []

    def read(folder: Path, _: Manifest) -> str:
        asked.append(folder.name)
        if len(asked) == 1:  # a writer is faster than this reader
            for text in "二三":
                publish(store, text)
            with store.writing():
                store.clean()
        return (folder / "text").read_text("utf-8")

    assert store.read_current(read) == "三"
    assert asked == ["gen-0001", "gen-0003"]


def test_damage_is_not_read_again_and_again(store: Store) -> None:
    publish(store)

    def read(folder: Path, _: Manifest) -> None:
        raise ValueError(f"no sense in {folder.name}")

    with pytest.raises(IndexCorrupt, match="no sense in gen-0001"):
        store.read_current(read)


def test_a_second_writer_is_told_at_once_that_another_writes(store: Store) -> None:
    with store.writing():
        assert store.is_busy()
        with (
            pytest.raises(IndexBusy, match="another planqa is writing"),
            Store(store.folder).writing(),
        ):
            pass
        refused: list[type[BaseException]] = []

        def write() -> None:
            try:
                with store.writing():
                    pass
            except IndexBusy as error:
                refused.append(type(error))

        thread = threading.Thread(target=write)
        thread.start()
        thread.join()
        assert refused == [IndexBusy]
    assert not store.is_busy()
    publish(store)


def _hold(folder: Path, held: threading.Event) -> None:
    with Store(folder).writing():
        held.set()
        threading.Event().wait()


def test_the_lock_of_a_killed_process_is_free(store: Store) -> None:
    spawn = multiprocessing.get_context("spawn")
    held = spawn.Event()
    process = spawn.Process(target=_hold, args=(store.folder, held))
    process.start()
    assert held.wait(30)
    assert store.is_busy()
    with pytest.raises(IndexBusy), store.writing():
        pass
    process.kill()
    process.join()
    assert publish(store) == "gen-0001"


def test_names_in_the_index_folder_are_allowed_on_windows(store: Store) -> None:
    publish(store)
    for path in store.folder.rglob("*"):
        assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,60}[A-Za-z0-9]", path.name)
        assert path.name.split(".")[0].upper() not in {"CON", "PRN", "AUX", "NUL", "COM1", "LPT1"}


def test_checking_a_folder_that_is_none_changes_nothing(store: Store) -> None:
    assert not store.is_busy()
    assert store.generations() == []
    assert store.read_newest(lambda folder, _: folder.name) is None
    assert store.stamp() is None
    assert not store.folder.exists()


def test_the_stamp_changes_with_every_generation(store: Store) -> None:
    stamps = set()
    for text in "一二三":
        publish(store, text)
        stamps.add(store.stamp())
    assert len(stamps) == 3


def test_an_index_path_that_is_a_file_is_explained(tmp_path: Path) -> None:
    (tmp_path / "index").write_text("", encoding="utf-8")
    store = Store(tmp_path / "index")
    with pytest.raises(IndexMissing):
        store.current()
    with pytest.raises(IndexUnusable, match="index"), store.writing():
        pass


SECTION = Section("一、总体", 1, 3, 90, (Section("（一）增长", 2, 9, 90),))
REPORT = Report(
    report_id="甲/乙",
    title="《\u2028\ud800》",  # JSON's own line end, and what a file name that is not UTF-8 becomes
    place=None,
    year=2023,
    file="甲/乙.txt",
    sha256="0",
    text='\r\n\t"\\\u0085增长5.3%\x00',
    sections=(SECTION,),
    paragraphs=(Paragraph(9, 12, ("一、总体", "（一）增长"), 2), Paragraph(12, 13, ())),
)
PASSAGE = Passage("甲/乙", ("一、总体",), 2, 9, "增长5.3%\n", ((2, 5), (5, 8)), 4)


def test_records_come_back_as_they_went_in() -> None:
    line = encode_record(REPORT)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert read_report_record(json.loads(line.decode("utf-8", "surrogatepass"))) == REPORT
    assert read_passage(json.loads(encode_record(PASSAGE))) == PASSAGE


def test_stored_fields_change_together_with_the_format() -> None:
    # When this fails: see that records.py restores the new field, and raise FORMAT once an index with
    # the old fields may be out there.
    fields = {
        kind.__name__: " ".join(kind.__slots__)
        for kind in (Report, Section, Paragraph, Passage, Manifest, ReportEntry)
    }
    assert (FORMAT, fields) == (
        2,
        {
            "Report": "report_id title place year file sha256 text sections paragraphs "
            "kind issuer date reviewed left_out",
            "Section": "heading level start end children",
            "Paragraph": "start end section_path page",
            "Passage": "report_id section_path start end text sentences page",
            "Manifest": "planqa code settings counts reports failed files",
            "ReportEntry": "report_id title place year file sha256 passages rows sidecar kind "
            "issuer date reviewed left_out",
        },
    )
