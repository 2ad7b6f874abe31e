"""Updates do only what is new and end where a clean build ends; readers follow by themselves."""

from __future__ import annotations

import gc
import shutil
import threading
import weakref
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from indexing import (
    BigramEncoder,
    Vectors,
    contents,
    make_corpus,
    report_text,
    texts_of,
    write_report,
)

from planqa import build
from planqa.build import build_index, update_index
from planqa.changes import Changes
from planqa.embed import KnownVectors
from planqa.errors import (
    CorpusError,
    IndexBusy,
    IndexStale,
    ModelError,
    PlanqaError,
    ReportError,
)
from planqa.index import Index, LiveIndex, open_index
from planqa.passage import embedded_texts, split_report
from planqa.pending import PendingVectors
from planqa.store import Store
from planqa.watch import watch

甲, 乙, 丙 = (f"{place}市-2023-政府工作报告.txt" for place in "甲乙丙")


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return make_corpus(tmp_path / "报告 库")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "索 引"


def clean_build(corpus: Path, folder: Path) -> dict[str, bytes]:
    """The files that a first build of this corpus writes."""
    shutil.rmtree(folder, ignore_errors=True)
    changes = update_index(corpus, folder, encoder=BigramEncoder())
    return contents(folder / changes.generation)


# What an index holds


def test_every_row_is_the_vector_of_the_text_that_it_stands_for(corpus: Path, folder: Path) -> None:
    index = build_index(corpus, folder, encoder=BigramEncoder())
    texts = [text for passage in index.passages for text in embedded_texts(passage)]
    np.testing.assert_array_equal(index.rows, BigramEncoder().encode_passages(texts))
    numbers = index.passage_of_rows(np.arange(len(index.rows)))
    for number in range(len(index.passages)):
        rows = index.rows_of(number)
        assert set(numbers[rows].tolist()) == {number}
        assert rows.stop - rows.start == len(embedded_texts(index.passages[number]))


def test_every_passage_is_a_slice_of_its_report(corpus: Path, folder: Path) -> None:
    index = build_index(corpus, folder, encoder=BigramEncoder())
    assert {report.report_id for report in index.reports} == {
        Path(name).stem for name in (甲, 乙, 丙)
    }
    for report in index.reports:
        assert report.text == (corpus / report.file).read_text("utf-8")
        for number in index.passages_of(report.report_id):
            passage = index.passages[number]
            assert passage.report_id == report.report_id
            assert passage.text == report.text[passage.start : passage.end]
    assert sum(len(index.passages_of(entry.report_id)) for entry in index.catalogue) == len(
        index.passages
    )


def test_an_unknown_report_is_a_key_error(corpus: Path, folder: Path) -> None:
    index = build_index(corpus, folder, encoder=BigramEncoder())
    assert index.report_by_id(Path(甲).stem).file == 甲
    with pytest.raises(KeyError):
        index.report_by_id("丁")


def test_the_padding_of_faiss_is_no_passage(corpus: Path, folder: Path) -> None:
    index = build_index(corpus, folder, encoder=BigramEncoder())
    with pytest.raises(IndexError):
        index.passages[-1]
    with pytest.raises(IndexError):
        index.passages[len(index.passages)]
    assert index.passages[1:3] == (index.passages[1], index.passages[2])


def test_an_index_moved_to_another_folder_still_answers(
    corpus: Path, folder: Path, tmp_path: Path
) -> None:
    texts = texts_of(build_index(corpus, folder, encoder=BigramEncoder()))
    shutil.move(folder, tmp_path / "别处" / "moved")
    assert texts_of(open_index(tmp_path / "别处" / "moved")) == texts


# What an update costs


