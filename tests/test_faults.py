"""Whatever goes wrong while the index is written, or with its files: no wrong answer, and a way on."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from failing_disk import FailingDisk, Killed
from indexing import (
    BigramEncoder,
    Vectors,
    contents,
    make_corpus,
    report_text,
    texts_of,
    write_report,
)

from planqa.build import update_index
from planqa.corpus import find_files, read_report
from planqa.doctor import examine, repair
from planqa.errors import IndexBusy, IndexCorrupt, IndexMissing, IndexStale, IndexUnusable
from planqa.index import LiveIndex, open_index
from planqa.manifest import FORMAT, Manifest
from planqa.passage import split_report
from planqa.store import Store

OLD, NEW = "gen-0002", "gen-0003"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus, and an index of two generations that lags one report behind it."""
    folder = tmp_path_factory.mktemp("template")
    corpus = make_corpus(folder / "报告 库", "甲")
    update_index(corpus, folder / "索 引", encoder=BigramEncoder())
    write_report(corpus, "乙.txt", report_text("乙市", 100, items=1))
    update_index(corpus, folder / "索 引", encoder=BigramEncoder())
    write_report(corpus, "丙.txt", report_text("丙市", 200, items=1))
    return folder


@pytest.fixture
def place(template: Path, tmp_path: Path) -> Path:
    """A copy of the template."""
    return shutil.copytree(template, tmp_path / "copy")


def update(place: Path) -> str:
    return update_index(place / "报告 库", place / "索 引", encoder=BigramEncoder()).generation


def texts(place: Path) -> list[str]:
    return texts_of(open_index(place / "索 引"))


def clean(corpus: Path, folder: Path) -> dict[str, bytes]:
    """The files that a first build of this corpus writes."""
    changes = update_index(corpus, folder, encoder=BigramEncoder())
    return contents(folder / changes.generation)


@pytest.fixture(scope="module")
def states(template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], list[str]]:
    """The texts of the old index and of the new one."""
    place = shutil.copytree(template, tmp_path_factory.mktemp("states") / "copy")
    old = texts(place)
    update(place)
    return old, texts(place)


# Writing goes wrong


@pytest.fixture(params=[pytest.param(1, marks=pytest.mark.slow, id="each"), 11])
def step(request: pytest.FixtureRequest) -> int:
    """Every how many calls one is tried: all of them take half a minute."""
    number: int = request.param
    return number


def failures(
    template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str, step: int
) -> Iterator[tuple[FailingDisk, Path, BaseException]]:
    """Updates of which the first call that writes fails, then a later one, until one goes through."""
    for fail_at in range(1, 1000, step):
        place = shutil.copytree(template, tmp_path / f"{fail_at}")
        disk = FailingDisk(monkeypatch, place / "索 引", fail_at, how)
        try:
            with disk:
                update(place)
        except (IndexUnusable, Killed) as error:
            yield disk, place, error
            shutil.rmtree(place)
        else:
            assert fail_at > 60, "the disk was hardly asked"
            return


