"""LlamaIndex with its defaults but for the model: sentences up to 1,024 tokens, its own vector store.

The file's path goes with each text, as its reader of folders has it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from llama_index.core import Document as LlamaDocument
from llama_index.core import StorageContext, VectorStoreIndex, load_index_from_storage
from llama_index.embeddings.huggingface import HuggingFaceEmbedding
from trials import Document, Found, Question

from systems import BATCH, PROMPTS


class System:
    def __init__(self, folder: Path, model: str) -> None:
        self._folder, self._model = str(folder / "index"), model

    def load_model(self) -> None:
        self._embedding = HuggingFaceEmbedding(
            model_name=self._model,
            query_instruction=PROMPTS["query"],
            text_instruction=PROMPTS["passage"],
            embed_batch_size=BATCH,
        )

    def build(self, documents: Sequence[Document]) -> list[str]:
        index = VectorStoreIndex.from_documents(
            [
                LlamaDocument(
                    text=document.text,
                    metadata={"file_path": f"{document.document_id}.txt"},
                    id_=document.document_id,
                )
                for document in documents
            ],
            embed_model=self._embedding,
        )
        index.storage_context.persist(self._folder)
        return [node.get_content() for node in index.docstore.docs.values()]

    def open(self) -> None:
        self.load_model()
        storage = StorageContext.from_defaults(persist_dir=self._folder)
        self._index = load_index_from_storage(storage, embed_model=self._embedding)

    def search(self, question: Question, k: int) -> list[Found]:
        hits = self._index.as_retriever(similarity_top_k=k).retrieve(question.text)
        return [Found(hit.node.ref_doc_id, hit.node.get_content()) for hit in hits]
