"""A Milvus that is asked and told. The one place that knows pymilvus, and what its errors mean.

Two kinds of collections are all there is: `Texts` (key -> text) and `Rows` (vectors of sentences, each with
the passage and the report that it is of). Their contents never change once `seal` has made them readable.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planqa.errors import IndexBusy, IndexUnusable, MissingExtra
from planqa.milvus.address import Address

__all__ = ["ALIAS", "LONGEST_TEXT", "MOST_FOUND", "Connection"]

Integers = NDArray[np.int64]
Floats = NDArray[np.float32]

ALIAS = "planqa"
"""What names the generation that answers; all collections of planqa's begin with it."""
LONGEST_TEXT = 65_535
"""Bytes that Milvus takes in one field."""
MOST_FOUND = 16_384
"""Rows that one search can bring."""
_BATCH_BYTES = 4 << 20
_OPTIONS = {"grpc.keepalive_time_ms": 600_000}  # Milvus Lite takes a ping every 10 s for an attack
_ALIAS_SECONDS, _READ_SECONDS, _WRITE_SECONDS = 5.0, 20.0, 900.0
_FLAT_ROWS = 200_000
"""Up to here every row is compared, some 30 ms' work; above it a graph leads to the nearest."""
_NO_COLLECTION, _NO_DATABASE = {100, 101}, 800


