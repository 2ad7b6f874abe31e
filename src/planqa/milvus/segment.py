"""Reports of a local generation -> a segment: two collections in Milvus that never change again.

The texts are: of each report its record (report/0), of each passage its own (passage/0), of each word where
it stands and how often (word/<digest>), and how many words each passage has (lengths). All are numbered
within the segment.
"""

from __future__ import annotations

import base64
import hashlib
import zlib
from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from planqa.generation import Generation
from planqa.milvus.connection import Connection
from planqa.milvus.published import Member, Segment
from planqa.milvus.texts import pack, write_texts
from planqa.passage import lexical_text
from planqa.tokens import tokenize

__all__ = [
    "LENGTHS",
    "digest_of",
    "passage_key",
    "passage_of",
    "postings_text",
    "read_postings",
    "report_key",
    "row_of",
    "word_key",
    "write_segment",
]

Integers = NDArray[np.int64]
Floats = NDArray[np.float32]

LENGTHS = "lengths"
_SENTENCES = 1 << 16
"""More than a passage can have."""


def report_key(member: int) -> str:
    """Where a report's record is."""
    return f"report/{member}"


def passage_key(passage: int) -> str:
    """Where a passage's record is."""
    return f"passage/{passage}"


def word_key(word: str) -> str:
    """Where a word's postings are; words can be longer than keys."""
    return (
        f"word/{hashlib.blake2b(word.encode('utf-8', 'surrogatepass'), digest_size=12).hexdigest()}"
    )


def row_of(passage: int, sentence: int) -> int:
    """The number of a sentence's vector."""
    return passage * _SENTENCES + sentence


def passage_of(rows: Integers) -> Integers:
    """The passages that these rows are of."""
    return rows // _SENTENCES


def digest_of(generation: Generation, position: int) -> str:
    """sha256 of all that is sent of a report."""
    first, last = generation.passages_of(position)
    rows = slice(int(generation.row_starts[first]), int(generation.row_starts[last]))
    digest = hashlib.sha256(generation.reports.lines(position, position + 1)[0])
    digest.update(generation.passages.lines(first, last)[0])
    digest.update(np.ascontiguousarray(generation.rows[rows]).tobytes())
    return digest.hexdigest()


def write_segment(
    connection: Connection,
    name: str,
    generation: Generation,
    positions: Sequence[int],
    digests: Sequence[str],
    on_progress: Callable[[int, int, str], None],
) -> Segment:
    """Writes the reports at these positions of the generation; `digests` are those of all its reports."""
    words = _Words()
    passages = [
        passage for position in positions for passage in range(*generation.passages_of(position))
    ]
    members = []
    for done, position in enumerate(positions):
        on_progress(done, 2 * len(positions), "publish")
        counted = words.total
        for passage in range(*generation.passages_of(position)):
            words.add(tokenize(lexical_text(generation.passages[passage])))
        entry = generation.manifest.reports[position]
        members.append(Member(digests[position], entry.passages, entry.rows, words.total - counted))
    segment = Segment(name, tuple(members), 0)
    connection.create_texts(segment.texts)
    connection.create_rows(segment.rows, generation.manifest.settings.dimensions)
    count = write_texts(connection, segment.texts, _texts(generation, positions, passages))
    count += write_texts(connection, segment.texts, words.texts())
    rows = connection.add_rows(segment.rows, _rows(generation, positions, on_progress))
    connection.seal(segment.texts, count)
    connection.seal(segment.rows, rows)
    return Segment(name, tuple(members), count)


def _texts(
    generation: Generation, positions: Sequence[int], passages: Sequence[int]
) -> Iterator[tuple[str, str]]:
    for member, position in enumerate(positions):
        line, _ = generation.reports.lines(position, position + 1)
        yield report_key(member), line.decode("utf-8", "surrogatepass")
    for number, passage in enumerate(passages):
        line, _ = generation.passages.lines(passage, passage + 1)
        yield passage_key(number), line.decode("utf-8", "surrogatepass")


def _rows(
    generation: Generation,
    positions: Sequence[int],
    on_progress: Callable[[int, int, str], None],
) -> Iterator[tuple[int, int, int, Floats]]:
    number, total = 0, len(positions)
    for member, position in enumerate(positions):
        on_progress(total + member, 2 * total, "publish")
        for passage in range(*generation.passages_of(position)):
            first, last = generation.row_starts[passage : passage + 2].tolist()
            for sentence, vector in enumerate(generation.rows[first:last]):
                yield row_of(number, sentence), number, member, np.asarray(vector)
            number += 1


class _Words:
    """Where each word stands, while passages are added one after another."""

    def __init__(self) -> None:
        self.total = 0
        self._lengths = array("I")
        self._passages: dict[str, array[int]] = {}
        self._times: dict[str, array[int]] = {}

    def add(self, words: list[str]) -> None:
        """The words of the next passage. One that has none counts as one word long."""
        number = len(self._lengths)
        self._lengths.append(len(words) or 1)
        self.total += len(words) or 1
        for word, times in Counter(words).items():
            self._passages.setdefault(word, array("I")).append(number)
            self._times.setdefault(word, array("I")).append(times)

    def texts(self) -> Iterator[tuple[str, str]]:
        """The postings of every word, and the lengths."""
        for word, passages in self._passages.items():
            yield word_key(word), postings_text(np.array(passages), np.array(self._times[word]))
        yield LENGTHS, pack(np.array(self._lengths))


def postings_text(passages: NDArray[np.uint32], times: NDArray[np.uint32]) -> str:
    """Steps from passage to passage, byte by byte significant, and how often; mostly zeros, so it packs well."""
    steps = np.diff(passages, prepend=np.uint32(0)).astype("<u4").view(np.uint8).reshape(-1, 4)
    planes = np.vstack([steps.T, np.minimum(times, 255).astype(np.uint8)])
    return base64.b64encode(zlib.compress(planes.tobytes(), 1)).decode("ascii")


def read_postings(text: str) -> tuple[Integers, Floats]:
    """Passages, ascending, and how often the word stands in each."""
    planes = np.frombuffer(zlib.decompress(base64.b64decode(text)), np.uint8).reshape(5, -1)
    steps = np.ascontiguousarray(planes[:4].T).view("<u4")[:, 0]
    return np.cumsum(steps, dtype=np.int64), planes[4].astype(np.float32)
