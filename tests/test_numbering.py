"""Numbers at the head of a line."""

from __future__ import annotations

import pytest

from planqa.numbering import Family, Number, number_of, numeral, value_of


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("第十二章 保障", Number(Family.CHAPTER, 12, 4)),
        ("第3部分", Number(Family.DIVISION, 3, 4)),
        ("二十三、民生", Number(Family.PART, 23, 4)),
        ("（十一）民生", Number(Family.SECTION, 11, 4)),
        ("( 二 )民生", Number(Family.SECTION, 2, 5)),
        ("㈢民生", Number(Family.SECTION, 3, 1)),
        ("第四，民生", Number(Family.ORDINAL, 4, 3)),
        ("其次，民生", Number(Family.ORDINAL, 2, 3)),
        ("五要改善民生", Number(Family.SPOKEN, 5, 2)),
        ("１２．民生", Number(Family.ARABIC, 12, 3)),
        ("⒍民生", Number(Family.ARABIC, 6, 1)),
        ("7）民生", Number(Family.BRACKETED, 7, 2)),
        ("⑧民生", Number(Family.CIRCLED, 8, 1)),
    ],
)
def test_a_number_is_told_with_its_family_its_value_and_its_length(
    line: str, number: Number
) -> None:
    assert number_of(line) == number


@pytest.mark.parametrize(
    "line", ["三是非之地", "第一和第二", "零、", "民生", "（2023年）", "1.5倍", ""]
)
def test_what_only_looks_like_a_number_is_none(line: str) -> None:
    assert number_of(line) is None


@pytest.mark.parametrize("value", [1, 9, 10, 11, 20, 23, 99])
def test_numerals_read_and_write_alike(value: int) -> None:
    assert value_of(numeral(value)) == value
