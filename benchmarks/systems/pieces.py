"""The tutorial's way of cutting: pieces of 500 characters that overlap by 50, default separators."""

from __future__ import annotations

from collections.abc import Sequence

from langchain_core.documents import Document as LangChainDocument
from langchain_text_splitters import RecursiveCharacterTextSplitter
from trials import Document


def cut(documents: Sequence[Document]) -> list[LangChainDocument]:
    """The pieces of the documents, each with the id of its document as `source`."""
    splitter = RecursiveCharacterTextSplitter(chunk_size=500, chunk_overlap=50)
    return splitter.create_documents(
        [document.text for document in documents],
        [{"source": document.document_id} for document in documents],
    )
