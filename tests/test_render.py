"""Answers as a person reads them: marked, worded, and with nothing in them interpreted."""

from __future__ import annotations

import dataclasses

import pytest
from made_up import HOSTILE
from markdown_it import MarkdownIt

from planqa.answer import Answer, Citation
from planqa.passage import Passage
from planqa.render import answer_markdown, answer_text, plain, printable
from planqa.search import Hit

QUOTE = "全县地区生产总值达到386.5亿元、增长5.6%，城镇新增就业7800人。"
PATH = ("一、2023年计划执行情况", "（一）产业发展")
NASTY = "\x1b[31m红\x07\x9b2J\u202e# *粗* _斜_ `码` [链](http://x) <b>标</b> &amp; 1. 项" + HOSTILE


def cited(quote: str = QUOTE, **changes: object) -> Citation:
    citation = Citation(
        "云溪县-2024",
        "云溪县报告",
        "云溪县",
        2024,
        PATH,
        "《云溪县报告》第一部分（一）",
        quote,
        0,
        9,
    )
    return dataclasses.replace(citation, **changes)  # type: ignore[arg-type]


def answered(question: str = "2023年地区生产总值是多少？", **changes: object) -> Answer:
    passage = Passage("云溪县-2024", PATH, 0, len(QUOTE), QUOTE, ((0, len(QUOTE)),))
    answer = Answer(
        question=question,
        standalone_question=question,
        answered=True,
        confidence=0.8,
        text="386.5亿元",
        answers=("386.5亿元",),
        citations=(cited(),),
        hits=(Hit(1, 0.9, passage),),
    )
    return dataclasses.replace(answer, **changes)  # type: ignore[arg-type]


def refused(**changes: object) -> Answer:
    return answered(
        answered=False, answers=(), citations=(), text="报告中没有提到“桥”。", **changes
    )


def marked(answer: Answer) -> list[str]:
    return [text for text, style in answer_text(answer) if "underline" in style]


# --- in a terminal -------------------------------------------------------------------------------


def test_the_short_answer_comes_first_and_bold_then_the_confidence_in_words() -> None:
    (short, style), (confidence, _), *_ = answer_text(answered())
    assert (short, style, confidence) == ("386.5亿元", "bold", "（有把握）")


@pytest.mark.parametrize(
    ("confidence", "chinese", "english"),
    [(0.75, "有把握", "confident"), (0.74, "可能", "likely"), (0.59, "不确定", "unsure")],
)
def test_the_confidence_is_said_in_the_language_of_the_question(
    confidence: float, chinese: str, english: str
) -> None:
    assert f"（{chinese}）" in plain(answer_text(answered(confidence=confidence)))
    assert f"({english})" in plain(answer_text(answered("What was GDP?", confidence=confidence)))


def test_each_citation_has_its_number_its_label_its_headings_and_its_quote() -> None:
    text = plain(answer_text(answered(citations=(cited(), cited("另一句。")))))
    assert "[1] 《云溪县报告》第一部分（一）" in text
    assert "一、2023年计划执行情况 › （一）产业发展" in text
    assert f"“{QUOTE}”" in text
    assert "[2] " in text
    assert "“另一句。”" in text


def test_the_answer_is_marked_in_the_first_quote_that_holds_it_and_in_no_other() -> None:
    assert marked(answered(citations=(cited(), cited()))) == ["386.5亿元"]
    assert marked(answered(citations=(cited("另一句。"), cited()))) == ["386.5亿元"]


def test_every_item_of_a_list_is_marked_the_longer_where_one_holds_another() -> None:
    answer = answered(
        answers=("云溪中学", "云溪中学新校区"), citations=(cited("建成云溪中学新校区、云溪中学。"),)
    )
    assert marked(answer) == ["云溪中学新校区", "云溪中学"]


def test_an_answer_without_a_short_form_shows_its_quote() -> None:
    text = plain(answer_text(answered(answers=())))
    assert text.startswith("（有把握）")
    assert QUOTE in text


