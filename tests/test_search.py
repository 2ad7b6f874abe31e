"""What is found, in which order, and what filters and years do to it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from indexing import BigramEncoder

from planqa.build import build_index
from planqa.errors import PlanqaError
from planqa.index import Index
from planqa.lexical import LexicalIndex
from planqa.search import Filters, Weights, search
from planqa.tokens import characters, tokenize
from planqa.vectors import VectorIndex

BODY = """{title}

各位代表：
一、{past}年工作回顾
（一）农业
粮食产量达到{grain}万吨。新建公寓{flats}套。
二、{year}年主要任务
（一）农业
粮食产量目标{target}万吨。
"""


@pytest.fixture
def index(tmp_path: Path) -> Index:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for place, year, grain in (("云溪县", 2023, 10), ("云溪县", 2024, 11), ("石门县", 2024, 50)):
        text = BODY.format(
            title=f"{place}{year}年政府工作报告",
            past=year - 1,
            year=year,
            grain=grain,
            flats=grain * 7,
            target=grain + 1,
        )
        (corpus / f"{place}-{year}-政府工作报告.txt").write_text(text, encoding="utf-8")
    return build_index(corpus, tmp_path / "index", encoder=BigramEncoder(dimensions=256))


def first(index: Index, question: str, **filters: object) -> tuple[str, str]:
    hit = search(index, question, filters=Filters(**filters))[0]  # type: ignore[arg-type]
    return hit.passage.report_id[:8], hit.passage.text


def test_the_year_and_the_place_decide_between_like_sentences(index: Index) -> None:
    assert first(index, "2023年云溪县粮食产量达到多少万吨？")[0] == "云溪县-2024"
    assert "11万吨" in first(index, "2023年云溪县粮食产量达到多少万吨？")[1]
    assert "10万吨" in first(index, "2022年云溪县粮食产量达到多少万吨？")[1]
    assert "50万吨" in first(index, "2023年石门县粮食产量达到多少万吨？")[1]


def test_a_plan_is_found_in_the_report_that_made_it(index: Index) -> None:
    assert "目标12万吨" in first(index, "云溪县2024年粮食产量目标是多少？")[1]


def test_filters_are_hard(index: Index) -> None:
    hits = search(index, "石门县粮食产量", top_k=20, filters=Filters(place="云溪"))
    assert {hit.passage.report_id[:3] for hit in hits} == {"云溪县"}
    hits = search(index, "粮食产量", top_k=20, filters=Filters(year=2023))
    assert {hit.passage.report_id[:8] for hit in hits} == {"云溪县-2023"}


def test_a_filter_that_leaves_nothing_is_an_error_that_says_what_there_is(index: Index) -> None:
    with pytest.raises(PlanqaError, match="planqa reports"):
        search(index, "粮食产量", filters=Filters(report="没有"))


def test_ranks_count_from_one_and_scores_fall(index: Index) -> None:
    hits = search(index, "粮食产量", top_k=4)
    assert [hit.rank for hit in hits] == [1, 2, 3, 4]
    assert sorted((hit.score for hit in hits), reverse=True) == [hit.score for hit in hits]
    assert all(len(hit.sentence_scores) == len(hit.passage.sentences) for hit in hits)


def test_a_figure_asked_for_draws_the_sentence_that_has_one(index: Index) -> None:
    plain = search(index, "公寓多少", weights=Weights(figure=0.0))[0]
    drawn = search(index, "公寓多少", weights=Weights(figure=0.1))[0]
    assert drawn.score - plain.score == pytest.approx(0.1, abs=1e-5)


def test_a_passage_loses_by_its_far_sentences(index: Index) -> None:
    near, spread = (
        {
            (hit.passage.report_id, hit.passage.start): hit
            for hit in search(index, "粮食产量", weights=Weights(mean=mean, characters=0))
        }
        for mean in (0.0, 0.5)
    )
    gaps = {
        at: max(hit.sentence_scores) - float(np.mean(hit.sentence_scores))
        for at, hit in near.items()
    }
    assert max(gaps.values()) > 0.05
    for at, hit in near.items():
        assert spread[at].score == pytest.approx(hit.score - 0.5 * gaps[at], abs=1e-5)


def test_a_passage_loses_by_the_characters_that_it_lacks(index: Index) -> None:
    weights = {weight: Weights(mean=0, characters=weight) for weight in (0, 0.1)}
    all_there, lacking = (
        search(index, question, weights=weights[0])[0].score
        - search(index, question, weights=weights[0.1])[0].score
        for question in ("粮食产量", "粮食产量，鱼")
    )
    assert all_there == pytest.approx(0, abs=1e-6)
    assert 0.01 < lacking < 0.1
    # 乾 is 干 by itself and stays what it is in 乾隆.
    assert search(index, "乾隆年间的粮食产量")


def test_the_characters_of_a_text_are_simplified_and_han() -> None:
    assert characters("糧食 GDP 粮食，2023") == {"粮", "食"}


# --- the parts ------------------------------------------------------------------------------------


def test_the_same_row_scores_one_and_faiss_agrees_with_a_plain_product() -> None:
    rows = np.random.default_rng(0).normal(size=(200, 16)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    ids, scores = VectorIndex(rows).search(rows[17], 200)
    assert ids[0] == 17
    assert scores[0] == pytest.approx(1.0, abs=1e-5)
    product = rows @ rows[17]
    assert ids.tolist() == np.lexsort((np.arange(200), -product)).tolist()


def test_asking_for_more_rows_than_there_are_gives_no_padding() -> None:
    rows = np.eye(3, dtype=np.float32)
    ids, scores = VectorIndex(rows).search(rows[1], 10)
    assert sorted(ids.tolist()) == [0, 1, 2]
    assert len(scores) == 3
    assert len(VectorIndex(rows[:0]).search(rows[1], 5)[0]) == 0


def test_ties_break_by_id() -> None:
    rows = np.tile(np.eye(4, dtype=np.float32)[:1], (6, 1))
    assert VectorIndex(rows).search(rows[0], 6)[0].tolist() == [0, 1, 2, 3, 4, 5]
    assert LexicalIndex.build(["就业"] * 6).best(["就业"], 3).tolist() == [0, 1, 2]


def test_what_is_asked_of_few_is_what_is_found_among_all(index: Index) -> None:
    for question in ("2023年云溪县粮食产量达到多少万吨？", "公寓", "石门县的目标"):
        hits = search(index, question, top_k=100)
        assert [hit.rank for hit in hits] == list(range(1, len(index.passages) + 1))
        for k in (1, 2, 3):
            assert search(index, question, top_k=k) == hits[:k]


def test_tokens_are_bigrams_of_han_and_whole_figures_and_words() -> None:
    assert tokenize("ＧＤＰ增长1.9%，PM2.5") == ["gdp", "增长", "1.9%", "pm2.5"]
    assert tokenize("減稅") == tokenize("减税") == ["减税"]
    assert tokenize("县") == ["县"]
    assert tokenize("……") == []


def test_a_document_without_the_words_scores_nought_and_the_rest_by_what_they_hold(
    tmp_path: Path,
) -> None:
    index = LexicalIndex.build(["城镇新增就业10万人", "", "就业"])
    index.save(tmp_path / "词 表")
    for lexical in (index, LexicalIndex.load(tmp_path / "词 表")):
        assert len(lexical) == 3
        every = np.arange(3)
        assert lexical.coverage(["失业率"], every).tolist() == [0, 0, 0]
        assert (lexical.coverage(["城镇就业"], every) > 0).tolist() == [True, False, True]
        assert lexical.coverage(["unemployment"], every).tolist() == [0, 0, 0]
        assert lexical.best(["unemployment", "城镇就业"], 5).tolist() == [0, 2]
        assert lexical.weight("没有") > lexical.weight("城镇") > lexical.weight("就业") > 0


@given(st.text(max_size=60))
def test_any_text_can_be_tokenised_and_looked_up(text: str) -> None:
    lexical = LexicalIndex.build(["城镇新增就业10万人", text])
    assert lexical.coverage([text], np.arange(2)).shape == (2,)
    assert set(lexical.best([text], 2)) <= {0, 1}


def test_a_lexical_index_is_the_same_in_every_process(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from planqa.lexical import LexicalIndex; "
        "LexicalIndex.build(['城镇新增就业10万人', '', '粮食产量']).save(Path(sys.argv[1]))"
    )
    for seed in "12":
        subprocess.run(
            [sys.executable, "-c", script, str(tmp_path / seed)],
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        )
    for file in (tmp_path / "1").iterdir():
        assert file.read_bytes() == (tmp_path / "2" / file.name).read_bytes()
