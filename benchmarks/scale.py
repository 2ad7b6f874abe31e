"""Search among 10^3 to 10^6 passages on one machine: time to build and to open, disk, memory, speed, recall.

    python benchmarks/scale.py --reports FOLDER --vectors FILE.npz [--sizes 1000 10000 100000 1000000]

The passages are put together from the sentences of the reports in FOLDER, each of about 240 characters and with
digits drawn anew. Each has one vector, that of its first two sentences. The model makes those of the first 20,480
passages, and of the questions in evaluation/ that were written to develop on; they are kept in FILE.npz. Every
later passage is one of the first with a sentence exchanged, and its vector is that one's, moved in a random
direction as far as the nearest other is from one of the first. All is written and read by the package's own code.

Each size is built, and then searched, in a process of its own. A search is what `planqa.search.search` does but
for the encoding of the question: every question is asked three times over, in turns, from the first on, while the
files are mapped but not touched yet. Memory is the most that the process held by then, mapped pages included.
Recall is measured against comparing all vectors: of the ten nearest candidates, how many are as near as the ten
nearest passages; of the ten best by words, likewise; and of the first five hits how many are those of a search that
leaves nothing out.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
from contest import machine
from numpy.typing import NDArray

from planqa import lexical
from planqa.build import seal
from planqa.candidates import NEAREST_ROWS
from planqa.corpus import find_files, read_report
from planqa.embed import KnownVectors, write_vectors
from planqa.encode import DEFAULT_MODEL, load_encoder
from planqa.gather import TextWriter, gathered, writing_texts
from planqa.index import Index, open_index
from planqa.manifest import IndexSettings, ReportEntry
from planqa.passage import Passage, embedded_texts, split_report
from planqa.report import Report
from planqa.search import search
from planqa.store import Store
from planqa.vectors import VectorIndex

Vectors = NDArray[np.float32]

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "benchmarks" / "results" / "scale.json"
SIZES = (1_000, 10_000, 100_000, 1_000_000)
REAL = 20_480
"""Passages whose vectors the model makes; those after them are perturbed copies."""
LENGTH = 200
"""Characters from which a passage is long enough."""
OF_A_REPORT = 80
"""Passages of one report."""
SAME = 0.9999
"""The cosine from which two passages open alike, but for a digit: copies so near would be copies and no more."""
ROUNDS = 3
"""How often every question is asked."""
_DIGIT = re.compile("[0-9]")


# --- passages ------------------------------------------------------------------------------------


class Recombined:
    """Texts of any number of passages, put together from the sentences of a folder of reports."""

    def __init__(self, reports: Path) -> None:
        self._paths = {
            text: passage.section_path
            for path in find_files(reports)
            for passage in split_report(read_report(path, reports))
            for text in embedded_texts(passage)
            if len(text) > 8
        }
        self._sentences = sorted(self._paths)

    def sentences(self, number: int) -> list[str]:
        """The same number always has the same ones. From REAL on one sentence of an earlier passage is another."""
        draw = random.Random(number)  # noqa: S311  no secret, but the same on every machine
        chosen = self._chosen(number % REAL)
        if number >= REAL:
            chosen[draw.randrange(len(chosen))] = draw.choice(self._sentences)
        return [_DIGIT.sub(lambda _: str(draw.randrange(10)), each) for each in chosen]

    def opening(self, number: int) -> str:
        """The first two sentences, for which the passage's one vector stands."""
        return "".join(self.sentences(number)[:2])

    def section_path(self, number: int) -> tuple[str, ...]:
        """The headings over the passage's first sentence in the report that it is from."""
        return self._paths[self._chosen(number % REAL)[0]]

    def _chosen(self, number: int) -> list[str]:
        draw = random.Random(-1 - number)  # noqa: S311
        chosen = [draw.choice(self._sentences)]
        while sum(map(len, chosen)) < LENGTH:
            chosen.append(draw.choice(self._sentences))
        return chosen


def questions() -> list[str]:
    """The questions that were written to develop on."""
    files = (ROOT / "evaluation" / name for name in ("dev.jsonl", "reports-dev.jsonl"))
    return [
        json.loads(line)["question"]
        for file in files
        for line in file.read_text("utf-8").splitlines()
    ]


def real_vectors(texts: Recombined, path: Path) -> tuple[Vectors, Vectors]:
    """The model's vectors of the first REAL passages and of the questions, made once and kept in `path`."""
    if not path.exists():
        encoder = load_encoder(DEFAULT_MODEL)
        openings = [texts.opening(number) for number in range(REAL)]
        order = sorted(range(REAL), key=lambda number: len(openings[number]))
        rows = np.empty((REAL, encoder.dimensions), np.float32)
        for first in range(0, REAL, 256):
            part = order[first : first + 256]
            rows[part] = encoder.encode_passages([openings[number] for number in part])
        asked = np.array([encoder.encode_query(each) for each in questions()])
        np.savez(path, passages=rows, questions=asked)
    with np.load(path) as kept:
        return kept["passages"], kept["questions"]


