"""What the reader costs: questions answered with it and without it, in turns.

    planqa index corpus --index index
    python benchmarks/reader.py index evaluation/dev.jsonl

Prints the median milliseconds of a question on a warm index either way, their ratio, the questions a second of a batch
asked by as many threads as there are cores, and the most memory held. Writes benchmarks/results/reader.json.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from contest import machine

from planqa.evaluation.questions import read_questions
from planqa.index import open_index
from planqa.qa import PACKAGED, ask

ROOT = Path(__file__).parent.parent
ROUNDS = 3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("index", type=Path)
    parser.add_argument("questions", type=Path)
    options = parser.parse_args()
    index = open_index(options.index)
    golds = read_questions(options.questions)
    ways = {
        "with the reader": partial(ask, index, reader=PACKAGED),
        "without": partial(ask, index, reader=None),
    }
    for gold in golds[:5]:  # the models are loaded before the clock starts
        for way in ways.values():
            way(gold.question, today=gold.today)
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for gold in golds * ROUNDS:
        for name, way in ways.items():
            begun = time.perf_counter()
            way(gold.question, today=gold.today)
            taken[name].append(time.perf_counter() - begun)
    middle = {name: statistics.median(each) for name, each in taken.items()}
    begun = time.perf_counter()
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        list(threads.map(lambda gold: ask(index, gold.question, today=gold.today), golds))
    in_a_batch = len(golds) / (time.perf_counter() - begun)
    figures = {
        "milliseconds with the reader": 1000 * middle["with the reader"],
        "milliseconds without": 1000 * middle["without"],
        "ratio": middle["with the reader"] / middle["without"],
        "questions a second, in a batch": in_a_batch,
        "megabytes": _peak(),
    }
    for name, value in figures.items():
        print(f"{name:32}{value:10.1f}")
    text = json.dumps({**machine(), **figures}, ensure_ascii=False, indent=1)
    (ROOT / "benchmarks" / "results" / "reader.json").write_text(text + "\n", "utf-8")


def _peak() -> float:
    """The most megabytes that this process held."""
    status = Path("/proc/self/status").read_text("ascii")
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if "VmHWM" in line)


if __name__ == "__main__":
    main()
