"""Readers: bytes -> the text that they stand for, or one clear line."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest

from planqa.errors import ReportError
from planqa.readers import read

TEXT = "一、回顾\r\n　　朱镕基到㙍头村。\n"
PATH = Path("报告.txt")


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        codecs.BOM_UTF8 + TEXT.encode(),
        TEXT.encode("gb18030"),
        TEXT.encode("utf-16"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
    ],
    ids=["utf-8", "utf-8 with mark", "gb18030", "utf-16", "utf-16 big-endian"],
)
def test_text_is_read_unchanged_in_each_encoding(data: bytes) -> None:
    assert read(PATH, data).text == TEXT


def test_a_character_cut_at_the_first_kilobyte_decides_nothing() -> None:
    text = "甲" * 511 + "a" + "镕" * 10
    assert read(PATH, text.encode("gb18030")).text == text


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b" \r\n\t", "empty"),
        (b"\xff\xfe\x00", "utf-16"),
        (b"\x81\x00\xff\xff", "utf-8 or gb18030"),
        (b"abc\0def", "not text"),
    ],
)
def test_what_is_no_text_is_refused_with_a_reason(data: bytes, reason: str) -> None:
    with pytest.raises(ReportError, match=reason):
        read(PATH, data)


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(ReportError, match=r"unknown format.*\.txt"):
        read(Path("报告.xyz"), b"abc")
