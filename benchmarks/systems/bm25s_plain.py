"""bm25s as its README has it, default tokenizer and all, over the tutorial's pieces."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import bm25s
from trials import Document, Found, Question

from systems.pieces import cut


class System:
    def __init__(self, folder: Path, model: str) -> None:
        self._folder = str(folder / "index")

    def tokens(self, texts: list[str]) -> Any:
        """What bm25s indexes and is asked with."""
        return bm25s.tokenize(texts, stopwords="en", show_progress=False)

    def load_model(self) -> None:
        """There is none."""

    def build(self, documents: Sequence[Document]) -> list[str]:
        pieces = cut(documents)
        texts = [piece.page_content for piece in pieces]
        retriever = bm25s.BM25()
        retriever.index(self.tokens(texts), show_progress=False)
        corpus = [
            {"source": piece.metadata["source"], "text": piece.page_content} for piece in pieces
        ]
        retriever.save(self._folder, corpus=corpus)
        return texts

    def open(self) -> None:
        self._retriever = bm25s.BM25.load(self._folder, load_corpus=True)

    def search(self, question: Question, k: int) -> list[Found]:
        k = min(k, len(self._retriever.corpus))
        hits, scores = self._retriever.retrieve(
            self.tokens([question.text]), k=k, show_progress=False
        )
        return [
            Found(hit["source"], hit["text"])
            for hit, score in zip(hits[0], scores[0], strict=True)
            if score > 0
        ]