class Connection:
    """An open Milvus; threads may share it."""

    def __init__(self, address: Address) -> None:
        """Raises MissingExtra, IndexUnusable when nothing answers there, IndexBusy for a file in use."""
        self.address = address
        try:
            self._milvus = import_module("pymilvus")  # an extra: it need not be installed
            if address.is_file:
                import_module("milvus_lite")
        except ModuleNotFoundError:
            raise MissingExtra(
                "an index in Milvus needs more libraries: pip install 'planqa[milvus]'"
            ) from None
        for name in ("pymilvus", "milvus_lite"):  # they log each error that is raised here anyway
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
        if address.is_file:
            Path(address.uri).parent.mkdir(parents=True, exist_ok=True)
        with self._explained():
            self._client = self._milvus.MilvusClient(
                address.uri, timeout=_READ_SECONDS, grpc_options=_OPTIONS
            )
            self.collections()

    def close(self) -> None:
        """Ends the connection."""
        self._client.close()

    # --- what there is ---------------------------------------------------------------------------

    def collections(self) -> list[str]:
        """The names of planqa's collections."""
        with self._explained():
            names = self._client.list_collections(timeout=_READ_SECONDS)
        return sorted(name for name in names if name.startswith(f"{ALIAS}_"))

    def current(self) -> str | None:
        """The collection that the alias names, None while there is no alias."""
        with self._explained():
            try:
                # Milvus 2.3 looks for an alias alone in the default database, whatever the client's is.
                found = self._client.describe_collection(ALIAS, timeout=_ALIAS_SECONDS)
            except self._milvus.MilvusException as error:
                if error.code not in _NO_COLLECTION:
                    raise
                return None
        name: str = found["collection_name"]
        return name

    def count(self, name: str) -> int:
        """How many entries a collection holds; a reader elsewhere sees them all from now on."""
        with self._explained():
            found = self._client.query(
                name,
                filter="",
                output_fields=["count(*)"],
                consistency_level="Strong",
                timeout=_READ_SECONDS,
            )
        return int(found[0]["count(*)"])

    # --- what is written -------------------------------------------------------------------------

    def create_texts(self, name: str) -> None:
        """A collection of texts by their key."""
        kind = self._milvus.DataType
        self._create(
            name,
            ("key", kind.VARCHAR, {"is_primary": True, "max_length": 256}),
            ("pieces", kind.INT64, {}),
            ("text", kind.VARCHAR, {"max_length": LONGEST_TEXT}),
            ("nothing", kind.FLOAT_VECTOR, {"dim": 2}),  # Milvus wants a vector in every collection
        )

    def create_rows(self, name: str, dimensions: int) -> None:
        """A collection of vectors."""
        kind = self._milvus.DataType
        self._create(
            name,
            ("row", kind.INT64, {"is_primary": True}),
            ("passage", kind.INT64, {}),
            ("report", kind.INT64, {}),
            ("vector", kind.FLOAT_VECTOR, {"dim": dimensions}),
        )

    def _create(self, name: str, *fields: tuple[str, Any, dict[str, Any]]) -> None:
        schema = self._milvus.MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
        for field, kind, options in fields:
            schema.add_field(field, kind, **options)
        with self._explained():
            # Nothing is read before `seal` has counted it, and nothing changes after.
            self._client.create_collection(
                name, schema=schema, consistency_level="Eventually", timeout=_WRITE_SECONDS
            )

    def add_texts(self, name: str, entries: Iterable[tuple[str, int, str]]) -> int:
        """Writes (key, pieces, text); how many there were."""
        return self._insert(
            name,
            (
                {"key": key, "pieces": pieces, "text": text, "nothing": [0.0, 0.0]}
                for key, pieces, text in entries
            ),
        )

    def add_rows(self, name: str, entries: Iterable[tuple[int, int, int, Floats]]) -> int:
        """Writes (row, passage, report, vector); how many there were."""
        return self._insert(
            name,
            (
                {"row": row, "passage": passage, "report": report, "vector": vector}
                for row, passage, report, vector in entries
            ),
        )

    def _insert(self, name: str, entries: Iterator[dict[str, Any]]) -> int:
        total = 0
        for batch in _batches(entries):
            with self._explained():
                self._client.insert(name, batch, timeout=_WRITE_SECONDS)
            total += len(batch)
        return total

    def seal(self, name: str, count: int) -> None:
        """Lets a collection be read, once all of it is there. Raises IndexUnusable when it is not."""
        field = "vector" if name.endswith("_rows") else "nothing"
        with self._explained():
            self._client.flush(name, timeout=_WRITE_SECONDS)
            index = self._client.prepare_index_params()
            index.add_index(field, metric_type="IP", **_index_of(count))
            self._client.create_index(name, index, timeout=_WRITE_SECONDS)
            self._client.load_collection(name, timeout=_WRITE_SECONDS)
        if (found := self.count(name)) != count:
            raise IndexUnusable(
                f"{self.address.shown} took {found} of {count} entries: run `planqa index` again"
            )

    def point(self, name: str) -> None:
        """Lets the generation in the collection `name` answer from now on."""
        with self._explained():
            try:
                self._client.create_alias(name, ALIAS, timeout=_READ_SECONDS)
            except self._milvus.MilvusException:  # there is one, be it of a collection that is gone
                self._client.alter_alias(name, ALIAS, timeout=_READ_SECONDS)

    def drop(self, name: str) -> None:
        """Removes a collection."""
        with self._explained():
            self._client.drop_collection(name, timeout=_WRITE_SECONDS)

    # --- what is read ----------------------------------------------------------------------------

    def load(self, name: str) -> None:
        """Has a collection ready to be read; Milvus Lite forgets that when it is closed."""
        with self._explained():
            self._client.load_collection(name, timeout=_WRITE_SECONDS)

    def texts(self, name: str, keys: Sequence[str]) -> dict[str, tuple[int, str]]:
        """(pieces, text) of those keys that there are."""
        found: dict[str, tuple[int, str]] = {}
        for first in range(0, len(keys), 1000):
            with self._explained():
                part = self._client.query(
                    name,
                    ids=list(keys[first : first + 1000]),
                    output_fields=["key", "pieces", "text"],
                    timeout=_READ_SECONDS,
                )
            found |= {each["key"]: (int(each["pieces"]), each["text"]) for each in part}
        return found

    def nearest(
        self, name: str, vector: Floats, limit: int, confined: str
    ) -> tuple[Integers, Floats]:
        """Numbers and cosines of the rows nearest to `vector`, nearest first, MOST_FOUND at most."""
        limit = min(limit, MOST_FOUND)
        with self._explained():
            hits = self._client.search(
                name,
                data=[vector],
                anns_field="vector",
                limit=limit,
                filter=confined,
                search_params={"metric_type": "IP", "params": {"ef": max(limit, 512)}},
                timeout=_READ_SECONDS,
            )[0]
        return np.array(hits.ids, np.int64), np.array(hits.distances, np.float32)

    def rows(self, name: str, confined: str) -> tuple[Integers, Floats]:
        """Numbers, ascending, and vectors of the rows that fit the expression."""
        with self._explained():
            found = self._client.query(
                name, filter=confined, output_fields=["row", "vector"], timeout=_READ_SECONDS
            )
        found = sorted(found, key=lambda each: int(each["row"]))
        return (
            np.array([each["row"] for each in found], np.int64),
            np.array([each["vector"] for each in found], np.float32),
        )

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """What Milvus raises comes out as IndexUnusable, in a line that says what to do."""
        shown = self.address.shown
        try:
            yield
        except self._milvus.exceptions.ConnectionConfigException as error:
            if self.address.is_file:
                raise IndexBusy(
                    f"{shown} cannot be opened: another process has it open (Milvus Lite serves one "
                    "at a time), or it is no folder of Milvus Lite; end that process, or run a server"
                ) from error
            raise IndexUnusable(f"{shown} is no address of a Milvus: {_line(error)}") from error
        except self._milvus.MilvusException as error:
            raise IndexUnusable(_meaning(shown, error)) from error


def _index_of(count: int) -> dict[str, Any]:
    if count <= _FLAT_ROWS:
        return {"index_type": "FLAT", "params": {}}
    return {"index_type": "HNSW", "params": {"M": 32, "efConstruction": 256}}


def _batches(entries: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """The entries in lists that weigh a few megabytes each."""
    while batch := list(islice(entries, 256)):
        size = sum(map(_weight, batch))
        while size < _BATCH_BYTES and (more := list(islice(entries, 256))):
            batch += more
            size += sum(map(_weight, more))
        yield batch


def _weight(entry: dict[str, Any]) -> int:
    return 4 * len(entry["vector"]) if "vector" in entry else 3 * len(entry["text"])


def _meaning(shown: str, error: Any) -> str:
    if error.code in _NO_COLLECTION:
        return f"{shown} has lost a part of the index ({_line(error)}): run `planqa index --store` again"
    if error.code == _NO_DATABASE:
        return f"{shown} names a database that the server does not have: create it there first"
    if "auth" in str(error).lower():
        return f"{shown} lets nobody in without a name: write milvus+http://USER:PASSWORD@HOST"
    return f"{shown} does not answer as it should ({_line(error)}): is the server running?"


def _line(error: Any) -> str:
    return " ".join(str(getattr(error, "message", error)).split())[:200]
