"""Questions typed by their sound."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planqa.spelling import respelled
from planqa.tokens import simplified, tokenize

TEXT = "规上工业增加值增长4%，生猪出栏6000万头，治理提升两岸，经费占比。"


def weight(word: str) -> float:
    return 1.0 if word in tokenize(TEXT) else 9.0


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("规上工业增架值", "规上工业增加值"),
        ("升猪出蓝？", "生猪出栏?"),
        ("治里提升", "治理提升"),
        ("經廢占比", "经费占比"),
    ],
)
def test_a_wrong_character_of_the_right_sound_is_mended(typed: str, meant: str) -> None:
    assert respelled(typed, weight) == meant


@pytest.mark.parametrize("question", ["生猪出栏多少", "养老金发放", "GDP 2023", "猪", ""])
def test_what_is_said_in_the_reports_or_in_none_stays(question: str) -> None:
    assert respelled(question, weight) == question


@given(st.text(max_size=40))
def test_any_text_keeps_its_length_and_is_well_spelled_then(question: str) -> None:
    found = respelled(question, weight)
    assert len(found) == len(simplified(question))
    assert respelled(found, weight) == found
