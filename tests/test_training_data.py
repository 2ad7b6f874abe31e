"""What the reader learns from: spans that fit, questions that sound like questions, negatives that are negative."""

from __future__ import annotations

import importlib
import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

pytest.importorskip("jieba", reason="the training group is not installed")

SCRIPTS = Path(__file__).parent.parent / "training"
TEXT = (
    "东湖经济稳中有进。全年地区生产总值达到1200.5亿元、增长5.3%，城镇调查失业率由5.6%下降到5.1%。"
    "粮食、棉花产量分别增长2.1%、3.4%。新建口袋公园32个，优化公交线路15条。"
    "实施南山隧道、滨江大桥、青云立交等12个重点项目，推动出台《东湖保护条例》。"
)


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.syspath_prepend(str(SCRIPTS))
    before = set(sys.modules)

    def load(name: str) -> ModuleType:
        return importlib.import_module(name)

    yield load
    for name in set(sys.modules) - before:
        if str(SCRIPTS) in (getattr(sys.modules[name], "__file__", None) or ""):
            del sys.modules[name]


@pytest.fixture
def setting(module: Any) -> Any:
    return module("setting").Setting(TEXT, "东湖市2026年 一、2025年工作回顾", "东湖市", 2026, 2025)


def answers(module: Any, text: str) -> dict[str, set[str]]:
    """The questions that the rules ask of a text, and what answers each."""
    found: dict[str, set[str]] = {}
    for fact in module("generate").facts_of(text):
        for core in fact.cores:
            found.setdefault(core, set()).add(text[fact.start : fact.end])
    return found


def test_an_example_whose_span_is_no_clean_part_of_the_text_is_refused(module: Any) -> None:
    example = module("examples").Example
    assert example("几何？", "", "共 3 个", 2, 3, "x").answer == "3"
    for span in [(1, 3), (3, 3), (2, 99), (-1, 2)]:
        with pytest.raises(ValueError, match="span"):
            example("几何？", "", "共 3 个", *span, "x")


def test_examples_come_back_from_their_file(module: Any, tmp_path: Path) -> None:
    examples = module("examples")
    written = [
        examples.Example("问", "首", "文", 0, 1, "a"),
        examples.Example("问", "首", "文", -1, -1, "a-year"),
    ]
    examples.write_examples(written, tmp_path / "data.jsonl")
    assert list(examples.read_examples(tmp_path / "data.jsonl")) == written


def test_every_written_question_has_its_answer_in_its_evidence() -> None:
    folder = SCRIPTS / "written"
    asked = [
        (line["evidence"], line)
        for line in map(json.loads, (folder / "questions.jsonl").read_text("utf-8").splitlines())
    ]
    for line in map(json.loads, (folder / "passages.jsonl").read_text("utf-8").splitlines()):
        assert line["path"] and line["place"] and 40 <= len(line["text"]) <= 380
        asked += [(line["text"], each) for each in line["questions"]]
    assert len(asked) > 3900
    for text, each in asked:
        assert (each["answer"] is None) == (each["kind"] == "unanswerable"), each
        assert each["answer"] is None or each["answer"].strip() in text, each


def test_a_written_question_is_shown_as_planqa_shows_it(module: Any) -> None:
    written = module("written")
    line = {"kind": "plain", "question": "今年要新建几个公园？", "answer": "32个"}
    example = written._example(line, "东湖市", 2026, "东湖市2026年", "新建公园32个。")
    assert (example.question, example.answer) == ("2026年要新建几个公园?", "32个")
    line = {"kind": "english", "question": "How many parks?", "answer": None}
    example = written._example(line, "东湖市", 2026, "东湖市2026年", "新建公园。")
    assert example.answer is None and example.question.startswith("How many parks")


def test_a_written_question_is_also_asked_of_a_year_and_a_place_that_nothing_names(
    module: Any,
) -> None:
    written, examples = module("written"), module("examples")
    text = "2025年新建公园32个，2024年30个。"
    start = text.index("32个")
    example = examples.Example(
        "东湖市2025年新建公园多少个？", "东湖市2026年", text, start, start + 3, "written_plain"
    )
    chance = random.Random(3)
    found = [each for _ in range(40) for each in written._elsewhere(example, "东湖市", chance)]
    years = {each.question[3:8] for each in found if each.source == "written_plain-year"}
    places = {each.question[:3] for each in found if each.source == "written_plain-place"}
    assert years
    assert not years & {"2024年", "2025年", "2026年"}
    assert places
    assert "东湖市" not in places
    assert {each.start for each in found} == {-1}
    assert not list(written._elsewhere(found[0], "东湖市", chance))