def perturbed(real: Vectors, size: int) -> Vectors:
    """`size` vectors of length 1: the real ones first, then copies of them, as far off as a real neighbour is."""
    draw = np.random.default_rng(7)
    others = real[::16] @ real.T
    others[np.arange(len(others)), np.arange(0, len(real), 16)] = -1  # itself
    others[others > SAME] = -1  # those that open alike
    nearest = others.max(axis=1)
    rows = np.empty((size, real.shape[1]), np.float32)
    rows[: len(real)] = real[:size]
    for first in range(len(real), size, len(real)):
        part = rows[first : first + len(real)]
        cosines = draw.choice(nearest, len(part)).astype(np.float32)
        noise = draw.standard_normal(part.shape, np.float32)
        noise -= np.sum(noise * real[: len(part)], axis=1, keepdims=True) * real[: len(part)]
        noise /= np.linalg.norm(noise, axis=1, keepdims=True)
        part[:] = cosines[:, None] * real[: len(part)] + np.sqrt(1 - cosines**2)[:, None] * noise
    return rows


# --- build ---------------------------------------------------------------------------------------


def build(size: int, folder: Path, reports: Path, vectors: Path) -> dict[str, Any]:
    """Writes an index of `size` passages; seconds of each step, bytes on disk and the most memory held."""
    texts = Recombined(reports)
    store = Store(folder)
    clock = Clock()
    with store.writing():
        generation = store.new_generation()
        with writing_texts(generation) as writer:
            entries = [
                _write_report(writer, texts, first, min(first + OF_A_REPORT, size))
                for first in range(0, size, OF_A_REPORT)
            ]
        written = gathered(generation, entries, {})
        clock.lap("texts")
        real, _ = real_vectors(texts, vectors)
        settings = IndexSettings(DEFAULT_MODEL, DEFAULT_MODEL, real.shape[1])
        _write_vectors(generation / "vectors.npy", written.keys, perturbed(real, size))
        steps = iter(("vectors", "cells", "words", "sync and hash"))
        seal(store, generation, written, settings, lambda *_: clock.lap(next(steps)))
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {
        "build_seconds": clock.laps,
        "bytes": {
            path.relative_to(generation).as_posix(): path.stat().st_size
            for path in files
            if path.is_relative_to(generation)
        },
        "build_peak_bytes": _memory("VmHWM"),
    }


def _write_vectors(path: Path, keys: NDArray[np.bytes_], rows: Vectors) -> None:
    write_vectors(path, keys, [KnownVectors(keys, rows)], rows.shape[1])


def _write_report(writer: TextWriter, texts: Recombined, first: int, last: int) -> ReportEntry:
    """A report of the passages `first` to `last`, one a line."""
    number = first // OF_A_REPORT
    place, year = f"第{number // 5}县", 2020 + number % 5
    name = f"{place}-{year}-政府工作报告"
    passages, lines, at = [], [], 0
    for each in range(first, last):
        sentences = texts.sentences(each)
        text = "".join(sentences)
        opening = at, at + len("".join(sentences[:2]))
        path = texts.section_path(each)
        passages.append(Passage(name, path, at, at + len(text), text, (opening,)))
        lines.append(text)
        at += len(text) + 1
    report = Report(
        report_id=name,
        title=f"{place}{year}年政府工作报告",
        place=place,
        year=year,
        file=f"{name}.txt",
        sha256=f"{number:064x}",
        text="\n".join(lines),
        sections=(),
        paragraphs=(),
    )
    return writer.put(report, passages, Path(report.file))


# --- search --------------------------------------------------------------------------------------


