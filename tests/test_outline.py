"""The outline: which lines are headings, how they nest, and where every paragraph belongs."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from spans import check, lost
from texts import BODY, report, tree

from planqa.outline import outline_of
from planqa.report import SectionPath

ROOT = Path(__file__).parents[1]
REPORT = ROOT / "corpus" / "重庆市沙坪坝区-2023-国民经济和社会发展计划报告.txt"
GOLD = ROOT / "evaluation" / "outlines" / f"{REPORT.stem}.json"


def path_of(text: str, words: str) -> SectionPath:
    """The section path of the paragraph that holds `words`."""
    (path,) = {
        p.section_path for p in outline_of(text).paragraphs if words in text[p.start : p.end]
    }
    return path


@pytest.fixture(scope="module")
def report_text() -> str:
    return REPORT.read_text(encoding="utf-8")


# The report that the corpus ships


def test_the_corpus_report_has_the_54_headings_that_a_careful_reader_sees(report_text: str) -> None:
    gold = [(level, heading) for level, heading in json.loads(GOLD.read_text("utf-8"))["headings"]]
    assert Counter(level for level, _ in gold) == {1: 2, 2: 9, 3: 27, 4: 16}
    assert tree(report_text) == gold


def test_nothing_of_the_corpus_report_is_lost(report_text: str) -> None:
    outline = outline_of(report_text)
    check(report_text, outline)
    assert lost(report_text, outline) == ""


def test_a_paragraph_that_closes_a_part_belongs_to_the_part(report_text: str) -> None:
    assert len(path_of(report_text, "惟其艰难，方显勇毅")) == 1
    assert path_of(report_text, "受区人民政府委托") == ()


def test_a_run_in_item_is_quoted_with_its_heading(report_text: str) -> None:
    paragraphs = [p for p in outline_of(report_text).paragraphs if len(p.section_path) == 3]
    starts = [report_text[p.start : p.start + 2] for p in paragraphs]
    assert starts.count("一是") == 9


@pytest.mark.parametrize("width", [25, 38])
def test_a_text_typed_into_lines_of_one_width_has_the_same_outline(
    report_text: str, width: int
) -> None:
    typed = []
    for paragraph in filter(None, map(str.strip, report_text.split("\n"))):
        indented = f"　　{paragraph}"
        typed += [indented[at : at + width] for at in range(0, len(indented), width)]
    assert tree("\n".join(typed)) == tree(report_text)


# Numbers


@pytest.mark.parametrize(
    ("first", "second", "third"),
    [
        ("第一部分　回顾", "一、经济", "（一）工业"),
        ("第一章　总则", "第一节　目标", "一、经济"),
        ("一、回顾", "（一）经济", "1.工业"),
        ("一、回顾", "(一)经济", "1．工业"),
        ("一、回顾", "㈠经济", "⒈工业"),
        ("一、回顾", "第一，经济", "１、工业"),
        ("（一）回顾", "1.经济", "（1）工业"),
        ("（一）回顾", "一是经济", "①工业"),
        ("1.经济", "（1）工业", "①电力"),
        ("1.经济", "一是工业", "（1）电力"),
        ("一　回顾", "（一）经济", "１．工业"),
    ],
)
def test_each_way_of_numbering_nests_below_the_one_before(
    first: str, second: str, third: str
) -> None:
    text = report(first, second, third, "…", third.replace("一", "二").replace("1", "2"), "…")
    assert tree(text)[:3] == [(1, first), (2, second), (3, third)]


def test_a_number_on_a_line_of_its_own_takes_the_title_below_or_stands_alone() -> None:
    titled = report("第一部分", "去年工作", "…", "第二部分", "今年安排", "…")
    assert tree(titled) == [(1, "第一部分 去年工作"), (1, "第二部分 今年安排")]
    assert path_of(report("第一章", "总则", "好。", "第二章", "分则", "…"), "好。") == (
        "第一章 总则",
    )
    assert tree(report("一", "…", "…", "二", "…")) == [(1, "一"), (1, "二")]
    assert tree(report("一、回顾", "…", "三", "…")) == [(1, "一、回顾")]


def test_a_list_begins_again_in_every_section() -> None:
    text = report("一、甲", "（一）子", "…", "（二）丑", "…", "二、乙", "（一）寅", "…")
    assert [level for level, _ in tree(text)] == [1, 2, 2, 1, 2]


def test_items_may_stand_directly_below_a_part() -> None:
    text = report(
        "一、甲", "一是子。好。", "二是丑。好。", "（一）寅", "一是卯。好。", "二、乙", "…"
    )
    assert [level for level, _ in tree(text)] == [1, 2, 2, 2, 3, 1]


@pytest.mark.parametrize(
    "line",
    [
        *("12.3万人实现就业。", "1、2月份增长。", "二、三产业增长。", "3亿元。", "2023年1月10日"),
        *(
            "一季度增长。",
            "第一产业增长2%。",
            "十四五规划开局。",
            "５．８％以上。",
            "4+N通道畅通。",
        ),
    ],
)
def test_a_figure_at_the_head_of_a_line_is_no_heading(line: str) -> None:
    assert tree(report("一、回顾", "…", line, "…")) == [(1, "一、回顾")]


def test_a_run_in_heading_ends_before_its_first_full_stop_or_semicolon_at_the_end() -> None:
    text = report("一、回顾", f"一是经济，稳中有进。{BODY}", "二是民生改善；", "三是生态良好。")
    assert tree(text)[1:] == [(2, "一是经济，稳中有进"), (2, "二是民生改善"), (2, "三是生态良好")]


def test_where_the_first_sentence_is_long_a_heading_ends_at_its_colon() -> None:
    text = report(
        "一、目标", f"（一）主要目标：{'生产总值增长5%，' * 12}其他。好。", f"（二）任务。{BODY}"
    )
    assert tree(text)[1:] == [(2, "（一）主要目标"), (2, "（二）任务")]


def test_items_of_one_sentence_each_are_an_enumeration_and_no_headings() -> None:
    items = [f"{n}.新建项目{n}个，完成投资{n}亿元。" for n in range(1, 11)]
    text = report("（八）经济", "…", "（九）办好民生实事", *items, "（十）安全", "…")
    assert [heading for _, heading in tree(text)] == [
        "（八）经济",
        "（九）办好民生实事",
        "（十）安全",
    ]
    assert path_of(text, "新建项目7个") == ("（九）办好民生实事",)


def test_a_line_that_holds_the_whole_list_is_no_heading() -> None:
    text = report("一、回顾", "一是经济好；二是民生好；三是生态好。", "…")
    assert tree(text) == [(1, "一、回顾")]


def test_a_heading_over_nothing_is_a_paragraph_so_that_it_can_be_found() -> None:
    assert path_of(report("一、回顾", "二、安排", "…"), "回顾") == ("一、回顾",)


# Titles without a number


def test_sections_that_lost_their_numbers_are_restored() -> None:
    lists = ["抓好生产", "一是种粮。好。", "二是养猪。好。", "抓好生活", "一是建房。好。"]
    assert tree(report("一、任务", *lists, "（三）抓好生态", "…")) == [
        *((1, "一、任务"), (2, "抓好生产"), (3, "一是种粮"), (3, "二是养猪")),
        *((2, "抓好生活"), (3, "一是建房"), (2, "（三）抓好生态")),
    ]


def test_titles_over_lists_that_begin_again_are_the_parts_of_a_report_without_part_numbers() -> (
    None
):
    text = report(
        "去年工作", "…", "（一）甲。好。", "（二）乙。好。", "今年安排", "…", "（一）丙。好。"
    )
    assert [level for level, _ in tree(text)] == [1, 2, 2, 1, 2]


def test_a_title_over_a_paragraph_within_an_item_is_a_side_box() -> None:
    text = report(
        "一、任务", f"一是甲。{BODY}", "重点项目", "…", f"二是乙。{BODY}", "二、保障", "…"
    )
    assert tree(text)[:4] == [(1, "一、任务"), (2, "一是甲"), (3, "重点项目"), (2, "二是乙")]


def test_a_heading_over_two_lines_is_one() -> None:
    text = report("一、回顾", "…", "二、持续提升", "治理效能和水平", "…")
    assert tree(text) == [(1, "一、回顾"), (1, "二、持续提升治理效能和水平")]
    assert path_of(report("一、提升", "治理效能", "好。"), "好。") == ("一、提升治理效能",)


def test_a_line_broken_off_in_a_sentence_goes_on_in_the_next() -> None:
    text = report("一、回顾", "坚持开放。积极推动加入", "全面协定", "（CPTPP）等，成绩很大。")
    assert tree(text) == [(1, "一、回顾")]
    assert path_of(text, "加入\n全面协定\n（CPTPP）等") == ("一、回顾",)


def test_a_list_of_annexes_is_no_section() -> None:
    assert tree(report("一、回顾", "…", "附件：1.重点项目表", "2.主要指标表")) == [(1, "一、回顾")]


def test_the_marks_of_markdown_are_no_part_of_headings() -> None:
    text = "# 报告\n" + report("## 一、回顾", "**（一）经济。**很好。", "…", "### 重点项目", "…")
    headings = [(1, "一、回顾"), (2, "（一）经济"), (3, "重点项目")]
    assert tree(text) == headings


def test_a_signature_is_no_section() -> None:
    assert tree(report("一、回顾", "…", "某区发展和改革委员会", "2023年1月10日")) == [
        (1, "一、回顾")
    ]


def test_annexes_and_glossaries_stand_beside_the_parts_and_glossary_entries_are_text() -> None:
    entries = ["1.“两新”：指更新。", "2.“两重”：指重大。"]
    lists = [
        "附件1",
        "民生实事",
        f"一、甲。{BODY}",
        f"二、乙。{BODY}",
        "附件2",
        "名词解释",
        *entries,
    ]
    assert tree(report("一、回顾", "…", *lists)) == [
        *((1, "一、回顾"), (1, "附件1"), (2, "民生实事"), (3, "一、甲"), (3, "二、乙")),
        *((1, "附件2"), (2, "名词解释")),
    ]


# Where paragraphs belong


def test_a_paragraph_after_the_last_item_is_the_items_where_others_have_more_too() -> None:
    items = [f"一是甲。{BODY}", "…", f"二是乙。{BODY}", f"三是丙。{BODY}", f"又说丙事。{BODY}"]
    assert path_of(report("一、回顾", *items, "二、安排"), "又说丙事") == ("一、回顾", "三是丙")


def test_the_salutation_closes_the_last_section_but_none_before() -> None:
    lines = [
        f"（一）甲。{BODY}",
        f"各位代表！甲事{BODY}",
        f"（二）乙。{BODY}",
        f"各位代表！众事{BODY}",
    ]
    text = report("一、回顾", *lines)
    assert path_of(text, "甲事") == ("一、回顾", "（一）甲")
    assert path_of(text, "众事") == ("一、回顾",)


def test_what_speaks_of_difficulties_after_all_sections_belongs_to_the_part() -> None:
    lines = ["（一）甲", "…", "…", "（二）乙", "…", "…", f"同时，我们也清醒看到困难。{BODY}"]
    assert path_of(report("一、回顾", *lines, "二、安排", "…"), "清醒看到") == ("一、回顾",)
