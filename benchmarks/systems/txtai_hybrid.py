"""txtai's hybrid search, dense and BM25, over the tutorial's pieces (it brings no splitter of its own)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from trials import Document, Found, Question
from txtai import Embeddings

from systems import BATCH, PROMPTS
from systems.pieces import cut


class System:
    def __init__(self, folder: Path, model: str) -> None:
        self._folder, self._model = str(folder / "index"), model

    def load_model(self) -> None:
        self._embeddings = Embeddings(
            path=self._model,
            method="sentence-transformers",
            hybrid=True,
            content=True,
            encodebatch=BATCH,
            instructions={"query": PROMPTS["query"], "data": PROMPTS["passage"]},
        )

    def build(self, documents: Sequence[Document]) -> list[str]:
        pieces = cut(documents)
        self._embeddings.index(
            (f"{number} {piece.metadata['source']}", piece.page_content)
            for number, piece in enumerate(pieces)
        )
        self._embeddings.save(self._folder)
        return [piece.page_content for piece in pieces]

    def open(self) -> None:
        self._embeddings = Embeddings()
        self._embeddings.load(self._folder)

    def search(self, question: Question, k: int) -> list[Found]:
        hits = self._embeddings.search(question.text, k)
        return [Found(hit["id"].split(" ", 1)[1], hit["text"]) for hit in hits]