@dataclass
class Known:
    """An encoder that has encoded the questions before."""

    vectors: dict[str, Vectors]
    dimensions: int
    asked: str = ""
    model_id: str = DEFAULT_MODEL

    def encode_query(self, text: str) -> Vectors:
        """The vector of the question that is being asked, in whichever words it is put."""
        return self.vectors[self.asked]

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Never asked for."""
        raise NotImplementedError


def ask(folder: Path, vectors: Path) -> dict[str, Any]:
    """Opens the index and searches it; seconds, bytes of memory, and what of an exhaustive search is found."""
    with np.load(vectors) as kept:
        asked = dict(zip(questions(), kept["questions"], strict=True))
    before = _memory("VmRSS")
    clock = Clock()
    encoder = Known(asked, len(next(iter(asked.values()))))
    index = open_index(folder, encoder=encoder)
    clock.lap("open")
    taken: list[float] = []
    for question in list(asked) * ROUNDS:
        encoder.asked = question
        begun = time.perf_counter()
        search(index, question)
        taken.append(time.perf_counter() - begun)
    first = taken[: len(asked)]
    return {
        "open_seconds": clock.laps["open"],
        "p50_seconds": float(np.percentile(taken, 50)),
        "p95_seconds": float(np.percentile(taken, 95)),
        "p95_first_round_seconds": float(np.percentile(first, 95)),
        "memory_bytes": _memory("VmHWM"),
        "memory_before_opening_bytes": before,
        **recall(index, encoder),
    }


def recall(index: Index, encoder: Known) -> dict[str, float]:
    """How much of what an exhaustive search finds is found."""
    every = replace(index, vectors=VectorIndex(index.rows))
    shares: dict[str, list[float]] = {"recall_vectors": [], "recall_words": [], "recall_hits": []}
    for question, vector in encoder.vectors.items():
        encoder.asked = question
        # By their cosines, so that of equally near ones each is as good as another.
        near, all_near = (
            index_.vectors.search(vector, NEAREST_ROWS)[1][:10] for index_ in (index, every)
        )
        found = np.count_nonzero(near >= all_near[-1] - 1e-6)
        shares["recall_vectors"].append(found / len(all_near))
        words, hits = _words(index, question), _hits(index, question)
        with mock.patch.object(lexical, "_READ", sys.maxsize):
            shares["recall_words"].append(_share(words, _words(every, question)))
            shares["recall_hits"].append(_share(hits, _hits(every, question)))
    return {name: float(np.mean(each)) for name, each in shares.items()}


def _words(index: Index, question: str) -> list[int]:
    return index.lexical.best([question], 10).tolist()


def _hits(index: Index, question: str) -> list[tuple[str, int]]:
    return [(hit.passage.report_id, hit.passage.start) for hit in search(index, question, top_k=5)]


def _share(found: Sequence[Any], wanted: Sequence[Any]) -> float:
    return len(set(found) & set(wanted)) / len(wanted) if len(wanted) else 1.0


# --- measuring -----------------------------------------------------------------------------------


@dataclass
class Clock:
    """The seconds between laps, by name."""

    laps: dict[str, float] = field(default_factory=dict)
    _last: float = field(default_factory=time.perf_counter)

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self.laps[name] = self.laps.get(name, 0) + now - self._last
        self._last = now


def _memory(what: str) -> int:
    """Bytes that this process holds (VmRSS), or held at most (VmHWM); 0 where the system does not say."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.is_file() else []
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith(what)), 0)


def measure(size: int, folder: Path, reports: Path, vectors: Path) -> dict[str, Any]:
    """The figures of one size, each phase in a process of its own."""
    figures: dict[str, Any] = {"passages": size}
    for phase in ("build", "ask"):
        command = [sys.executable, __file__, "--reports", reports, "--vectors", vectors]
        command += ["--folder", folder, "--sizes", str(size), "--phase", phase]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603
        figures |= json.loads(done.stdout)
    return figures


def table(results: Sequence[dict[str, Any]]) -> str:
    """The figures as Markdown."""
    lines = [
        "| passages | build | on disk | open | memory | p50 | p95 | vectors @10 | words @10 | hits @5 |",
        "|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for each in results:
        cells = (
            f"{each['passages']:,}",
            f"{sum(each['build_seconds'].values()):.0f} s",
            f"{sum(each['bytes'].values()) / 1e6:,.0f} MB",
            f"{each['open_seconds']:.2f} s",
            f"{each['memory_bytes'] / 1e6:,.0f} MB",
            f"{each['p50_seconds'] * 1000:.1f} ms",
            f"{each['p95_seconds'] * 1000:.1f} ms",
            *(f"{each[name]:.3f}" for name in ("recall_vectors", "recall_words", "recall_hits")),
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--reports", type=Path, required=True)
    parser.add_argument("--vectors", type=Path, required=True, help="where vectors are kept (.npz)")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--folder", type=Path, help="where indexes are left; else they are removed")
    parser.add_argument("--phase", choices=("build", "ask"), help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.phase == "build":
        print(json.dumps(build(chosen.sizes[0], chosen.folder, chosen.reports, chosen.vectors)))
        return
    if chosen.phase == "ask":
        print(json.dumps(ask(chosen.folder, chosen.vectors)))
        return
    real_vectors(Recombined(chosen.reports), chosen.vectors)
    results = []
    for size in chosen.sizes:
        with tempfile.TemporaryDirectory() as temporary:
            folder = (chosen.folder or Path(temporary)) / str(size)
            results.append(measure(size, folder, chosen.reports, chosen.vectors))
        print(table(results[-1:]), flush=True)
    print(table(results))
    text = json.dumps({**machine(), "sizes": results}, ensure_ascii=False, indent=1)
    RESULTS.write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
