"""What is found among many is what is found by looking at all, though few are looked at."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from indexing import BigramEncoder, contents, make_corpus, report_text, write_report
from numpy.typing import NDArray

from planqa import index as index_module
from planqa import lexical, vectors
from planqa.build import build_index, update_index
from planqa.candidates import Candidates
from planqa.doctor import examine
from planqa.errors import IndexCorrupt, PlanqaError
from planqa.generation import CELLS_FILE
from planqa.index import open_index
from planqa.lexical import LexicalIndex
from planqa.search import Filters, search
from planqa.store import Store
from planqa.tokens import tokenize
from planqa.vectors import VectorIndex, write_cells

Rows = NDArray[np.float32]


def clustered(count: int, seed: int = 0) -> Rows:
    """Rows of length 1 about a tenth as many centres."""
    draw = np.random.default_rng(seed)
    centres = draw.normal(size=(count // 10, 24))
    rows = centres[draw.integers(0, len(centres), count)] + 0.3 * draw.normal(size=(count, 24))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture
def cells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> VectorIndex:
    """2,000 rows by cells, few of which a query looks into."""
    monkeypatch.setattr(vectors, "EXACT_ROWS", 100)
    monkeypatch.setattr(vectors, "_PROBED", 40)
    rows = clustered(2000)
    path = tmp_path / "向 量.faiss"
    assert write_cells(path, rows)
    return VectorIndex(rows, path)


# --- vectors -------------------------------------------------------------------------------------


def test_cells_find_what_comparing_every_row_finds(cells: VectorIndex) -> None:
    found = 0
    for query in clustered(200, seed=1)[:50]:
        ids, scores = cells.search(query, 40)
        np.testing.assert_allclose(scores, cells.rows[ids] @ query, atol=1e-6)
        assert np.all(np.diff(scores) <= 0)
        assert len(set(ids.tolist())) == 40
        found += len(np.intersect1d(ids[:10], VectorIndex(cells.rows).search(query, 10)[0]))
    assert found / 500 >= 0.97


def test_the_same_rows_give_the_same_cells(tmp_path: Path, cells: VectorIndex) -> None:
    assert write_cells(tmp_path / "again", cells.rows)
    assert (tmp_path / "again").read_bytes() == (tmp_path / "向 量.faiss").read_bytes()


def test_few_rows_need_no_cells(tmp_path: Path, cells: VectorIndex) -> None:
    assert not write_cells(tmp_path / "few", cells.rows[:100])
    assert not (tmp_path / "few").exists()


@pytest.mark.parametrize(
    "spans",
    [[(0, 30), (50, 100)], [(0, 1), (300, 900)], [(5, 1999)], [(0, 700), (701, 2000)]],
    ids=["few", "a third", "all but a few", "all but one"],
)
def test_a_search_within_spans_of_rows_finds_the_nearest_of_them(
    cells: VectorIndex, spans: list[tuple[int, int]]
) -> None:
    inside = np.concatenate([np.arange(*span) for span in spans])
    for query in clustered(200, seed=2)[:20]:
        ids, _ = cells.search(query, 40, spans)
        assert np.isin(ids, inside).all()
        assert len(ids) == 40
        best = inside[np.argsort(-(cells.rows[inside] @ query), kind="stable")[:10]]
        assert len(np.intersect1d(ids[:10], best)) >= 9


def test_cells_of_other_vectors_or_none_are_refused(tmp_path: Path, cells: VectorIndex) -> None:
    path = tmp_path / "向 量.faiss"
    with pytest.raises(IndexCorrupt, match="does not belong to the vectors"):
        VectorIndex(cells.rows[:-1], path)
    data = path.read_bytes()
    for damaged in (data[: len(data) // 2], data[:100], b"no cells at all"):
        (tmp_path / "damaged").write_bytes(damaged)
        with pytest.raises(IndexCorrupt, match="damaged does not hold what it should"):
            VectorIndex(cells.rows, tmp_path / "damaged")


# --- words ---------------------------------------------------------------------------------------

WORDS = ["发展", "经济", "就业", "粮食", "公寓", "5G", "增长6.1%", "云溪", "石门"]


def documents(count: int, seed: int = 0) -> list[str]:
    """Texts in which the first words are frequent and the last rare."""
    draw = np.random.default_rng(seed)
    share = 1 / np.arange(1, len(WORDS) + 1) ** 1.5
    return [
        "，".join(draw.choice(WORDS, draw.integers(0, 12), p=share / share.sum()))
        for _ in range(count)
    ]


def expected(texts: list[str], question: str) -> list[float]:
    """BM25 as it is written in books, as a share of what the question's words weigh."""
    counts = [Counter(tokenize(text)) for text in texts]
    lengths = [max(count.total(), 1) for count in counts]
    mean = sum(lengths) / len(lengths)
    words = list(dict.fromkeys(tokenize(question)))
    holding = {word: sum(word in count for count in counts) for word in words}
    weights = {
        word: math.log(1 + (len(texts) - held + 0.5) / (held + 0.5))
        for word, held in holding.items()
    }
    return [
        sum(
            weights[word] * count[word] / (count[word] + 1.5 * (0.25 + 0.75 * length / mean))
            for word in words
        )
        / sum(weights.values())
        for count, length in zip(counts, lengths, strict=True)
    ]


