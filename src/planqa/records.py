"""Reports and passages as lines of JSON, decoded one at a time when they are asked for.

A file of records is mapped into memory, so that opening a million passages costs what opening ten
does. The offsets of its lines lie in an array beside it.
"""

from __future__ import annotations

import json
import mmap
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, BinaryIO, Generic, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from planqa.errors import IndexCorrupt
from planqa.mapped import map_file
from planqa.passage import Passage
from planqa.report import Paragraph, Report, Section

__all__ = ["RecordWriter", "Records", "encode_record", "read_passage", "read_report_record"]

T = TypeVar("T")
Offsets = NDArray[np.int64]


def encode_record(record: Report | Passage) -> bytes:
    """One line of JSON, its line feed included; the same record always gives the same bytes."""
    text = json.dumps(record, default=_plain, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass") + b"\n"


def read_passage(fields: dict[str, Any]) -> Passage:
    """The passage whose fields were read from JSON."""
    return Passage(
        **{
            **fields,
            "section_path": tuple(fields["section_path"]),
            "sentences": tuple((start, end) for start, end in fields["sentences"]),
        }
    )


def read_report_record(fields: dict[str, Any]) -> Report:
    """The report whose fields were read from JSON."""
    return Report(
        **{
            **fields,
            "sections": tuple(_section(section) for section in fields["sections"]),
            "paragraphs": tuple(_paragraph(paragraph) for paragraph in fields["paragraphs"]),
        }
    )


class RecordWriter:
    """Appends lines to a file and remembers where each begins."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._offsets = array("q", [0])

    @property
    def offsets(self) -> Offsets:
        """Where each line begins, and last where the file ends: shape (lines + 1,), int64."""
        return np.array(self._offsets, np.int64)

    def append(self, line: bytes) -> None:
        """Writes one line; it ends with its line feed."""
        self._file.write(line)
        self._offsets.append(self._offsets[-1] + len(line))

    def extend(self, lines: bytes, starts: Offsets) -> None:
        """Writes lines that lie one behind the other; `starts` are their own offsets, the end
        included.
        """
        shift = self._offsets[-1] - int(starts[0])
        self._file.write(lines)
        self._offsets.extend((starts[1:] + shift).tolist())


class Records(Sequence[T], Generic[T]):
    """A read-only sequence of the records in a file of JSON lines.

    A negative index is an IndexError: FAISS pads its ids with -1, which must never become the last
    passage.
    """

    def __init__(
        self,
        path: Path,
        offsets: Offsets,
        decode: Callable[[dict[str, Any]], T],
        *,
        remember: int = 0,
    ) -> None:
        """Keeps the last `remember` records decoded. Raises IndexCorrupt when the offsets do not
        fit.
        """
        self._offsets = offsets
        size = path.stat().st_size
        if not len(offsets) or offsets[0] != 0 or offsets[-1] != size or size == 0:
            raise IndexCorrupt(f"{path.name} and its offsets disagree")
        self.mapping = map_file(path)
        # No bound methods here: a cycle would keep the file mapped until the garbage is collected.
        self._read = partial(_read, path.name, self.mapping, offsets, decode)
        self._recall = lru_cache(remember)(self._read) if remember else self._read

    def __len__(self) -> int:
        return len(self._offsets) - 1

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[T, ...]: ...
    def __getitem__(self, index: int | slice) -> T | tuple[T, ...]:
        if isinstance(index, slice):
            return tuple(self._read(i) for i in range(*index.indices(len(self))))
        if not 0 <= index < len(self):
            raise IndexError(f"no record {index} among {len(self)}")
        return self._recall(int(index))

    def __iter__(self) -> Iterator[T]:
        return (self._read(i) for i in range(len(self)))

    def lines(self, first: int, last: int) -> tuple[bytes, Offsets]:
        """The lines `first` to `last` (not included) as they stand there, and their offsets."""
        starts = self._offsets[first : last + 1]
        return self.mapping[int(starts[0]) : int(starts[-1])], starts


def _read(
    name: str, data: mmap.mmap, offsets: Offsets, decode: Callable[[dict[str, Any]], T], index: int
) -> T:
    line = data[int(offsets[index]) : int(offsets[index + 1])]
    try:
        return decode(json.loads(line.decode("utf-8", "surrogatepass")))
    except (ValueError, TypeError, KeyError) as error:
        raise IndexCorrupt(f"{name} is damaged in line {index + 1}: run `planqa doctor`") from error


def _plain(record: Any) -> dict[str, Any]:
    return {each.name: getattr(record, each.name) for each in fields(record)}


def _section(values: dict[str, Any]) -> Section:
    children = tuple(_section(child) for child in values["children"])
    return Section(**{**values, "children": children})


def _paragraph(values: dict[str, Any]) -> Paragraph:
    return Paragraph(**{**values, "section_path": tuple(values["section_path"])})