def test_the_subject_of_a_bare_box_stands_in_its_heading_alone(module: Any) -> None:
    boxes = module("boxes")
    for seed in range(30):
        for example in boxes._of_bare_box([], random.Random(seed)):
            assert example.answer is None or "、" in example.answer
            assert len(example.head) <= 60


def test_a_mix_takes_each_source_as_often_as_it_says(module: Any) -> None:
    pytest.importorskip("torch")
    example = module("examples").Example
    given = [
        example("问", "", f"{i}", -1, -1, name)
        for i in range(100)
        for name in ("drcd-cut", "written_list", "figure")
    ]
    taken = module("train").mixed(given, ["drcd=1", "written=2", "other=0.3"], random.Random(1))
    counts = {
        name: sum(each.source == name for each in taken)
        for name in ("drcd-cut", "written_list", "figure")
    }
    assert (
        counts["drcd-cut"] == 100 and counts["written_list"] == 200 and 15 < counts["figure"] < 45
    )


def test_a_window_holds_the_span_in_whole_sentences_at_no_fixed_place(module: Any) -> None:
    around = module("examples").around
    text = "".join(f"第{i}句话说的是第{i}件事情。" for i in range(60))
    start = text.index("第30件")
    places = set()
    for seed in range(20):
        window, first, last = around(text, start, start + 4, random.Random(seed), 120)
        assert window[first:last] == "第30件" and len(window) <= 120
        assert window.startswith("第") and window.endswith("。")
        places.add(first)
    assert len(places) > 5


def test_traditional_questions_are_read_simplified_with_their_spans(
    module: Any, tmp_path: Path
) -> None:
    asked = [
        {"question": "誰寫的？", "answers": [{"text": "魯迅", "answer_start": 4}]},
        {"question": "", "answers": [{"text": "魯迅", "answer_start": 4}]},
        {"question": "錯的？", "answers": [{"text": "魯迅", "answer_start": 0}]},
    ]
    data = {"data": [{"paragraphs": [{"context": "這本書是魯迅寫的。", "qas": asked}]}]}
    (tmp_path / "squad.json").write_text(json.dumps(data), encoding="utf-8")
    (paragraph,) = module("examples").read_squad(tmp_path / "squad.json")
    assert paragraph.text == "这本书是鲁迅写的。"
    assert paragraph.questions == (("谁写的？", 4, 6),)


def test_a_figure_is_asked_for_by_its_name_and_comes_with_its_unit(module: Any) -> None:
    found = answers(module, TEXT)
    assert found["地区生产总值是多少"] == {"1200.5亿元"}
    assert found["地区生产总值增长了多少"] == {"5.3%"}
    assert found["新建了多少个口袋公园"] == {"32个"}
    assert found["优化公交线路多少条"] == {"15条"}


def test_the_verb_of_change_answers_only_where_the_question_does_not_say_it(module: Any) -> None:
    found = answers(module, "全年能耗强度下降3.2%左右。")
    assert found["能耗强度下降了多少"] == {"3.2%左右"}
    assert found["能耗强度变化了多少"] == {"下降3.2%左右"}
    assert found["能耗强度增速是多少"] == {"下降3.2%左右"}


def test_figures_of_before_and_after_and_respective_ones_are_told_apart(module: Any) -> None:
    found = answers(module, TEXT)
    assert found["城镇调查失业率原来是多少"] == {"5.6%"}
    assert found["城镇调查失业率现在是多少"] == {"5.1%"}
    assert found["粮食增长了多少"] == {"2.1%"}
    assert found["棉花产量增长了多少"] == {"3.4%"}


def test_a_list_is_whole_without_its_verb_and_without_its_count(module: Any) -> None:
    found = answers(module, TEXT)
    assert found["实施哪些项目"] == {"南山隧道、滨江大桥、青云立交"}


def test_a_title_is_answered_with_its_marks(module: Any) -> None:
    assert answers(module, TEXT)["推动出台什么条例"] == {"《东湖保护条例》"}


def test_a_clause_that_does_not_say_of_what_asks_nothing(module: Any) -> None:
    assert answers(module, "同比增长5%。占比达到45%。") == {}


