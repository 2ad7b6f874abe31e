"""Passages and sentences: their borders, their length, and that nothing is lost between them."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from planqa.passage import TARGET, lexical_text, split_report, split_sentences
from planqa.report import Paragraph, Report


def report(text: str, *paragraphs: Paragraph) -> Report:
    return Report("r", "题", None, None, "r.txt", "0" * 64, text, (), paragraphs)


def texts(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text, 0, len(text))]


def test_a_sentence_ends_after_its_closing_quotation_mark() -> None:
    text = "代表们一致说“一定办好今年这一批民生实事。”随后全市新建停车泊位1000个。"
    assert texts(text) == [
        "代表们一致说“一定办好今年这一批民生实事。”",
        "随后全市新建停车泊位1000个。",
    ]


def test_what_only_announces_stays_with_what_follows() -> None:
    projects = "甲产业园一期、乙研发中心、丙生产基地、丁数字车间等项目。"
    roads = "戊路改造、己桥维修、庚隧道照明、辛公园绿化等若干处。"
    assert texts(f"产业项目。{projects}基础配套。{roads}") == [
        f"产业项目。{projects}",
        f"基础配套。{roads}",
    ]


def test_an_announcement_at_the_end_is_kept() -> None:
    assert texts("新增就业10万人，比上年多1万人。谢谢大家。") == [
        "新增就业10万人，比上年多1万人。",
        "谢谢大家。",
    ]


def test_a_short_sentence_with_a_figure_stands_alone() -> None:
    assert texts("投资增长5%。消费增长3%。") == ["投资增长5%。", "消费增长3%。"]


def test_a_long_sentence_is_cut_at_its_semicolons() -> None:
    text = "新建" + "甲" * 70 + "；改建" + "乙" * 70 + "。"
    assert [len(each) for each in texts(text)] == [73, 73]


def test_no_passage_crosses_the_border_of_a_section() -> None:
    text = "甲一。乙二。"
    found = split_report(report(text, Paragraph(0, 3, ("一、甲",)), Paragraph(3, 6, ("二、乙",))))
    assert [(p.text, p.section_path) for p in found] == [
        ("甲一。", ("一、甲",)),
        ("乙二。", ("二、乙",)),
    ]


def test_a_sentence_typed_over_two_lines_is_one_and_two_paragraphs_are_two() -> None:
    text = "全年新增就业10万\n人，超过目标。\n粮食产量12万吨"
    (passage,) = split_report(report(text, Paragraph(0, 17, ()), Paragraph(18, len(text), ())))
    assert [text[start:end] for start, end in passage.sentences] == [text[:17], text[18:]]


def test_paragraphs_parted_by_what_is_not_indexed_are_not_joined() -> None:
    text = "甲一。【广告】乙二。"
    found = split_report(report(text, Paragraph(0, 3, ()), Paragraph(7, 10, ())))
    assert [p.text for p in found] == ["甲一。", "乙二。"]


def test_the_page_of_a_passage_is_that_of_the_paragraph_it_begins_in() -> None:
    text = "甲" * 300 + "。\n" + "乙" * 300 + "。"
    found = split_report(
        report(text, Paragraph(0, 301, (), page=1), Paragraph(302, 603, (), page=2))
    )
    assert next((p.text[0], p.page) for p in found) == ("甲", 1)
    assert [(p.text[0], p.page) for p in found][-1] == ("乙", 2)


def test_a_run_in_heading_is_not_said_twice_to_lexical_search() -> None:
    text = "一是新增就业10万人。"
    (passage,) = split_report(
        report(text, Paragraph(0, len(text), ("一、甲", "一是新增就业10万人")))
    )
    assert lexical_text(passage) == "一、甲\n一是新增就业10万人。"


@given(st.text(alphabet="甲乙1。；，、\n “”（）5%", min_size=1, max_size=1500))
def test_every_character_but_space_is_in_one_passage_and_in_one_sentence(text: str) -> None:
    if not text.strip():
        return
    start = len(text) - len(text.lstrip())
    passages = split_report(report(text, Paragraph(start, len(text.rstrip()), ())))
    assert all(p.text == text[p.start : p.end] and 0 < len(p.text) <= TARGET for p in passages)
    for spans in (
        [(p.start, p.end) for p in passages],
        [span for p in passages for span in p.sentences],
    ):
        assert all(one[1] <= other[0] for one, other in itertools.pairwise(spans))
        covered = "".join(text[a:b] for a, b in spans)
        assert "".join(covered.split()) == "".join(text.split())