def test_a_full_disk_at_any_write_leaves_the_old_index(
    template: Path,
    states: tuple[list[str], list[str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    step: int,
) -> None:
    for disk, place, error in failures(template, tmp_path, monkeypatch, "full", step):
        at = f"at call {disk.fail_at}"
        assert "the disk is full" in str(error), at
        assert "then run `planqa index` again" in str(error), at
        assert texts(place) in states, at
        assert Store(place / "索 引").leftovers() == [], f"{at} room is still taken"
        update(place)
        assert texts(place) == states[1], at


@pytest.mark.parametrize("power", ["stays", "is lost", "is lost after a rename"])
def test_a_kill_at_any_write_leaves_a_whole_index(
    template: Path,
    states: tuple[list[str], list[str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    step: int,
    power: str,
) -> None:
    for disk, place, _ in failures(template, tmp_path, monkeypatch, "killed", step):
        if power != "stays":
            disk.lose_power(keep_renames=power == "is lost after a rename")
        at = f"at call {disk.fail_at}"
        assert texts(place) in states, at
        update(place)
        assert texts(place) == states[1], at
        assert Store(place / "索 引").leftovers() == [], at


def test_a_first_build_that_is_killed_anywhere_leaves_no_index_or_a_whole_one(
    template: Path,
    states: tuple[list[str], list[str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    step: int,
) -> None:
    bare = shutil.copytree(template / "报告 库", tmp_path / "bare" / "报告 库").parent
    for disk, place, _ in failures(bare, tmp_path, monkeypatch, "killed", step):
        disk.lose_power(keep_renames=False)
        at = f"at call {disk.fail_at}"
        try:
            assert texts(place) == states[1], at
        except IndexMissing:
            update(place)
        assert texts(place) == states[1], at


@pytest.fixture
def forks() -> Iterator[None]:
    """Lets children be killed: tqdm's lock is shared with them, and one that dies may hold it."""
    bar = pytest.importorskip("tqdm.auto").tqdm
    shared = bar.get_lock()
    bar.set_lock(threading.RLock())
    yield
    bar.set_lock(shared)


def in_child(task: Callable[[], object]) -> multiprocessing.Process:
    """A process of its own that does this; its exit status is 0 when nothing was raised, 3 when
    busy.
    """

    def run() -> None:
        try:
            task()
        except IndexBusy:
            os._exit(3)

    process = multiprocessing.get_context("fork").Process(target=run)
    process.start()
    return process  # type: ignore[return-value]


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
@pytest.mark.parametrize("limit", [0, 100, 500, 1_000, 2_500])
def test_files_that_may_not_grow_leave_the_old_index(
    place: Path, states: tuple[list[str], list[str]], limit: int
) -> None:
    resource = pytest.importorskip("resource")

    def run() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        with pytest.raises(IndexUnusable, match="the disk is full"):
            update(place)

    child = in_child(run)
    child.join()
    assert child.exitcode == 0
    assert texts(place) == states[0]
    update(place)
    assert texts(place) == states[1]


def test_a_folder_that_may_not_be_written_says_so(
    place: Path, states: tuple[list[str], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = FailingDisk(monkeypatch, place / "索 引", 1, "denied")
    with pytest.raises(IndexUnusable, match=r"may not be written.*--index"), disk:
        update(place)
    assert texts(place) == states[0]


def test_a_folder_that_is_read_only_can_be_asked_but_not_updated(
    place: Path, states: tuple[list[str], list[str]]
) -> None:
    folder = place / "索 引"
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    if os.access(folder, os.W_OK):
        pytest.skip("this user may write anywhere, or the system knows no such folders")
    assert texts(place) == states[0]
    with pytest.raises(IndexUnusable, match=r"may not be written.*--index"):
        update(place)
    assert texts(place) == states[0]
    levels = [
        finding.level for finding in examine(folder, place / "报告 库", encoder=BigramEncoder())
    ]
    assert "error" not in levels
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755)


# A process is killed, or has rivals


class SlowEncoder(BigramEncoder):
    """Takes its time, so that there is a middle in which to be killed."""

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        time.sleep(0.005)
        return super().encode_passages(texts)


def slow_update(place: Path) -> None:
    update_index(place / "报告 库", place / "索 引", encoder=SlowEncoder())


def expected(corpus: Path) -> list[str]:
    """The texts that an index of this corpus holds."""
    reports = (read_report(path, corpus) for path in find_files(corpus))
    return [passage.text for report in reports for passage in split_report(report)]


def change(corpus: Path, chance: random.Random) -> None:
    """Adds, edits or removes a report; one is always left."""
    name = f"{chance.choice('甲乙丙丁戊')}.txt"
    if len(find_files(corpus)) > 1 and (corpus / name).exists() and chance.random() < 0.4:
        (corpus / name).unlink()
    else:
        write_report(corpus, name, report_text(f"{name[0]}市", chance.randrange(1000), items=2))


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
@pytest.mark.skipif(os.name == "nt", reason="forks")
@pytest.mark.usefixtures("forks")
@pytest.mark.parametrize("kills", [8, pytest.param(100, marks=pytest.mark.slow)])
def test_readers_go_on_while_writers_are_killed_at_random(place: Path, kills: int) -> None:
    seed = random.randrange(2**32)
    chance = random.Random(seed)
    corpus, folder = place / "报告 库", place / "索 引"
    live = LiveIndex(folder)
    begun = time.monotonic()
    slow_update(place)
    usual = time.monotonic() - begun
    killed = 0
    while killed < kills:
        before = texts(place)
        change(corpus, chance)
        allowed = (before, expected(corpus))
        child = in_child(lambda: slow_update(place))
        end = time.monotonic() + chance.random() * usual
        while child.is_alive():
            assert texts(place) in allowed, seed
            assert texts_of(live.get()) in allowed, seed
            if time.monotonic() > end:
                child.kill()
        child.join()
        killed += child.exitcode == -signal.SIGKILL
        assert child.exitcode in (0, -signal.SIGKILL), seed
        assert texts(place) in allowed[child.exitcode == 0 :], seed
    update(place)
    assert texts(place) == texts_of(live.get()) == expected(corpus), seed
    assert Store(folder).leftovers() == []
    assert contents(folder / Store(folder).current()) == clean(corpus, place / "clean")


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
@pytest.mark.skipif(os.name == "nt", reason="forks")
@pytest.mark.usefixtures("forks")
def test_of_many_writers_at_once_one_writes(
    place: Path, states: tuple[list[str], list[str]]
) -> None:
    children = [in_child(lambda: slow_update(place)) for _ in range(4)]
    for child in children:
        child.join()
    statuses = [child.exitcode for child in children]
    assert 0 in statuses
    assert set(statuses) <= {0, 3}
    assert texts(place) == states[1]
    assert Store(place / "索 引").current() == NEW


# Files of the index are damaged

Damage = Callable[[Path], object]


def flip(path: Path) -> None:
    """Alters one bit in the middle."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 4
    path.write_bytes(data)


FILE_DAMAGES: dict[str, tuple[Damage, str]] = {
    "missing": (Path.unlink, "missing"),
    "truncated": (lambda path: os.truncate(path, path.stat().st_size - 1), "truncated"),
    "empty": (lambda path: os.truncate(path, 0), "truncated"),
    "longer": (lambda path: path.write_bytes(path.read_bytes() + b"\n"), "too long|altered"),
    "altered": (flip, "altered"),
}


@pytest.mark.parametrize(
    "kind",
    [
        "truncated",
        "altered",
        *(pytest.param(kind, marks=pytest.mark.slow) for kind in ("missing", "empty", "longer")),
    ],
)
def test_a_damaged_file_is_named_found_and_mended(
    template: Path, tmp_path: Path, states: tuple[list[str], list[str]], kind: str
) -> None:
    damage, words = FILE_DAMAGES[kind]
    files = [*sorted(contents(template / "索 引" / OLD)), "manifest.json"]
    assert len(files) > 10
    for file in files:
        place = shutil.copytree(template, tmp_path / "place")
        damage(place / "索 引" / OLD / file)
        examined_and_mended(place, states, rf"{file} .*({words})")
        shutil.rmtree(place)


@pytest.mark.parametrize("file", ["passages.jsonl", "rows.npy", "lexical/words.npy"])
def test_vectors_beside_a_damaged_file_are_saved(
    place: Path, states: tuple[list[str], list[str]], file: str
) -> None:
    flip(place / "索 引" / OLD / file)
    encoder = BigramEncoder()
    update_index(place / "报告 库", place / "索 引", encoder=encoder)
    assert texts(place) == states[1]
    assert encoder.embedded
    assert all("丙市" in text or "同比" in text for text in encoder.embedded)
    assert not any("乙市" in text for text in encoder.embedded)


@pytest.mark.parametrize(
    ("file", "at", "words"),
    [
        ("passages.jsonl", 0, r"passages\.jsonl is damaged in line 1: run `planqa doctor`"),
        ("vectors.npy", 1, r"gen-0002: .*planqa doctor --repair"),
        ("rows.npy", 20, r"gen-0002: .*planqa doctor --repair"),
        ("lexical/starts.npy", -1, r"gen-0002: .*planqa doctor --repair"),
    ],
)
def test_damage_in_files_too_large_to_hash_each_time_is_no_traceback(
    place: Path, monkeypatch: pytest.MonkeyPatch, file: str, at: int, words: str
) -> None:
    monkeypatch.setattr("planqa.store._QUICK_CHECK", 0)
    path = place / "索 引" / OLD / file
    data = bytearray(path.read_bytes())
    data[at] ^= 0x80
    path.write_bytes(data)
    with pytest.raises(IndexCorrupt, match=words):
        texts(place)
    assert examine(place / "索 引", place / "报告 库", encoder=BigramEncoder())[0].level == "error"


def of_format(found: int, path: Path) -> None:
    """A manifest as another planqa might have written it."""
    body = json.loads(path.read_bytes())
    path.write_text(json.dumps({**body, "format": found, "more": 1}), encoding="utf-8")


def test_an_index_of_an_older_planqa_is_brought_up_to_date_with_its_vectors(
    place: Path, states: tuple[list[str], list[str]]
) -> None:
    folder, corpus = place / "索 引", place / "报告 库"
    for name in ("gen-0001", OLD):
        of_format(FORMAT - 1, folder / name / "manifest.json")
    with pytest.raises(IndexStale, match=r"older planqa.*run `planqa index`$"):
        open_index(folder)
    finding = examine(folder, corpus)[0]
    assert (finding.level, finding.next_command) == ("error", "planqa index")
    encoder = BigramEncoder()
    update_index(corpus, folder, encoder=encoder)
    assert texts(place) == states[1]
    assert encoder.embedded
    assert not any("甲市" in text or "乙市" in text for text in encoder.embedded)


def test_an_index_of_a_newer_planqa_is_left_alone_until_a_rebuild_is_asked_for(
    place: Path, states: tuple[list[str], list[str]]
) -> None:
    folder, corpus = place / "索 引", place / "报告 库"
    live = LiveIndex(folder)
    of_format(FORMAT + 1, folder / OLD / "manifest.json")
    before = contents(folder)
    with pytest.raises(IndexStale, match=r"newer planqa.*`planqa index --rebuild`"):
        open_index(folder)
    with pytest.raises(IndexStale, match=r"newer planqa.*`planqa index --rebuild`"):
        update(place)
    for finding in (examine(folder, corpus)[0], repair(folder)[0]):
        assert (finding.level, finding.next_command) == ("error", "planqa index --rebuild")
    assert contents(folder) == before
    assert texts_of(live.get()) == states[0]
    update_index(corpus, folder, encoder=BigramEncoder(), rebuild=True)
    assert texts(place) == texts_of(live.get()) == states[1]


def miscounted(what: str) -> Damage:
    """A manifest that is sound in itself but counts one more than there is."""

    def damage(path: Path) -> None:
        manifest = Manifest.read(path)
        counts = replace(manifest.counts, **{what: getattr(manifest.counts, what) + 1})
        path.write_bytes(replace(manifest, counts=counts).to_bytes())

    return damage


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("reports", "2 reports where the manifest says 3"),
        ("passages", r"\d+ passages where the manifest says \d+"),
        ("vector_rows", r"\d+ vector rows where the manifest says \d+"),
        ("lexical_documents", r"\d+ lexical documents where the manifest says \d+"),
    ],
)
def test_counts_that_disagree_are_named_found_and_mended(
    place: Path, states: tuple[list[str], list[str]], what: str, words: str
) -> None:
    miscounted(what)(place / "索 引" / OLD / "manifest.json")
    examined_and_mended(place, states, words)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"", "CURRENT names no generation"),
        (b"\xff\x00 garbage \n", "CURRENT names no generation"),
        (b"gen-0007\n", r"gen-0007: manifest\.json is missing"),
    ],
)
def test_a_damaged_current_is_named_found_and_mended(
    place: Path, states: tuple[list[str], list[str]], line: bytes, words: str
) -> None:
    (place / "索 引" / "CURRENT").write_bytes(line)
    examined_and_mended(place, states, words, goes_back_to=OLD)


def test_a_missing_current_is_found_and_mended(
    place: Path, states: tuple[list[str], list[str]]
) -> None:
    (place / "索 引" / "CURRENT").unlink()
    examined_and_mended(place, states, "there is no index", IndexMissing, goes_back_to=OLD)


def examined_and_mended(
    place: Path,
    states: tuple[list[str], list[str]],
    words: str,
    kind: type[IndexUnusable] = IndexCorrupt,
    goes_back_to: str = "gen-0001",
) -> None:
    """The damage is named on opening, found by the doctor, and mended by the doctor and by an
    update.
    """
    folder, corpus = place / "索 引", place / "报告 库"
    with pytest.raises(kind, match=words) as caught:
        open_index(folder)
    assert "`planqa " in str(caught.value)
    assert "\n" not in str(caught.value)
    worst = examine(folder, corpus, encoder=BigramEncoder())[0]
    assert (worst.level, bool(worst.next_command)) == ("error", True)

    copy = shutil.copytree(place, place.parent / "updated")
    encoder = BigramEncoder()
    update_index(copy / "报告 库", copy / "索 引", encoder=encoder)
    assert texts(copy) == states[1]
    findings = examine(copy / "索 引", copy / "报告 库", encoder=encoder)
    assert {finding.level for finding in findings} == {"ok"}
    shutil.rmtree(copy)

    deeds = repair(folder)
    assert any(goes_back_to in deed.what for deed in deeds)
    assert open_index(folder).generation == goes_back_to
    levels = [finding.level for finding in examine(folder, corpus, encoder=BigramEncoder())]
    assert "error" not in levels
