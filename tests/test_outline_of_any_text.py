"""The outline of texts that nobody would write."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from spans import check, lost

from planqa.outline import outline_of

NUMBERS = [
    "一、",
    "二、",
    "（一）",
    "（二）",
    "一是",
    "二是",
    "1.",
    "2.",
    "（1）",
    "①",
    "第一，",
    "第一章 ",
]
WORDS = ["好", "增长5.3%", "各位代表", "目录", "附件1", "名词解释", "2023年1月10日", "责任编辑："]
SIGNS = [
    "，",
    "。",
    "；",
    "：",
    "！",
    "\n",
    "\r\n",
    "\n\n",
    "　",
    " ",
    "\t",
    "……3",
    "\u2028",
    "\ufeff",
]
CHROME = ["<U+00A0>", "<!--", "-->", "# ", "**", "】"]
PIECES = st.sampled_from([*NUMBERS, *WORDS, *SIGNS, *CHROME])


@given(st.lists(PIECES, max_size=120).map("".join))
def test_the_spans_fit_together_and_nothing_but_chrome_is_lost(text: str) -> None:
    outline = outline_of(text)
    check(text, outline)
    if not outline.notes and not any(sign in text for sign in (*CHROME, "责任编辑", "\ufeff")):
        assert lost(text, outline) == ""


@given(st.text(max_size=300))
def test_the_spans_fit_together_whatever_the_characters(text: str) -> None:
    check(text, outline_of(text))
