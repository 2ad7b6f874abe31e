"""The index in Milvus, for corpora and for numbers of readers that outgrow one machine's files.

`publish` brings what a local index holds into Milvus; `open_milvus` and `LiveMilvus` read it there. What
lies there, and why a reader never sees half of it, is told in docs/milvus.md.
"""

from planqa.milvus.address import Address
from planqa.milvus.index import LiveMilvus, MilvusIndex, open_milvus
from planqa.milvus.publishing import Sent, publish

__all__ = [
    "Address",
    "LiveMilvus",
    "MilvusIndex",
    "Sent",
    "open_milvus",
    "publish",
]