def test_a_twin_of_another_year_names_one_that_the_section_does_not_speak_of(
    module: Any, setting: Any
) -> None:
    facts = [fact for fact in module("generate").facts_of(TEXT) if fact.kind == "figure"]
    for seed in range(30):
        chance = random.Random(seed)
        twin = module("twins").of_other_year(setting, facts[0], facts[0].cores[0], chance)
        assert twin.answer is None and "2025" not in twin.question


def test_a_twin_of_another_place_does_not_name_the_report_s_own(module: Any, setting: Any) -> None:
    fact = module("generate").facts_of(TEXT)[0]
    twins = [
        module("twins").of_other_place(setting, fact, fact.cores[0], random.Random(seed))
        for seed in range(60)
    ]
    made = [twin for twin in twins if twin]
    assert len(made) > 50
    assert all(twin.answer is None and "东湖" not in twin.question for twin in made)
    assert not any("南山" in twin.question for twin in made), "the text names a tunnel of that name"


def test_another_thing_is_one_that_the_text_does_not_name(module: Any) -> None:
    subjects = module("twins").Subjects(("工业总产值", "粮食产量", "棉花产量", "全市粮食产量"))
    for seed in range(10):
        other = subjects.like("粮食产量", "粮食产量增长2%。", random.Random(seed))
        assert other == "棉花产量"


def test_an_attribute_is_answered_only_where_the_text_tells_it(module: Any, setting: Any) -> None:
    fact = module("fact").Fact
    start = TEXT.index("滨江大桥")
    thing = fact("list", start, start + 4, "滨江大桥", ())
    made = [
        example
        for seed in range(60)
        for example in module("attributes").attribute_pair(setting, thing, random.Random(seed))
    ]
    assert {example.source for example in made} == {
        "attribute",
        "attribute-other",
        "attribute-told",
    }
    for example in made:
        assert (example.answer is None) == (example.source != "attribute")
        assert (
            example.answer is None
            or f"{example.answer}" in example.text.partition("滨江大桥（")[2].partition("）")[0]
        )


def test_a_box_answers_with_the_items_of_the_verb_that_is_asked_for(module: Any) -> None:
    for example in module("boxes").box_examples(["滨江大桥"], 40, random.Random(3)):
        if example.source == "box":
            assert example.answer in example.text and not example.answer.endswith(("等", "。"))
            assert example.text[example.end] in "等。"


def test_a_paragraph_s_negatives_do_not_hold_the_answer(module: Any) -> None:
    paragraph = module("examples").Paragraph
    first = (
        "李白生于碎叶城，后来随父亲迁居到绵州。他一生写下了许多名篇，人们称他为诗仙，至今仍在传诵。"
    )
    other = "杜甫生于巩县，他的一生颠沛流离。后人尊他为诗圣，他的诗被称为诗史，在后世有很大的影响和声望。"
    paragraphs = [
        paragraph(first, (("李白生于哪里？", 4, 7),)),
        paragraph(other, (("杜甫生于哪里？", 4, 6),)),
    ]
    made = list(module("mine").from_paragraphs(paragraphs, "made", random.Random(1), others=1.0))
    assert sum(example.answer is not None for example in made) == 2
    assert all(
        "碎叶城" not in each.text
        for each in made
        if each.answer is None and "李白" in each.question
    )


def test_noise_keeps_a_question_and_is_repeatable(module: Any) -> None:
    noisy = module("wording").noisy
    asked = "2025年地区生产总值增长了多少？"
    variants = [noisy(asked, random.Random(seed)) for seed in range(200)]
    assert variants == [noisy(asked, random.Random(seed)) for seed in range(200)]
    assert 0.6 < variants.count(asked) / 200 < 0.9
    assert any("２０２５" in variant for variant in variants)
    assert any("總值" in variant for variant in variants)


def test_english_questions_are_asked_only_where_most_of_the_name_can_be_said(module: Any) -> None:
    fact, english = module("fact").Fact, module("english").english
    known = fact("figure", 0, 1, "森林覆盖率", ("森林覆盖率是多少",))
    unknown = fact("figure", 0, 1, "渝字号文艺精品", ("渝字号文艺精品是多少",))
    said = {english(known, "重庆市", 2025, False, random.Random(seed)) for seed in range(30)}
    assert "What was the forest coverage rate in Chongqing in 2025?" in said
    assert english(unknown, "重庆市", 2025, False, random.Random(1)) is None
