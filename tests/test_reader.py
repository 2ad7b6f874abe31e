"""What reads the best passages again, and what comes of it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from indexing import BigramEncoder

from planqa import qa
from planqa.build import build_index
from planqa.errors import ModelError
from planqa.index import Index
from planqa.reader import PackagedReader, joined, load_reader
from planqa.reading import LONGEST_INPUT, Reading, best_span, head_line
from planqa.rerank import READING

TEXT = """云溪县2024年政府工作报告

各位代表：
一、2023年工作回顾
（一）农业
粮食产量达到11万吨。油菜面积达到2万亩。
（二）住房
新建公寓77套，改造老旧小区9个。
二、2024年主要任务
（一）农业
粮食产量目标12万吨。
"""


@pytest.fixture
def index(tmp_path: Path) -> Index:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "云溪县-2024-政府工作报告.txt").write_text(TEXT, encoding="utf-8")
    return build_index(corpus, tmp_path / "index", encoder=BigramEncoder(dimensions=256))


class Finder:
    """Reads `answer` where a text has it, and is `odds` sure of that."""

    def __init__(self, answer: str, odds: float = 9.0) -> None:
        self.answer, self.odds = answer, odds
        self.seen: list[tuple[str, str]] = []

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Reading]:
        self.seen = list(passages)
        return [self._read(text) for _, text in passages]

    def _read(self, text: str) -> Reading:
        at = text.find(self.answer)
        if at < 0:
            return Reading(0, 1, -self.odds)
        return Reading(at, at + len(self.answer), self.odds)


def test_what_was_read_is_quoted_and_is_the_short_answer(index: Index) -> None:
    answer = qa.ask(index, "情况怎么样？", reader=Finder("2万亩"), strictness=0)
    assert answer.answers == ("2万亩",)
    assert answer.citations[0].quote == "油菜面积达到2万亩。"


def test_a_passage_that_answers_is_ranked_before_one_that_is_merely_near(index: Index) -> None:
    plain = qa.ask(index, "粮食产量", reader=None).hits
    other = next(hit for hit in plain if "公寓" in hit.passage.text)
    assert other.rank > 1
    read = qa.ask(index, "粮食产量", reader=Finder("77套", 80.0)).hits
    scores = {hit.passage.start: hit.score for hit in plain}
    for hit in read:
        gain = hit.score - scores[hit.passage.start]
        assert gain == pytest.approx(READING if "公寓" in hit.passage.text else -READING, abs=1e-3)
    assert [hit.rank for hit in read] == list(range(1, len(read) + 1))


def test_the_reader_is_told_where_a_passage_stands(index: Index) -> None:
    reader = Finder("11万吨")
    qa.ask(index, "粮食产量", reader=reader)
    assert (
        "云溪县2024年 一、2023年工作回顾 （一）农业",
        "粮食产量达到11万吨。油菜面积达到2万亩。",
    ) in reader.seen


def test_the_surer_the_reader_the_surer_the_answer(index: Index) -> None:
    sureness = [
        qa.ask(index, "粮食产量", reader=Finder("11万吨", odds)).confidence for odds in (1, 5, 12)
    ]
    assert sureness == sorted(sureness)
    assert sureness[0] < sureness[-1]


def test_strictness_moves_the_refusal(index: Index) -> None:
    assert qa.ask(index, "飞机场在哪里？", reader=None, strictness=0).answered
    assert not qa.ask(index, "粮食产量达到多少？", reader=None, strictness=1).answered


def test_a_head_line_says_place_year_and_headings_and_is_short() -> None:
    assert (
        head_line("云溪县", 2024, ["一、回顾", "（一）农业"]) == "云溪县2024年 一、回顾 （一）农业"
    )
    assert head_line(None, None, []) == ""
    deep = head_line("云溪县", 2024, ["外" * 100, "中" * 10, "内" * 30])
    assert deep == f"云溪县2024年 {'外' * 18} {'内' * 30}"
    middle = head_line("云溪县", 2024, ["外外", "中" * 50, "内" * 30])
    assert middle == f"云溪县2024年 外外 {'中' * 17} {'内' * 30}"
    alone = head_line("云溪县", 2024, ["内" * 100])
    assert alone == f"云溪县2024年 {'内' * 36}"


def test_question_head_and_text_become_one_input_that_is_cut_at_its_end() -> None:
    ids, place = joined([5, 6], [7], [8, 9], (0, 2))
    assert ids.tolist() == [0, 5, 6, 2, 2, 7, 2, 8, 9, 2]
    assert ids[place].tolist() == [8, 9]
    ids, place = joined([5], [6], [7] * 1000, (0, 2))
    assert len(ids) == LONGEST_INPUT
    assert set(ids[place].tolist()) == {7}


def test_the_best_span_does_not_end_before_it_begins() -> None:
    logits = np.array([[0, 9], [9, 0], [0, 3], [0, 1]], np.float32)
    assert best_span(logits) == (1, 2, 12.0)


@pytest.mark.parametrize("content", [None, b"", b"not a model"])
def test_without_its_file_planqa_answers_as_without_it_and_says_so_once(
    content: bytes | None, tmp_path: Path, index: Index, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / f"{len(content or b'none')}.onnx"
    if content is not None:
        path.write_bytes(content)
    reader = PackagedReader(path)
    with pytest.raises(ModelError, match="--reader none"):
        reader.read("粮食", [("", "粮食")])
    qa._say_once.cache_clear()
    with caplog.at_level(logging.WARNING):
        found = [qa.ask(index, "粮食产量", reader=reader) for _ in range(2)]
    assert found[0] == found[1] == qa.ask(index, "粮食产量", reader=None)
    assert len(caplog.records) == 1


def test_none_is_no_reader() -> None:
    assert load_reader("none") is None


@pytest.fixture(scope="module")
def vocabulary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tokenizer of single characters, as tiny models of transformers want one."""
    from transformers import BertTokenizerFast

    folder = tmp_path_factory.mktemp("tiny")
    characters = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *sorted(set(TEXT) - {"\n", " "})]
    (folder / "vocab.txt").write_text("\n".join(characters), encoding="utf-8")
    BertTokenizerFast(vocab_file=str(folder / "vocab.txt")).save_pretrained(folder)
    return folder


