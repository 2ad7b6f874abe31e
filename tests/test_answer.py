"""Quotes, short answers, labels, confidence, refusals, follow-ups: by what is plain to read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from indexing import BigramEncoder

from planqa.answer import QUOTE
from planqa.build import build_index
from planqa.confidence import READ_ANSWER, UNREAD_ANSWER, Curve, Signs
from planqa.errors import QuestionError
from planqa.extract import short_answers
from planqa.followup import standalone
from planqa.index import Index
from planqa.label import label
from planqa.places import names_elsewhere
from planqa.qa import LONGEST_QUESTION, ask, check_question
from planqa.query import understand
from planqa.reading import Reading

REPORT = """云溪县2024年政府工作报告

各位代表：
一、2023年工作回顾
（一）经济运行稳中向好
一是产业加快发展。新增高新技术企业55家、科技型企业230家，货值约8亿美元，停车泊位超5000个。
二是农业稳步增长。粮食产量达到12.5万吨，增长3.2%。
二、2024年主要任务
（一）建设重点项目
重点项目包括：北山水厂（一期）、南河大桥、东湖公园、西岭隧道等。
"""


@pytest.fixture
def index(tmp_path: Path) -> Index:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "云溪县-2024-政府工作报告.txt").write_text(REPORT, encoding="utf-8")
    return build_index(
        tmp_path / "corpus", tmp_path / "index", encoder=BigramEncoder(dimensions=256)
    )


def answers(question: str, sentence: str) -> list[str]:
    return short_answers(understand(question, [], []), sentence, lambda token: 1.0)


FIGURES = "新增高新技术企业55家、科技型企业230家，货值约8亿美元，停车泊位超5000个，产值增长3.2%。"


@pytest.mark.parametrize(
    ("question", "sentence", "answer"),
    [
        ("新增高新技术企业多少家？", FIGURES, "55家"),
        ("新增科技型企业多少家？", FIGURES, "230家"),
        ("货值是多少？", FIGURES, "约8亿美元"),
        ("停车泊位有多少个？", FIGURES, "超5000个"),
        ("产值的增幅是多少？", FIGURES, "增长3.2%"),
        ("失业率控制在多少？", "城镇调查失业率控制在5.5%左右。", "5.5%左右"),
        ("PM2.5平均浓度是多少？", "PM2.5平均浓度降至20.6微克/立方米。", "20.6微克/立方米"),
        ("What was the growth rate?", "产值12亿元、增长3.2%。", "增长3.2%"),
    ],
)
def test_a_figure_comes_with_its_unit_and_its_qualifier(
    question: str, sentence: str, answer: str
) -> None:
    assert answers(question, sentence) == [answer]


def test_where_nothing_tells_which_figure_is_meant_none_is_given() -> None:
    assert answers("粮食产量多少？", "投资增长5%，城镇就业65万人。") == []


def test_a_list_comes_as_its_items_with_brackets_kept_whole() -> None:
    sentence = "北山水厂（一期、二期）、南河大桥、东湖公园等。"
    assert answers("有哪些重点项目？", sentence) == [
        "北山水厂（一期、二期）",
        "南河大桥",
        "东湖公园",
    ]


def test_every_answer_is_a_substring_of_the_quote(index: Index) -> None:
    for question in ("高新技术企业多少家？", "有哪些重点项目？", "粮食产量达到多少？"):
        answer = ask(index, question, strictness=0)
        assert all(each in answer.citations[0].quote for each in answer.answers)


def test_a_quote_is_sliced_from_the_report_and_says_where_it_stands(index: Index) -> None:
    answer = ask(index, "2023年粮食产量达到多少万吨？", strictness=0)
    cited = answer.citations[0]
    assert answer.answered
    assert REPORT[cited.start : cited.end] == cited.quote
    assert "12.5万吨" in cited.quote
    assert len(cited.quote) <= QUOTE
    assert cited.section_path == (
        "一、2023年工作回顾",
        "（一）经济运行稳中向好",
        "二是农业稳步增长",
    )
    assert cited.label.endswith("第一部分（一）二是")
    assert answer.answers == ("12.5万吨",) or answer.answers[0].endswith("12.5万吨")


def test_the_json_form_holds_what_the_contract_names(index: Index) -> None:
    answer = json.loads(json.dumps(ask(index, "粮食产量达到多少？", strictness=0).as_dict()))
    assert list(answer) == [
        "question",
        "standalone_question",
        "answered",
        "confidence",
        "text",
        "answers",
        "citations",
        "hits",
    ]
    cited, hit = answer["citations"][0], answer["hits"][0]
    place = ["report_id", "section_path", "start", "end"]
    assert sorted(cited) == sorted(
        [*place, "report_title", "place", "year", "label", "quote", "page"]
    )
    assert sorted(hit) == sorted([*place, "rank", "score", "text"])


def test_what_the_reports_do_not_say_is_refused_with_near_misses(index: Index) -> None:
    answer = ask(index, "浙江的海洋渔业捕捞船队由谁管理")
    assert not answer.answered
    assert answer.answers == ()
    assert answer.citations == ()
    assert answer.hits
    assert answer.text.startswith("报告中没有提到")


def test_a_refusal_of_an_english_question_is_in_english(index: Index) -> None:
    assert ask(index, "Who invented the telephone?").text.startswith("The reports do not say")


def test_only_as_many_hits_are_shown_as_are_asked_for(index: Index) -> None:
    assert len(ask(index, "粮食产量", top_k=1).hits) == 1


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("地区生产总值和增速分别是多少？", ["90亿元", "增长1.9%"]),
        ("地区生产总值是多少，增长了多少？", ["90亿元", "增长1.9%"]),
        ("地区生产总值是多少？", ["90亿元"]),
        ("城镇化率是多少？", ["66.2%"]),
        ("上市公司有多少家？", ["288家"]),
    ],
)
def test_a_figure_says_its_size_and_each_part_of_a_question_gets_one(
    question: str, expected: list[str]
) -> None:
    sentence = "地区生产总值90亿元、增长1.9%，城镇化率提高到66.2%，上市公司达288家。"
    assert answers(question, sentence) == expected


def read_answers(question: str, sentence: str, read: str) -> list[str]:
    """The short answers where a reader found the answer in `read`."""
    start = sentence.index(read)
    query = understand(question, [], [])
    return short_answers(query, sentence, lambda token: 1.0, (start, start + len(read)))


def test_what_was_read_grows_to_the_whole_enumeration() -> None:
    sentence = "打造生物制造、商业航天、低空经济等新增长引擎，推动创新。"
    for read in ("商业航天、低空经济", "生物制造、商业航天"):
        found = read_answers("要打造哪些新增长引擎？", sentence, read)
        assert found == ["生物制造", "商业航天", "低空经济"]


@pytest.mark.parametrize(
    ("sentence", "read", "items"),
    [
        ("推行“减税、让利、松绑”三策并举。", "“减税、让利、松绑”", ["减税", "让利", "松绑"]),
        (
            "东谷-南岭步道、西岗公园一期等。",
            "南岭步道、西岗公园一期",
            ["东谷-南岭步道", "西岗公园一期"],
        ),
        (
            "建设小学、诊所、书屋和菜市场等9类场所。",
            "小学、诊所、书屋和菜市场",
            ["小学", "诊所", "书屋", "菜市场"],
        ),
        (
            "支持职业教育、高等教育、学前教育发展。",
            "职业教育、高等教育",
            ["职业教育", "高等教育", "学前教育发展"],
        ),
        (
            "要守住三条：编制只减不增，公车只减不增，会议只减不增。",
            "编制只减不增",
            ["编制只减不增", "公车只减不增", "会议只减不增"],
        ),
    ],
)
def test_a_list_that_was_read_comes_whole_and_as_its_items(
    sentence: str, read: str, items: list[str]
) -> None:
    assert read_answers("有哪些？", sentence, read) == items


class FirstListReader:
    """Reads the first enumeration of a passage, and is sure of it."""

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Reading]:
        return [
            Reading(text.index("甲"), text.index("。", text.index("甲")), 16.0)
            for _, text in passages
        ]


def test_of_a_box_with_labels_the_list_under_the_one_asked_for_is_quoted(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "云溪县-2024-政府工作报告.txt").write_text(
        "一、重点项目\n产业项目。甲厂扩建及智能化改造、乙园一期、丙中心等。基础配套。丁路东延伸段、戊河跨线桥、己片区管网等。\n",
        encoding="utf-8",
    )
    index = build_index(tmp_path / "corpus", tmp_path / "index", encoder=BigramEncoder())
    answer = ask(
        index,
        "和甲厂扩建一起的重点项目里，属于基础配套的有哪些？",
        reader=FirstListReader(),
        strictness=0,
    )
    assert answer.answers == ("丁路东延伸段", "戊河跨线桥", "己片区管网")


@pytest.mark.parametrize("curve", [READ_ANSWER, UNREAD_ANSWER])
def test_signs_move_the_confidence_the_way_they_should(curve: Curve) -> None:
    plain = Signs(0.9, 0, 0, 0, 0, 0, 0, 0, 0.5, 0.5)
    for better in ("nearness", "passage_covers"):
        assert curve.at(replace(plain, **{better: getattr(plain, better) + 0.05})) > curve.at(plain)
    for worse in ("lacks_figure", "lacks_unit", "lacks_year", "other_year", "names_elsewhere"):
        assert curve.at(replace(plain, **{worse: 1.0})) < curve.at(plain)


def test_a_province_that_the_answer_is_not_about_is_noticed() -> None:
    assert names_elsewhere("浙江的粮食产量", "粮食产量10万吨")
    assert not names_elsewhere("与浙江的协作", "与浙江签订协议")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (("二、2024年任务", "（三）民生", "一是扩大就业"), "《报告》第二部分（三）一是"),
        (("第三章 发展", "第一节 农业"), "《报告》第三章第一节"),
        (("全面提升城区能级", "（1）交通"), "《报告》“全面提升城区能级”（1）"),
        (("十二、保障", "3. 交通"), "《报告》第十二部分第3项"),
        ((), "《报告》"),
    ],
)
def test_a_label_gives_the_numbers_of_the_headings(path: tuple[str, ...], expected: str) -> None:
    assert label("报告", path) == expected


@pytest.mark.parametrize(
    ("question", "history", "expected"),
    [
        ("粮食产量是多少？", ["就业如何？"], "粮食产量是多少？"),
        ("那2024年呢？", ["2023年粮食产量是多少？"], "2024年粮食产量是多少？"),
        ("那2024年的目标呢？", ["2023年粮食产量是多少？"], "2024年粮食产量是多少，目标"),
        ("其中小麦有多少？", ["粮食产量是多少？"], "粮食产量是多少，小麦有多少"),
        ("那失业率呢？", ["云溪县2023年粮食产量是多少？"], "2023年云溪县失业率"),
        ("And unemployment?", ["What was the grain output in 2023?"], "unemployment in 2023"),
        ("那里有多少户？", ["南河新区在哪里？"], "南河新区在哪里，那里有多少户"),
        ("排第几？", ["云溪县粮食产量是多少？"], "云溪县粮食产量是多少，排第几"),
        ("石门县呢？", ["云溪县2023年粮食产量是多少？"], "2023年石门县粮食产量是多少？"),
        ("增长了多少？", ["2023年粮食产量是多少？"], "2023年粮食产量是多少，增长了多少"),
        ("它们在哪里？", [], "它们在哪里？"),
        (
            "那2024年呢？",
            ["2022年粮食产量是多少？", "其中小麦呢？"],
            "2024年粮食产量是多少，小麦？",
        ),
    ],
)
def test_a_follow_up_takes_what_it_leans_on(
    question: str, history: list[str], expected: str
) -> None:
    assert standalone(question, history, {"云溪县", "石门县"}) == expected


@pytest.mark.parametrize("question", ["", "  \n ", "\0\x07", "\ud800"])
def test_a_question_without_text_is_no_question(question: str) -> None:
    with pytest.raises(QuestionError, match="empty"):
        check_question(question)


def test_a_question_may_not_be_endless() -> None:
    with pytest.raises(QuestionError, match="1,001"):
        check_question("问" * (LONGEST_QUESTION + 1))
    assert check_question("\x1b问\n") == "问"


@pytest.mark.parametrize(
    ("question", "sentence", "expected"),
    [
        ("研发经费占比是多少？", "研发经费占比由2007年的1.4%提高到2012年的1.97%。", ["1.97%"]),
        ("医院有多少家？", "医院从40家增加到55家。", ["55家"]),
        ("省下多少钱？", "医院55家，为患者节约近2亿元。", ["近2亿元"]),
    ],
)
def test_the_figure_is_of_the_kind_that_is_asked_for(
    question: str, sentence: str, expected: list[str]
) -> None:
    assert answers(question, sentence) == expected


def test_a_place_in_a_ranking_is_no_count() -> None:
    assert "400余种" not in answers("整车数排第几？", "货物涵盖400余种，进口整车数居内陆口岸第一。")
