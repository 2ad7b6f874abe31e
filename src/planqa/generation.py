"""What lies in one generation of the index, mapped into memory and checked against its manifest."""

from __future__ import annotations

import mmap
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from planqa.errors import IndexCorrupt
from planqa.lexical import LexicalIndex
from planqa.manifest import Manifest
from planqa.mapped import map_array, mapping_of
from planqa.passage import Passage
from planqa.records import Records, read_passage, read_report_record
from planqa.report import Report
from planqa.vectors import VectorIndex

__all__ = ["CELLS_FILE", "LEXICAL_FOLDER", "VECTOR_FILES", "Generation", "read_vectors"]

CELLS_FILE = "cells.faiss"
"""Only where there are so many vectors that not all of them are compared with a query."""
LEXICAL_FOLDER = "lexical"
VECTOR_FILES = ("keys.npy", "vectors.npy")

T = TypeVar("T")
Integers = NDArray[np.int64]
Keys = NDArray[np.bytes_]
Rows = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Generation:
    """The contents of a generation, mapped into memory: nothing of it is read before it is used."""

    name: str
    manifest: Manifest
    reports: Records[Report]
    passages: Records[Passage]
    passage_starts: Integers
    """The first passage of each report, and last the number of passages: shape (reports + 1,)."""
    row_starts: Integers
    """The first vector row of each passage, and last the number of rows: shape (passages + 1,)."""
    keys: Keys
    """sha256 of the text of each row: shape (rows,), dtype S32."""
    rows: Rows
    """The vectors, shape (rows, dimensions); of a passage in the order of `embedded_texts`."""
    vectors: VectorIndex
    """Over the rows."""
    lexical: LexicalIndex
    """One document a passage."""

    @classmethod
    def read(cls, folder: Path, manifest: Manifest) -> Generation:
        """Raises IndexCorrupt when what lies there does not fit together; ValueError, OSError
        likewise.
        """
        keys, rows = read_vectors(folder)
        cells = folder / CELLS_FILE
        generation = cls(
            name=folder.name,
            manifest=manifest,
            reports=_records(folder, "reports", read_report_record, remember=32),
            passages=_records(folder, "passages", read_passage, remember=0),
            passage_starts=np.cumsum(
                [0, *(each.passages for each in manifest.reports)], dtype=np.int64
            ),
            row_starts=map_array(folder / "rows.npy", "int64", 1),
            keys=keys,
            rows=rows,
            vectors=VectorIndex(rows, cells if cells.exists() else None),
            lexical=LexicalIndex.load(folder / LEXICAL_FOLDER),
        )
        generation._compare_counts()
        return generation

    def passages_of(self, report: int) -> tuple[int, int]:
        """Where the passages of a report, given by its number, begin and end."""
        return int(self.passage_starts[report]), int(self.passage_starts[report + 1])

    @property
    def mappings(self) -> tuple[mmap.mmap, ...]:
        """The files that a search reads places of, mapped."""
        arrays = (self.keys, self.rows, self.row_starts, *self.lexical.arrays)
        mapped = (mapping_of(each) for each in arrays)
        return (
            *(each for each in mapped if each is not None),
            *(each.mapping for each in (self.reports, self.passages)),
            *self.vectors.mappings,
        )

    def _compare_counts(self) -> None:
        counts, entries = self.manifest.counts, self.manifest.reports
        dimensions = self.manifest.settings.dimensions
        for what, found, wanted in (
            ("reports", len(self.reports), counts.reports),
            ("report entries", len(entries), counts.reports),
            ("passages", len(self.passages), counts.passages),
            ("passages of the reports", sum(each.passages for each in entries), counts.passages),
            ("passages with vectors", len(self.row_starts) - 1, counts.passages),
            ("vector rows", len(self.rows), counts.vector_rows),
            ("rows of the passages", int(self.row_starts[-1]), counts.vector_rows),
            ("rows of the reports", sum(each.rows for each in entries), counts.vector_rows),
            ("vector keys", len(self.keys), counts.vector_rows),
            ("lexical documents", len(self.lexical), counts.lexical_documents),
            ("passages with words", len(self.lexical), counts.passages),
            ("dimensions", self.rows.shape[1], dimensions),
        ):
            if found != wanted:
                raise IndexCorrupt(f"it holds {found} {what} where the manifest says {wanted}")


def read_vectors(folder: Path) -> tuple[Keys, Rows]:
    """A generation's keys and vectors, mapped. Raises IndexCorrupt, ValueError, OSError."""
    keys, rows = (folder / file for file in VECTOR_FILES)
    return map_array(keys, "uint8", 2).view("S32")[:, 0], map_array(rows, "float32", 2)


def _records(
    folder: Path, name: str, decode: Callable[[dict[str, Any]], T], remember: int
) -> Records[T]:
    offsets = map_array(folder / f"{name}.npy", "int64", 1)
    return Records(folder / f"{name}.jsonl", offsets, decode, remember=remember)
