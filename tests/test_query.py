"""What a question is understood to ask: place, years, plan or outcome, kind, official terms."""

from __future__ import annotations

import datetime

import pytest

from planqa.query import Query, asks_for, understand
from planqa.terms import official_terms
from planqa.times import passage_years

PLACES = ["甲省", "乙省丙市丁山区", None]
YEARS = [2024, 2025]


def ask(question: str, today: str = "2025-03-01") -> Query:
    return understand(question, PLACES, YEARS, datetime.date.fromisoformat(today))


@pytest.mark.parametrize(
    ("question", "content", "years"),
    [
        ("2024年粮食产量是多少？", "粮食产量是多少?", {2024}),
        ("２０２４年粮食产量", "粮食产量", {2024}),
        ("二〇二四年粮食产量", "粮食产量", {2024}),
        ("24年粮食产量", "粮食产量", {2024}),
        ("今年粮食产量", "粮食产量", {2025}),
        ("去年粮食产量", "粮食产量", {2024}),
        ("建成2024套公寓了吗", "建成2024套公寓了吗", set()),
        ("比2019年高多少", "比2019年高多少", set()),
        ("What was the grain output in 2024?", "What was the grain output ?", {2024}),
    ],
)
def test_years_are_taken_out_of_a_question(question: str, content: str, years: set[int]) -> None:
    query = ask(question)
    assert (query.content, query.times.years) == (content, years)


def test_this_year_is_that_of_the_newest_report_when_none_is_of_today() -> None:
    assert ask("今年粮食产量", today="2031-01-01").times.years == {2025}


def test_the_year_of_a_named_report_is_not_a_year_asked_about() -> None:
    times = ask("2025年政府工作报告里2024年粮食产量是多少").times
    assert (times.report_years, times.years) == ({2025}, {2024})


@pytest.mark.parametrize(
    ("question", "mode"),
    [
        ("2025年粮食产量目标是多少", "plan"),
        ("2025年要建多少套公寓", "plan"),
        ("2024年实际建了多少套公寓", "outcome"),
        ("2024年粮食产量是多少", None),
    ],
)
def test_plan_is_told_from_outcome(question: str, mode: str | None) -> None:
    assert ask(question).times.mode == mode


@pytest.mark.parametrize(
    ("question", "content", "places"),
    [
        ("甲省粮食产量", "粮食产量", {"甲省"}),
        ("丁山的粮食产量", "粮食产量", {"乙省丙市丁山区"}),
        ("乙省丙市丁山区粮食产量", "粮食产量", {"乙省丙市丁山区"}),
        ("丁山大学有多少人", "丁山大学有多少人", set()),
        ("全国粮食产量", "粮食产量", {None}),
        ("Dingshan District's grain output", "grain output", {"乙省丙市丁山区"}),
    ],
)
def test_places_are_taken_out_of_a_question(
    question: str, content: str, places: set[str | None]
) -> None:
    query = ask(question)
    assert (query.content, query.places) == (content, places)


def test_a_question_of_nothing_but_place_and_year_keeps_its_words() -> None:
    assert ask("甲省2024年").content == "甲省2024年"


def test_other_names_of_a_province_are_known() -> None:
    query = understand("山城去年的粮食产量", ["重庆市"], [2025], datetime.date(2025, 1, 1))
    assert query.places == {"重庆市"}


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("新增就业多少万人？", "figure"),
        ("有哪些重点项目？", "list"),
        ("有哪几项、共多少项？", "figure"),
        ("由哪个部门负责？", "name"),
        ("How many schools were built?", "figure"),
        ("Which districts are named?", "list"),
        ("“四大工程”是哪四个？", "list"),
        ("那几种小场所都是些什么？", "list"),
        ("Which two rivers meet there?", "list"),
        ("用了哪八个字来形容？", "name"),
        ("用了哪十六个字来形容？", "name"),
        ("Which five-year plan is drafted?", "name"),
    ],
)
def test_the_kind_of_a_question(question: str, kind: str) -> None:
    assert asks_for(question) == kind


def test_everyday_and_english_words_bring_official_terms() -> None:
    assert "居民人均可支配收入" in official_terms("老百姓收入涨了多少")
    assert official_terms("By how much did GDP grow?")[0] == "地区生产总值"
    assert official_terms("地区生产总值、国内生产总值即GDP") == []
    assert official_terms("portrait of a reporter") == []  # no port, no report


def test_a_section_speaks_of_the_years_that_its_headings_say() -> None:
    assert passage_years(("一、2023年工作回顾", "（一）2022年基数"), 2024) == {2023}
    assert passage_years(("一、工作回顾",), 2024) == {2023}
    assert passage_years(("二、主要任务",), 2024) == {2024}
    assert passage_years(("（一）农业",), 2024) == frozenset()
    assert passage_years(("一、工作回顾",), None) == frozenset()