def tiny(kind: Any, vocabulary: Path, folder: Path, labels: int) -> Path:
    """A model of that kind with random weights, saved in `folder`."""
    import shutil

    import torch
    from transformers import BertConfig

    torch.manual_seed(0)
    shutil.copytree(vocabulary, folder)
    config = BertConfig(
        vocab_size=200,
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        num_labels=labels,
    )
    kind(config).save_pretrained(folder)
    return folder


@pytest.mark.slow
def test_a_reader_of_the_hub_reads_spans_of_the_text(vocabulary: Path, tmp_path: Path) -> None:
    from transformers import BertForQuestionAnswering

    reader = load_reader(str(tiny(BertForQuestionAnswering, vocabulary, tmp_path / "qa", 2)))
    assert reader is not None
    text = "粮食产量达到11万吨。"
    for reading in reader.read("粮食产量多少？", [("云溪县", text), ("", text * 200), ("", "吨")]):
        assert text[reading.start % len(text)]
        assert reading.end > reading.start


@pytest.mark.slow
def test_a_cross_encoder_orders_the_hits_anew(
    vocabulary: Path, tmp_path: Path, index: Index
) -> None:
    from transformers import BertForSequenceClassification

    from planqa.rerank import WEIGHT, load_reranker

    folder = tiny(BertForSequenceClassification, vocabulary, tmp_path / "cross", 1)
    reranker = load_reranker(str(folder))
    assert reranker is not None
    scores = reranker.scores("粮食", ["粮食产量", "公寓"])
    assert scores.shape == (2,)
    assert ((scores > 0) & (scores < 1)).all()
    plain = {hit.passage.start: hit for hit in qa.ask(index, "粮食产量", reader=None).hits}
    for hit in qa.ask(index, "粮食产量", reader=None, reranker=reranker).hits:
        gain = hit.score - plain[hit.passage.start].score
        assert 0 < gain < WEIGHT
    folder = tiny(BertForSequenceClassification, vocabulary, tmp_path / "three", 3)
    with pytest.raises(ModelError, match="single score"):
        load_reranker(str(folder))


@pytest.mark.slow
@pytest.mark.parametrize("load", ["reader", "reranker"])
def test_a_folder_without_the_model_is_said_to_be_one(load: str, tmp_path: Path) -> None:
    from planqa.rerank import load_reranker

    with pytest.raises(ModelError, match="the folder holds no"):
        (load_reader if load == "reader" else load_reranker)(str(tmp_path))
