"""Readers and rerankers by hub name or folder, in torch: whatever of transformers a user names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planqa.errors import ModelError
from planqa.reading import LONGEST_INPUT, NEVER, Reading, best_span

__all__ = ["CrossEncoderReranker", "HubReader"]


class HubReader:
    """Any extractive question-answering model, as luhua/chinese_pretrain_mrc_macbert_large."""

    def __init__(self, name: str) -> None:
        """Raises ModelError."""
        from transformers import AutoModelForQuestionAnswering, AutoTokenizer

        kind = "extractive question-answering model"
        self._tokenizer: Any = _loaded(AutoTokenizer.from_pretrained, name, kind)
        self._model: Any = _loaded(AutoModelForQuestionAnswering.from_pretrained, name, kind).eval()
        if not self._tokenizer.is_fast:
            raise ModelError(
                f"the model {name} has no fast tokenizer, which says where its tokens stand"
            )

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Reading]:
        return [self._read(question, text) for _, text in passages]

    def _read(self, question: str, text: str) -> Reading:
        import torch

        encoded = self._tokenizer(
            question,
            text,
            truncation="only_second",
            max_length=LONGEST_INPUT,
            return_offsets_mapping=True,
            return_tensors="pt",
        )
        offsets = encoded.pop("offset_mapping")[0].numpy()
        inside = np.flatnonzero([part == 1 for part in encoded.sequence_ids(0)])
        if not len(inside):
            return Reading(0, 0, NEVER)
        with torch.no_grad():
            found = self._model(**encoded)
        logits = torch.stack([found.start_logits[0], found.end_logits[0]], dim=1).float().numpy()
        first, last, total = best_span(logits[inside])
        start, end = int(offsets[inside[first], 0]), int(offsets[inside[last], 1])
        return Reading(start, end, total - float(logits[0].sum()))


class CrossEncoderReranker:
    """Any cross-encoder of Sentence Transformers with one output, as BAAI/bge-reranker-v2-m3."""

    def __init__(self, name: str) -> None:
        """Raises ModelError."""
        from sentence_transformers import CrossEncoder

        self._model: Any = _loaded(CrossEncoder, name, "cross-encoder")
        if self._model.config.num_labels != 1:
            raise ModelError(
                f"the model {name} gives {self._model.config.num_labels} figures for a text: name a "
                "cross-encoder that gives a single score, as BAAI/bge-reranker-v2-m3"
            )

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        import torch

        found = self._model.predict(
            [(question, text) for text in texts],
            activation_fn=torch.nn.Sigmoid(),
            show_progress_bar=False,
        )
        scores: NDArray[np.float32] = np.asarray(found, np.float32)
        return scores


def _loaded(load: Callable[[str], Any], name: str, kind: str) -> Any:
    from transformers.utils import logging

    logging.disable_progress_bar()  # planqa shows its own
    try:
        return load(name)
    except (OSError, ValueError) as error:
        hint = (
            f"the folder holds no {kind}"
            if Path(name).is_dir()
            else "it is no folder here, and the hub did not give it; name a local folder, or leave it out"
        )
        raise ModelError(f"the model {name} cannot be loaded: {hint}") from error
