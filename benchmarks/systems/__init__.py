"""The systems that are compared, one a module, each imported in a process of its own.

A peer is set up as its own tutorial does it, with the same model in float32, and with 32 texts a batch. The model
wants `query: ` and `passage: ` before its texts; every peer is told so.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Protocol

from trials import Document, Found, Question

__all__ = ["BATCH", "PROMPTS", "SYSTEMS", "System", "load"]

BATCH = 32
PROMPTS = {"query": "query: ", "passage": "passage: "}

SYSTEMS = {
    "planqa": "planqa_itself",
    "LangChain + FAISS": "langchain_faiss",
    "LlamaIndex": "llamaindex_default",
    "txtai hybrid": "txtai_hybrid",
    "bm25s": "bm25s_plain",
    "jieba BM25": "bm25s_jieba",
}
"""Each system's name in the table, and its module."""


class System(Protocol):
    """What a system's module defines under this name."""

    def __init__(self, folder: Path, model: str) -> None:
        """`folder` is for the index; `model` is the folder of a Sentence Transformers model."""
        ...

    def load_model(self) -> None:
        """Load what indexing needs, so that its time is not counted as indexing."""
        ...

    def build(self, documents: Sequence[Document]) -> list[str]:
        """Write an index of the documents; the texts of the passages that they were cut into."""
        ...

    def open(self) -> None:
        """Open the index that another process wrote, ready to be asked."""
        ...

    def search(self, question: Question, k: int) -> list[Found]:
        """The k best passages, best first; fewer when there are no more."""
        ...


def load(name: str) -> type[System]:
    """The class of the system with this name; ModuleNotFoundError when a library is not there."""
    system: type[System] = import_module(f"systems.{SYSTEMS[name]}").System
    return system
