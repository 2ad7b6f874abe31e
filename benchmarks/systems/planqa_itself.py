"""planqa: it reads the report files where there are any, and cuts them by their outline."""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Sequence
from pathlib import Path

import langchain_text_splitters  # noqa: F401 - the peers too import theirs before the clock starts
from trials import Document, Found, Question

from planqa.build import build_index
from planqa.encode import load_encoder
from planqa.index import open_index
from planqa.search import search


class System:
    def __init__(self, folder: Path, model: str) -> None:
        self._corpus, self._path = folder / "corpus", folder / "index"

    def load_model(self) -> None:
        self._encoder = load_encoder()

    def build(self, documents: Sequence[Document]) -> list[str]:
        self._corpus.mkdir()
        for document in documents:
            if document.path:
                shutil.copy(document.path, self._corpus)
            else:
                path = self._corpus / f"{document.document_id}.txt"
                path.write_text(document.text, "utf-8")
        index = build_index(self._corpus, self._path, encoder=self._encoder)
        return [passage.text for passage in index.passages]

    def open(self) -> None:
        self._index = open_index(self._path)

    def search(self, question: Question, k: int) -> list[Found]:
        today = datetime.date.fromisoformat(question.today) if question.today else None
        hits = search(self._index, question.text, top_k=k, today=today)
        return [Found(hit.passage.report_id, hit.passage.text) for hit in hits]