@pytest.mark.parametrize("question", ["云溪就业", "经济发展和增长6.1%", "石门的5G", "没有", "发展"])
def test_coverage_is_bm25(question: str) -> None:
    texts = documents(300)
    index = LexicalIndex.build(texts)
    wanted = expected(texts, question)
    np.testing.assert_allclose(index.coverage([question], np.arange(300)), wanted, atol=1e-6)
    few = np.array([299, 3, 3, 0])
    np.testing.assert_allclose(index.coverage([question], few), np.array(wanted)[few], atol=1e-6)
    best = sorted(range(300), key=lambda number: (-round(wanted[number], 6), number))[:20]
    found = index.best([question], 20)
    assert found.tolist() == sorted(number for number in best if wanted[number] > 0)


def test_words_are_counted_alike_in_blocks_of_any_size(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = documents(50)
    whole = LexicalIndex.build(texts)
    monkeypatch.setattr(lexical, "_BLOCK", 7)
    parts = LexicalIndex.build(iter(texts))
    for name, array in whole._arrays.items():
        np.testing.assert_array_equal(parts._arrays[name], array)


def test_where_words_are_too_frequent_the_rare_ones_choose(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = documents(3000)
    index = LexicalIndex.build(texts)
    whole = index.best(["云溪的粮食和经济发展"], 10)
    monkeypatch.setattr(lexical, "_READ", 700)
    monkeypatch.setattr(lexical, "_COMPLETED", 300)
    found = index.best(["云溪的粮食和经济发展"], 10)
    assert len(np.intersect1d(found, whole)) >= 9
    # Of a single word that is more frequent than what is read the first places are.
    only = index.best(["发展"], 2000)
    assert 0 < len(only) <= 700
    assert all("发展" in texts[number] for number in only)


def test_the_best_by_words_are_of_the_spans_asked_for() -> None:
    texts = documents(300)
    index = LexicalIndex.build(texts)
    spans = [(10, 60), (60, 61), (200, 290)]
    inside = np.concatenate([np.arange(*span) for span in spans])
    found = index.best(["云溪就业"], 10, spans)
    assert np.isin(found, inside).all()
    wanted = np.array(expected(texts, "云溪就业"), np.float32)[inside]
    assert wanted[np.isin(inside, found)].min() >= np.sort(wanted)[-10] - 1e-6


def test_a_word_repeated_without_end_counts_no_more_than_often() -> None:
    index = LexicalIndex.build(["县，" * 1000, "县"])
    assert (index.coverage(["县"], np.arange(2)) > 0).all()


def test_more_words_than_can_be_numbered_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lexical, "_MOST_WORDS", 3)
    with pytest.raises(PlanqaError, match="index them in parts"):
        LexicalIndex.build(["一二三四五六"])


def test_words_without_their_postings_are_refused(tmp_path: Path) -> None:
    index = LexicalIndex.build(documents(20))
    index.save(tmp_path)
    np.save(tmp_path / "counts.npy", np.zeros(3, np.uint8))
    with pytest.raises(IndexCorrupt, match="disagree"):
        LexicalIndex.load(tmp_path)
    np.save(tmp_path / "counts.npy", np.zeros(3, np.float32))
    with pytest.raises(IndexCorrupt, match="does not hold what it should"):
        LexicalIndex.load(tmp_path)


# --- an index that has cells ---------------------------------------------------------------------


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A corpus with so many rows that its index has cells, in which a query looks into all."""
    monkeypatch.setattr(vectors, "EXACT_ROWS", 40)
    monkeypatch.setattr(index_module, "FEW_PASSAGES", 8)
    return make_corpus(tmp_path / "报告 库", "甲乙丙丁戊")


def test_an_update_writes_the_cells_that_a_clean_build_writes(corpus: Path, tmp_path: Path) -> None:
    update_index(corpus, tmp_path / "索 引", encoder=BigramEncoder())
    write_report(corpus, "己.txt", report_text("己县", 900))
    (corpus / "乙市-2023-政府工作报告.txt").unlink()
    updated = update_index(corpus, tmp_path / "索 引", encoder=BigramEncoder()).generation
    clean = update_index(corpus, tmp_path / "clean", encoder=BigramEncoder()).generation
    found = contents(tmp_path / "索 引" / updated)
    assert CELLS_FILE in found
    assert found == contents(tmp_path / "clean" / clean)


def test_an_index_grown_small_again_has_no_cells(corpus: Path, tmp_path: Path) -> None:
    update_index(corpus, tmp_path / "索 引", encoder=BigramEncoder())
    for place in "乙丙丁戊":
        (corpus / f"{place}市-2023-政府工作报告.txt").unlink()
    name = update_index(corpus, tmp_path / "索 引", encoder=BigramEncoder()).generation
    assert CELLS_FILE not in contents(tmp_path / "索 引" / name)


def test_hits_are_those_of_an_index_without_cells(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = build_index(corpus, tmp_path / "索 引", encoder=BigramEncoder())
    monkeypatch.setattr(vectors, "EXACT_ROWS", 10_000)
    monkeypatch.setattr(index_module, "FEW_PASSAGES", 10_000)
    every = build_index(corpus, tmp_path / "every", encoder=BigramEncoder())
    for question in ("甲市第一项任务完成多少亿元？", "丁市同比增长多少"):
        for filters in (None, Filters(place="丁"), Filters(year=2023)):
            found, wanted = (search(each, question, filters=filters) for each in (index, every))
            assert [hit.as_dict() for hit in found] == [hit.as_dict() for hit in wanted]


def test_a_filter_that_leaves_many_passages_leaves_no_other(corpus: Path, tmp_path: Path) -> None:
    index = build_index(corpus, tmp_path / "索 引", encoder=BigramEncoder())
    vector = index.encoder.encode_query("任务完成")
    found: Candidates = index.candidates(vector, ["任务完成"], [1, 2, 4])
    assert set(found.reports.tolist()) == {1, 2, 4}
    assert len(found.numbers) > 8


@pytest.mark.parametrize("damage", ["missing", "truncated", "altered"])
def test_doctor_finds_damaged_cells_and_an_update_mends_them(
    corpus: Path, tmp_path: Path, damage: str
) -> None:
    folder = tmp_path / "索 引"
    name = update_index(corpus, folder, encoder=BigramEncoder()).generation
    path = folder / name / CELLS_FILE
    data = path.read_bytes()
    if damage == "missing":
        path.unlink()
    else:
        path.write_bytes(data[:-9] if damage == "truncated" else data[:-9] + b"x" + data[-8:])
    with pytest.raises(IndexCorrupt, match=CELLS_FILE):
        open_index(folder)
    findings = examine(folder, corpus, encoder=BigramEncoder())
    assert any(CELLS_FILE in finding.what and finding.level == "error" for finding in findings)
    update_index(corpus, folder, encoder=BigramEncoder())
    assert (folder / Store(folder).current() / CELLS_FILE).read_bytes() == data