def test_a_refusal_says_so_and_shows_near_misses_as_no_answer() -> None:
    text = plain(answer_text(refused()))
    assert text.startswith("报告中没有提到“桥”。")
    assert "最接近的段落（不是答案）" in text
    assert "云溪县-2024 › 一、2023年计划执行情况 › （一）产业发展：全县" in text
    assert "[1]" not in text


def test_a_refusal_without_any_passage_stands_alone() -> None:
    assert plain(answer_text(refused(hits=()))) == "报告中没有提到“桥”。"


def test_a_follow_up_shows_what_was_searched_for() -> None:
    text = plain(
        answer_text(answered("那2022年呢？", standalone_question="2022年地区生产总值是多少？"))
    )
    assert text.startswith("按“2022年地区生产总值是多少？”查找\n")


def test_a_quote_over_two_lines_stands_on_one() -> None:
    assert "地区生产 总值" in plain(
        answer_text(answered(answers=(), citations=(cited("地区生产\r\n　总值"),)))
    )


# --- nothing is interpreted ----------------------------------------------------------------------


def hostile(answer: Answer) -> Answer:
    citation = cited(NASTY, section_path=(NASTY,), label=NASTY)
    passage = Passage(NASTY, (NASTY,), 0, len(NASTY), NASTY, ((0, len(NASTY)),))
    return dataclasses.replace(
        answer,
        question=NASTY,
        standalone_question=NASTY + "。",
        text=NASTY,
        answers=answer.answers and (NASTY[5:9],),
        citations=answer.citations and (citation,),
        hits=(Hit(1, 0.9, passage),),
    )


@pytest.mark.parametrize("answer", [answered(), refused()], ids=["answer", "refusal"])
def test_no_control_character_of_a_document_or_a_question_reaches_the_terminal(
    answer: Answer,
) -> None:
    for text in (plain(answer_text(hostile(answer))), answer_markdown(hostile(answer))):
        assert not [c for c in text if (ord(c) < 32 and c != "\n") or 127 <= ord(c) < 160]
        assert "\u202e" not in text
    assert "␛[31m红␇" in plain(answer_text(hostile(answer)))


def test_a_carriage_return_before_a_line_break_is_no_control_character() -> None:
    assert printable("一\r\n二\r三\t四") == "一\n二␍三\t四"


@pytest.mark.parametrize("answer", [answered(), refused()], ids=["answer", "refusal"])
def test_markdown_shows_what_documents_and_questions_hold_as_it_stands(answer: Answer) -> None:
    html = MarkdownIt("commonmark", {"html": True}).render(answer_markdown(hostile(answer)))
    tags = html.replace("<", "\n<").split("\n")
    opened = {
        line.split(">")[0].split()[0] + ">"
        for line in tags
        if line.startswith("<") and line[1] != "/"
    }
    assert opened <= {"<h2>", "<p>", "<b>", "<blockquote>", "<ul>", "<li>"}
    assert "# *粗* _斜_ `码` [链](http://x) &lt;b&gt;标&lt;/b&gt; &amp;amp; 1. 项" in html


@pytest.mark.parametrize(
    "quote", ["1. 项目", "- 项目", "+ 项目", "=== 项目", "# 项目", "> 项目", "2022年"]
)
def test_markdown_makes_no_list_or_heading_of_a_quote_that_begins_like_one(quote: str) -> None:
    markdown = answer_markdown(answered(answers=(), citations=(cited(quote),)))
    html = MarkdownIt("commonmark").render(markdown)
    assert f"<p>{quote.replace('>', '&gt;')}</p>" in html


def test_markdown_marks_the_answer_in_its_quote_also_next_to_punctuation() -> None:
    answer = answered(answers=("“小巨人”",), citations=(cited("新增“小巨人”企业3家。"),))
    assert "新增<b>“小巨人”</b>企业3家。" in MarkdownIt("commonmark", {"html": True}).render(
        answer_markdown(answer)
    )


def test_markdown_of_a_refusal_lists_near_misses_as_no_answer() -> None:
    markdown = answer_markdown(refused())
    assert "最接近的段落（不是答案）" in markdown
    assert "\n- 云溪县-2024 › " in markdown
