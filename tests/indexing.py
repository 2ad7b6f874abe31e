"""What the tests of the index share: a small corpus and an encoder that costs nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from planqa.index import Index

Vectors = NDArray[np.float32]


class BigramEncoder:
    """Hashed character bigrams, so that texts with words in common have vectors in common."""

    def __init__(self, model_id: str = "bigrams", dimensions: int = 32) -> None:
        self.model_id = model_id
        self.dimensions = dimensions
        self.embedded: list[str] = []
        """Every text that was ever embedded, queries excepted."""

    def encode_query(self, text: str) -> Vectors:
        vector = np.zeros(self.dimensions, np.float32)
        for start in range(len(text) - 1):
            digest = hashlib.blake2b(text[start : start + 2].encode(), digest_size=4).digest()
            vector[int.from_bytes(digest) % self.dimensions] += 1
        length = float(np.linalg.norm(vector))
        return vector / length if length else vector

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        self.embedded += texts
        return np.array([self.encode_query(text) for text in texts], np.float32)


def report_text(place: str, figure: int, items: int = 3) -> str:
    """A report of three sections whose every sentence names the place and a figure."""
    lines = [f"{place}2023年政府工作报告", ""]
    for section, name in enumerate("一二三"):
        lines.append(f"{name}、{place}的工作{section}")
        lines += [
            f"{place}第{section}项任务{item}完成{figure + item}亿元。同比增长{item}.{section}%。"
            for item in range(items)
        ]
    return "\n".join(lines) + "\n"


def write_report(corpus: Path, name: str, text: str) -> Path:
    """A report file in the corpus."""
    path = corpus / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def make_corpus(folder: Path, places: str = "甲乙丙") -> Path:
    """A corpus with a report for each character of `places`."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, place in enumerate(places):
        write_report(
            folder, f"{place}市-2023-政府工作报告.txt", report_text(f"{place}市", number * 100)
        )
    return folder


def texts_of(index: Index) -> list[str]:
    """The text of every passage of an index."""
    return [passage.text for passage in index.passages]


def contents(generation: Path) -> dict[str, bytes]:
    """The bytes of every file of a generation but its manifest, by path."""
    return {
        path.relative_to(generation).as_posix(): path.read_bytes()
        for path in sorted(generation.rglob("*"))
        if path.is_file() and path.name != "manifest.json"
    }
