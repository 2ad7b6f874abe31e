"""(question, passages) -> where each of them answers, and how surely: the extractive reader.

The packaged one was trained by training/ on top of the packaged model, whose table of words it shares. Any extractive
question-answering model of the hub, or in a folder, can take its place.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from planqa.bert import Session, side_by_side
from planqa.blob import open_blob
from planqa.errors import ModelError
from planqa.hub import HubReader
from planqa.reading import LONGEST_INPUT, NEVER, Reader, Reading, best_span

__all__ = ["LoadedReader", "PackagedReader", "joined", "load_reader"]

Integers = NDArray[np.int64]
Floats = NDArray[np.float32]

READER_SHA256 = "9febf5960ded2bf9dbd4d4b191ca3c42138701b46e9ccda71a42ebc7cd384a51"
REINSTALL = "install planqa again, or read without it: --reader none"


def load_reader(name: str = "packaged") -> Reader | None:
    """`packaged`, `none`, or an extractive question-answering model by hub name or folder. Raises ModelError."""
    if name == "none":
        return None
    if name == "packaged":
        return PackagedReader()
    return HubReader(name)


# --- the packaged reader -------------------------------------------------------------------------


def joined(
    question: Sequence[int], head: Sequence[int], text: Sequence[int], ends: tuple[int, int]
) -> tuple[Integers, slice]:
    """<s> question </s></s> head </s> text </s>: the ids, and where among them the text stands.

    The text is cut where the input gets longer than LONGEST_INPUT. `ends` are the ids of <s> and </s>.
    """
    begin, end = ends
    before = [begin, *question, end, end, *head, end]
    kept = text[: max(0, LONGEST_INPUT - len(before) - 1)]
    return np.array([*before, *kept, end]), slice(len(before), len(before) + len(kept))


class PackagedReader:
    """The reader that comes with planqa, in ONNX Runtime; loaded when it first reads."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._loaded: LoadedReader | None = None

    def load(self) -> LoadedReader:
        """Raises ModelError when its file is missing or damaged."""
        with self._lock:
            if self._loaded is None:
                self._loaded = LoadedReader(_checked(self._path or _packaged_file()))
            return self._loaded

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Reading]:
        return self.load().read(question, passages)


class LoadedReader:
    """The model, its vocabulary and its table of words, ready to read."""

    def __init__(self, model: bytes) -> None:
        self._session = Session(model)
        self._blob = open_blob()
        self._tokenizer = self._blob.tokenizer()
        self._places = self._blob.table("emb.pos") + self._blob.table("emb.type")[0]

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Reading]:
        asked = self._tokenizer.encode(question)
        return side_by_side(lambda passage: self._read(asked, *passage), passages)

    def _read(self, asked: Sequence[int], head: str, text: str) -> Reading:
        pieces = self._tokenizer.pieces(text)
        ids, place = joined(
            asked,
            self._tokenizer.encode(head),
            [piece.id for piece in pieces],
            (self._blob.bos, self._blob.eos),
        )
        if place.start == place.stop:
            return Reading(0, 0, NEVER)
        embedded = self._blob.word_rows(ids) + self._places[: len(ids)]
        spans, answerable = self._session.run(embedded[None])
        first, last, total = best_span(spans[0, place])
        nowhere = float(spans[0, 0].sum())
        return Reading(
            start=pieces[first].start,
            end=pieces[last].end,
            odds=float(answerable.ravel()[0]) + total - nowhere,
        )


def _packaged_file() -> Path:
    return Path(str(files("planqa") / "data" / "reader.onnx"))


def _checked(path: Path) -> bytes:
    """The model's bytes, which are those that were shipped. Raises ModelError."""
    try:
        model = path.read_bytes()
    except OSError as error:
        raise ModelError(f"the packaged reader cannot be read ({error}): {REINSTALL}") from error
    if hashlib.sha256(model).hexdigest() != READER_SHA256:
        raise ModelError(f"the packaged reader {path.name} is damaged: {REINSTALL}")
    return model