def test_nothing_new_writes_nothing_and_loads_no_model(
    corpus: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = update_index(corpus, folder, encoder=BigramEncoder())
    monkeypatch.setattr(build, "load_encoder", None)
    stamp = Store(folder).stamp()
    second = update_index(corpus, folder)
    assert second == Changes((), (), (), (), tuple(sorted((甲, 乙, 丙))), (), first.generation)
    assert Store(folder).stamp() == stamp
    assert Store(folder).generations() == [first.generation]


def test_each_text_is_embedded_once(corpus: Path, folder: Path) -> None:
    encoder = BigramEncoder()
    index = build_index(corpus, folder, encoder=encoder)
    texts = {text for passage in index.passages for text in embedded_texts(passage)}
    assert sorted(encoder.embedded) == sorted(texts)


def test_adding_a_report_embeds_only_its_own_texts(corpus: Path, folder: Path) -> None:
    update_index(corpus, folder, encoder=BigramEncoder())
    write_report(corpus, "丁.txt", report_text("丁县", 900))
    encoder = BigramEncoder()
    assert update_index(corpus, folder, encoder=encoder).added == ("丁.txt",)
    assert encoder.embedded
    assert all("丁县" in text or "同比" in text for text in encoder.embedded)


def test_unchanged_reports_are_not_read_again(
    corpus: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    update_index(corpus, folder, encoder=BigramEncoder())
    read: list[str] = []
    read_report = build.gather.__globals__["read_report"]
    monkeypatch.setitem(
        build.gather.__globals__,
        "read_report",
        lambda path, corpus: read.append(path.name) or read_report(path, corpus),
    )
    write_report(corpus, 乙, report_text("乙市", 5))
    update_index(corpus, folder, encoder=BigramEncoder())
    assert read == [乙]


def test_other_code_reads_every_report_again_but_embeds_none(
    corpus: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    update_index(corpus, folder, encoder=BigramEncoder())
    monkeypatch.setattr(build, "code_digest", lambda: "another")
    encoder = BigramEncoder()
    changes = update_index(corpus, folder, encoder=encoder)
    assert encoder.embedded == []
    assert changes.generation == "gen-0002"
    assert update_index(corpus, folder, encoder=encoder).generation == "gen-0002"


def test_a_renamed_report_keeps_its_vectors(corpus: Path, folder: Path) -> None:
    update_index(corpus, folder, encoder=BigramEncoder())
    (corpus / "旧").mkdir()
    (corpus / 甲).rename(corpus / "旧" / "renamed report.txt")
    encoder = BigramEncoder()
    changes = update_index(corpus, folder, encoder=encoder)
    assert encoder.embedded == []
    assert changes.renamed == ((甲, "旧/renamed report.txt"),)
    assert changes.added == changes.removed == changes.changed == ()
    assert open_index(folder).report_by_id("旧/renamed report").file == "旧/renamed report.txt"


# What an update leaves


def test_of_a_removed_or_edited_report_no_old_text_is_left(corpus: Path, folder: Path) -> None:
    update_index(corpus, folder, encoder=BigramEncoder())
    (corpus / 甲).unlink()
    write_report(corpus, 乙, report_text("戊市", 7))
    changes = update_index(corpus, folder, encoder=BigramEncoder())
    assert (changes.removed, changes.changed) == ((甲,), (乙,))
    files = contents(folder / changes.generation)
    for old in ("甲市", "乙市的工作"):
        assert old not in "".join(texts_of(open_index(folder)))
        assert not any(old.encode() in data for data in files.values())


FIGURES = st.integers(0, 3)
STATES = st.dictionaries(st.sampled_from("甲乙丙丁"), FIGURES, min_size=1)


@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(states=st.lists(STATES, min_size=1, max_size=3))
def test_any_series_of_updates_ends_where_a_clean_build_ends(
    tmp_path: Path, states: list[dict[str, int]]
) -> None:
    corpus, folder = tmp_path / "corpus", tmp_path / "index"
    shutil.rmtree(folder, ignore_errors=True)
    for state in states:
        shutil.rmtree(corpus, ignore_errors=True)
        for place, figure in state.items():
            write_report(corpus, f"{place}.txt", report_text(place, figure, items=1))
        changes = update_index(corpus, folder, encoder=BigramEncoder())
    assert contents(folder / changes.generation) == clean_build(corpus, tmp_path / "clean")


def test_a_report_beside_one_of_the_same_name_is_indexed_as_by_a_clean_build(
    corpus: Path, folder: Path, tmp_path: Path
) -> None:
    update_index(corpus, folder, encoder=BigramEncoder())
    for name in ("丙市-2023-政府工作报告.md", "丙市-2023-政府工作报告.html"):
        write_report(corpus, name, report_text("丙市", 50))
        update_index(corpus, folder, encoder=BigramEncoder())
        files = contents(folder / Store(folder).current())
        assert files == clean_build(corpus, tmp_path / "clean")
    index = open_index(folder)
    assert len({entry.report_id for entry in index.catalogue}) == len(index.catalogue) >= 3


# Files that cannot be read


def test_a_file_that_cannot_be_read_is_named_and_the_others_are_indexed(
    corpus: Path, folder: Path
) -> None:
    (corpus / "坏.txt").write_bytes(b"\x81\x00\xff" * 50)
    changes = update_index(corpus, folder, encoder=BigramEncoder())
    assert [error.path.name for error in changes.failed] == ["坏.txt"]
    assert isinstance(changes.failed[0], ReportError)
    assert len(changes.added) == 3
    again = update_index(corpus, folder, encoder=BigramEncoder())
    assert again.generation == changes.generation
    assert [error.path.name for error in again.failed] == ["坏.txt"]


def test_a_file_without_passages_and_one_of_a_taken_name_are_named(
    corpus: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_report(corpus, "纲.txt", report_text("纲", 1))
    split = split_report
    monkeypatch.setitem(
        build.gather.__globals__,
        "split_report",
        lambda report: [] if report.report_id == "纲" else split(report),
    )
    write_report(corpus, "戊.TXT", report_text("戊市", 1))
    write_report(corpus, "戊.txt", report_text("戊市", 2))
    if len(list(corpus.glob("戊.*"))) == 1:
        pytest.skip("this file system does not tell 戊.TXT from 戊.txt")
    changes = update_index(corpus, folder, encoder=BigramEncoder())
    assert {error.path.name: error.reason for error in changes.failed} == {
        "戊.txt": "it goes by the same name as 戊.TXT: rename one of them",
        "纲.txt": "it holds no text",
    }
    assert "戊.TXT" in changes.added


def test_a_file_that_can_no_longer_be_read_leaves_no_old_text(corpus: Path, folder: Path) -> None:
    update_index(corpus, folder, encoder=BigramEncoder())
    (corpus / 甲).write_bytes(b"\x81\x00\xff" * 50)
    changes = update_index(corpus, folder, encoder=BigramEncoder())
    assert [error.path.name for error in changes.failed] == [甲]
    assert changes.removed == ()
    assert "甲市" not in "".join(texts_of(open_index(folder)))


@pytest.mark.parametrize("damage", ["emptied", "unreadable", "gone"])
def test_an_index_is_never_replaced_by_an_empty_one(
    corpus: Path, folder: Path, damage: str
) -> None:
    texts = texts_of(build_index(corpus, folder, encoder=BigramEncoder()))
    for path in corpus.iterdir():
        if damage == "unreadable":
            path.write_bytes(b"\x81\x00\xff" * 50)
        else:
            path.unlink()
    if damage == "gone":
        corpus.rmdir()
    with pytest.raises(CorpusError):
        update_index(corpus, folder, encoder=BigramEncoder())
    assert texts_of(open_index(folder)) == texts
    assert Store(folder).leftovers() == []


# Models


def test_another_model_is_noticed_and_taken_on_request(corpus: Path, folder: Path) -> None:
    update_index(corpus, folder, encoder=BigramEncoder())
    other = BigramEncoder("another", 16)
    with pytest.raises(IndexStale, match=r"bigrams.*another.*--rebuild"):
        update_index(corpus, folder, encoder=other)
    assert open_index(folder).settings.model_id == "bigrams"
    index = build_index(corpus, folder, encoder=other, rebuild=True)
    assert index.rows.shape[1] == 16
    assert index.settings.model_id == "another"


def test_another_model_by_name_is_noticed_before_it_is_loaded(corpus: Path, folder: Path) -> None:
    update_index(corpus, folder, encoder=BigramEncoder())
    with pytest.raises(IndexStale, match=r"`planqa index --model BAAI/bge-m3 --rebuild`"):
        update_index(corpus, folder, model="BAAI/bge-m3")


def test_an_update_keeps_the_model_of_the_index(
    corpus: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    update_index(corpus, folder, encoder=BigramEncoder("mine"))
    write_report(corpus, "丁.txt", report_text("丁县", 900))
    loaded: list[str] = []
    monkeypatch.setattr(
        build, "load_encoder", lambda model, purpose: loaded.append(model) or BigramEncoder(model)
    )
    update_index(corpus, folder)
    update_index(corpus, folder, rebuild=True)
    assert loaded == ["mine", "mine"]


def test_a_query_is_not_compared_with_vectors_of_another_model(corpus: Path, folder: Path) -> None:
    update_index(corpus, folder, encoder=BigramEncoder())
    index = open_index(folder, encoder=BigramEncoder("another"))
    with pytest.raises(IndexStale, match="planqa index --rebuild"):
        _ = index.encoder


@pytest.mark.parametrize("wrong", ["fewer rows", "other dimensions", "not a number"])
def test_a_model_that_makes_no_proper_vectors_leaves_the_index_as_it_was(
    corpus: Path, folder: Path, wrong: str
) -> None:
    class Broken(BigramEncoder):
        def encode_passages(self, texts: Sequence[str]) -> Vectors:
            rows = super().encode_passages(texts)
            return {
                "fewer rows": rows[1:],
                "other dimensions": rows[:, 1:],
                "not a number": rows * np.float32("nan"),
            }[wrong]

    texts = texts_of(build_index(corpus, folder, encoder=BigramEncoder()))
    write_report(corpus, 甲, report_text("甲市", 77))
    with pytest.raises(ModelError, match="bigrams"):
        update_index(corpus, folder, encoder=Broken())
    assert texts_of(open_index(folder)) == texts


# Interrupted builds


class Interrupted(BigramEncoder):
    """Is interrupted after so many texts, as by Ctrl-C."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self.after = after

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        if len(self.embedded) + len(texts) > self.after:
            raise KeyboardInterrupt
        return super().encode_passages(texts)


@pytest.mark.parametrize("rebuild", [False, True])
def test_an_interrupted_build_goes_on_where_it_was(tmp_path: Path, rebuild: bool) -> None:
    corpus, folder = make_corpus(tmp_path / "corpus", "甲乙丙丁戊己庚辛"), tmp_path / "index"
    every = BigramEncoder()
    clean = clean_build(corpus, tmp_path / "clean")
    update_index(corpus, tmp_path / "all", encoder=every)
    total = len(every.embedded)
    if rebuild:
        update_index(corpus, folder, encoder=BigramEncoder("old"))

    first = Interrupted(total * 9 // 10)
    with pytest.raises(KeyboardInterrupt):
        update_index(corpus, folder, encoder=first, rebuild=rebuild)
    progress: list[tuple[int, int]] = []
    second = BigramEncoder()
    changes = update_index(
        corpus,
        folder,
        encoder=second,
        rebuild=rebuild,
        on_progress=lambda done, of, stage: stage == "embed" and progress.append((done, of)),
    )
    assert not set(first.embedded) & set(second.embedded)
    assert len(first.embedded) + len(second.embedded) == total
    assert len(second.embedded) <= total * 0.15
    assert progress[0] == (len(first.embedded), total)
    assert progress[-1] == (total, total)
    assert contents(folder / changes.generation) == clean
    assert list(folder.glob("pending-*")) == []


def pending_of(folder: Path, count: int) -> tuple[PendingVectors, np.ndarray]:
    folder.mkdir(exist_ok=True)
    pending = PendingVectors(folder, "模型", 4)
    vectors = np.arange(count * 4, dtype=np.float32).reshape(count, 4)
    keys = np.array([bytes([number]) * 32 for number in range(count)], "S32")
    pending.append(keys[: count // 2], vectors[: count // 2])
    pending.append(keys[count // 2 :], vectors[count // 2 :])
    return pending, vectors


def test_whatever_is_torn_off_pending_vectors_the_whole_ones_are_kept(folder: Path) -> None:
    pending, vectors = pending_of(folder, 6)
    whole = pending.path.read_bytes()
    record = 32 + 16 + 4
    header = len(whole) - 6 * record
    for length in range(len(whole)):
        pending.path.write_bytes(whole[:length])
        reopened = PendingVectors(folder, "模型", 4)
        assert len(reopened) == max(0, length - header) // record
        reopened.append(np.array([b"k" * 32], "S32"), np.ones((1, 4), np.float32))
        keys, kept = PendingVectors(folder, "模型", 4).read()
        np.testing.assert_array_equal(kept[:-1], vectors[: len(reopened) - 1])
        assert keys[-1] == b"k" * 32


def test_pending_vectors_end_where_a_record_was_altered(folder: Path) -> None:
    pending, _ = pending_of(folder, 6)
    whole = pending.path.read_bytes()
    altered = bytearray(whole)
    altered[-2 * 52 + 40] ^= 1  # a figure of the fifth vector
    pending.path.write_bytes(altered)
    assert len(PendingVectors(folder, "模型", 4)) == 4
    pending.path.write_bytes(whole[: -3 * 52] + bytes(3 * 52))  # as after a loss of power
    assert len(PendingVectors(folder, "模型", 4)) == 3


def test_pending_vectors_of_other_dimensions_are_not_taken(folder: Path) -> None:
    pending_of(folder, 6)
    assert len(PendingVectors(folder, "模型", 3)) == 0
    assert len(PendingVectors(folder, "模型 2", 4)) == 0


def test_known_vectors_are_found_by_the_whole_key() -> None:
    keys = np.array([b"a" * 32, b"a" * 31 + b"\0", b"\0" * 32, b"\0" * 31 + b"a"], "S32")
    vectors = np.arange(4, dtype=np.float32)[:, None]
    wanted = np.array([b"\0" * 32, b"b" * 32, b"a" * 31 + b"\0", b"a" * 32], "S32")
    found = np.full((4, 1), -1, np.float32)
    assert KnownVectors(keys, vectors).fill(found, wanted).tolist() == [True, False, True, True]
    assert found[:, 0].tolist() == [2, -1, 1, 0]
    assert not KnownVectors(keys[:0], vectors[:0]).knows(wanted).any()


# Readers that go on


def test_a_live_index_follows_updates_without_a_restart(corpus: Path, folder: Path) -> None:
    update_index(corpus, folder, encoder=BigramEncoder())
    live = LiveIndex(folder, encoder=BigramEncoder())
    first = live.get()
    encoder = first.encoder
    assert live.get() is first
    (corpus / 甲).unlink()
    update_index(corpus, folder, encoder=BigramEncoder())
    second = live.get()
    assert second.generation == "gen-0002"
    assert "甲市" not in "".join(texts_of(second))
    assert second.encoder is encoder
    assert "甲市" in "".join(texts_of(first))


def test_an_open_index_outlives_its_generation(corpus: Path, folder: Path) -> None:
    index = build_index(corpus, folder, encoder=BigramEncoder())
    texts, rows = texts_of(index), np.array(index.rows)
    shutil.rmtree(folder)
    assert texts_of(index) == texts
    np.testing.assert_array_equal(index.rows, rows)
    assert index.report_by_id(Path(甲).stem).file == 甲
    assert len(index.lexical.best(["甲市"], 5)) > 0


def test_an_old_generation_is_let_go_without_waiting_for_the_garbage_collector(
    corpus: Path, folder: Path
) -> None:
    index = build_index(corpus, folder, encoder=BigramEncoder())
    _ = index.report_by_id(Path(甲).stem), index.passages[0]
    reports, passages = weakref.ref(index.reports), weakref.ref(index.passages)
    gc.disable()
    try:
        del index
        assert reports() is None
        assert passages() is None
    finally:
        gc.enable()


def test_a_live_index_goes_on_with_the_old_one_when_the_new_one_is_damaged(
    corpus: Path, folder: Path
) -> None:
    update_index(corpus, folder, encoder=BigramEncoder())
    live = LiveIndex(folder)
    write_report(corpus, "丁.txt", report_text("丁县", 900))
    update_index(corpus, folder, encoder=BigramEncoder())
    (folder / "gen-0002" / "vectors.npy").unlink()
    assert live.get().generation == "gen-0001"
    assert live.problem is not None
    assert "vectors.npy is missing" in str(live.problem)
    update_index(corpus, folder, encoder=BigramEncoder())
    assert live.get().generation == "gen-0003"
    assert live.problem is None


def test_a_live_index_answers_though_the_folder_is_gone(corpus: Path, folder: Path) -> None:
    update_index(corpus, folder, encoder=BigramEncoder())
    live = LiveIndex(folder)
    shutil.rmtree(folder)
    assert len(texts_of(live.get())) > 0
    update_index(corpus, folder, encoder=BigramEncoder())
    assert live.get().generation == "gen-0001"
    assert live.problem is None


def test_threads_that_ask_at_once_load_one_encoder(
    corpus: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    update_index(corpus, folder, encoder=BigramEncoder())
    loaded: list[BigramEncoder] = []
    started = threading.Barrier(4)

    def load(model: str, purpose: str) -> BigramEncoder:
        loaded.append(BigramEncoder(model))
        return loaded[-1]

    monkeypatch.setattr("planqa.index.load_encoder", load)
    index = open_index(folder)

    def ask() -> None:
        started.wait()
        _ = index.encoder

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(loaded) == 1


# Following a folder


def test_watching_updates_once_a_changed_folder_has_settled(corpus: Path, folder: Path) -> None:
    steps = iter(
        [
            lambda: write_report(corpus, "丁.txt", "丁县"),
            lambda: write_report(corpus, "丁.txt", report_text("丁县", 9)),
            lambda: None,
            lambda: None,
            lambda: shutil.rmtree(corpus),
            lambda: None,
            lambda: make_corpus(corpus),
            lambda: None,
        ]
    )
    seen = watch(corpus, folder, encoder=BigramEncoder(), sleep=lambda _: next(steps)() and None)
    first, second, third, fourth = (next(seen) for _ in range(4))
    assert isinstance(first, Changes)
    assert len(first.added) == 3
    assert isinstance(second, Changes)
    assert second.added == ("丁.txt",)
    assert isinstance(third, PlanqaError)
    assert isinstance(fourth, Changes)
    assert fourth.removed == ("丁.txt",)


def test_watching_waits_while_another_writes(corpus: Path, folder: Path) -> None:
    class WaitedError(Exception):
        pass

    def give_up(_: float) -> None:
        raise WaitedError

    with Store(folder).writing(), pytest.raises(WaitedError):
        next(watch(corpus, folder, encoder=BigramEncoder(), sleep=give_up))
    with Store(folder).writing(), pytest.raises(IndexBusy):
        update_index(corpus, folder, encoder=BigramEncoder())
    assert isinstance(next(watch(corpus, folder, encoder=BigramEncoder())), Changes)


def test_an_index_is_frozen(corpus: Path, folder: Path) -> None:
    index: Index = build_index(corpus, folder, encoder=BigramEncoder())
    with pytest.raises(AttributeError):
        index.generation = "gen-0009"  # type: ignore[misc]
    with pytest.raises(ValueError, match="read-only"):
        index.rows[0] = 0


def test_the_same_file_under_two_names_is_indexed_once_and_said_so(
    corpus: Path, folder: Path
) -> None:
    (corpus / "一 抄本.txt").write_bytes((corpus / 甲).read_bytes())
    changes = update_index(corpus, folder, encoder=BigramEncoder())
    assert len(changes.added) == 3
    assert changes.doubles == ((甲, "一 抄本.txt"),)
    again = update_index(corpus, folder, encoder=BigramEncoder())
    assert (again.generation, again.doubles) == (changes.generation, changes.doubles)
    assert len(open_index(folder, encoder=BigramEncoder()).reports) == 3


def test_what_is_corrected_beside_a_report_is_noticed(corpus: Path, folder: Path) -> None:
    update_index(corpus, folder, encoder=BigramEncoder())
    (corpus / 甲).with_suffix(".meta.toml").write_text('place = "丙县"\n', encoding="utf-8")
    assert update_index(corpus, folder, encoder=BigramEncoder()).changed == (甲,)
    catalogue = open_index(folder, encoder=BigramEncoder()).catalogue
    assert [entry.place for entry in catalogue if entry.file == 甲] == ["丙县"]
