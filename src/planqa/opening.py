"""The name of a place -> the index that lies there: a folder of files, or a Milvus (milvus+...)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from planqa.encode import Encoder
from planqa.index import Index, LiveIndex
from planqa.index import open_index as open_folder

if TYPE_CHECKING:
    from planqa.milvus import LiveMilvus, MilvusIndex

__all__ = ["Live", "Opened", "open_index", "open_live"]

Opened: TypeAlias = "Index | MilvusIndex"
Live: TypeAlias = "LiveIndex | LiveMilvus"
_MILVUS = "milvus+"


def open_index(where: Path | str, *, encoder: Encoder | None = None) -> Opened:
    """The index in the folder, or in the Milvus, that `where` names; `encoder` is used for queries in place
    of the model that it was built with.

    Raises IndexMissing, IndexStale, IndexCorrupt, and for a Milvus MissingExtra, IndexBusy, IndexUnusable.
    """
    if isinstance(where, str) and where.startswith(_MILVUS):
        from planqa.milvus import Address, open_milvus

        return open_milvus(Address.parse(where), encoder=encoder)
    return open_folder(where, encoder=encoder)


def open_live(where: Path | str, *, encoder: Encoder | None = None) -> Live:
    """The same for a process that outlives updates. Raises what `open_index` raises."""
    if isinstance(where, str) and where.startswith(_MILVUS):
        from planqa.milvus import Address, LiveMilvus

        return LiveMilvus(Address.parse(where), encoder=encoder)
    return LiveIndex(where, encoder=encoder)
