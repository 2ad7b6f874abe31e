"""LangChain with FAISS, as in its tutorial: fixed pieces, one vector each, nearest by distance."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from langchain_community.vectorstores import FAISS
from langchain_huggingface import HuggingFaceEmbeddings
from trials import Document, Found, Question

from systems import BATCH, PROMPTS
from systems.pieces import cut


class System:
    def __init__(self, folder: Path, model: str) -> None:
        self._folder, self._model = str(folder / "index"), model

    def load_model(self) -> None:
        self._embeddings = HuggingFaceEmbeddings(
            model_name=self._model,
            encode_kwargs={"prompt": PROMPTS["passage"], "batch_size": BATCH},
            query_encode_kwargs={"prompt": PROMPTS["query"]},
        )

    def build(self, documents: Sequence[Document]) -> list[str]:
        pieces = cut(documents)
        FAISS.from_documents(pieces, self._embeddings).save_local(self._folder)
        return [piece.page_content for piece in pieces]

    def open(self) -> None:
        self.load_model()
        self._store = FAISS.load_local(
            self._folder, self._embeddings, allow_dangerous_deserialization=True
        )

    def search(self, question: Question, k: int) -> list[Found]:
        hits = self._store.similarity_search(question.text, k=k)
        return [Found(hit.metadata["source"], hit.page_content) for hit in hits]
