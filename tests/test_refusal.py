"""What a refusal says beside that the reports do not say it."""

from __future__ import annotations

from planqa.passage import Passage
from planqa.query import understand
from planqa.refusal import refusal
from planqa.search import Hit

TEXT = "建成轨道交通线路3条，新增停车泊位5000个。"
HITS = [Hit(1, 0.9, Passage("甲", ("一、城市建设",), 0, len(TEXT), TEXT, ((0, len(TEXT)),)))]


def said(question: str, hits: list[Hit] = HITS) -> str:
    query = understand(question, [], [])

    def weigh(word: str) -> float:
        return 1.0 if word in TEXT + "一、城市建设" else 5.0

    return refusal(question, query, hits, "《甲》第一部分" if hits else "", weigh)


def test_a_refusal_says_what_the_nearest_passage_mentions() -> None:
    assert said("新增停车泊位花了多少钱？") == (
        "报告中没有提到“新增停车泊位花了多少钱？”。最接近的段落（不是答案）提到“新增停车泊位”，见《甲》第一部分。"
    )


def test_a_refusal_says_which_words_no_report_holds() -> None:
    text = said("磁悬浮线路有多少条？")
    assert "没有一份报告里有“磁悬浮”这样的字样" in text
    assert "提到“线路”" in text


def test_a_refusal_with_nothing_near_says_no_more_than_that() -> None:
    assert said("有多少条？", []) == "报告中没有提到“有多少条？”。"


def test_a_question_in_english_is_refused_in_english() -> None:
    assert said("Who invented the telephone?") == (
        "The reports do not say: “Who invented the telephone?”. "
        "The nearest passage, which is no answer, is in 《甲》第一部分."
    )
