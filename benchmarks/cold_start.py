"""How long `planqa ask` takes from a cold start, as a ratio to `import sentence_transformers` alone.

    python benchmarks/cold_start.py [--repeats N]

Builds an index of the corpus, then starts a process for the question and one for the import in turns, N times
each after one of each that is not counted, and prints the medians and their ratio. The goal is a quarter. "Cold"
is a new process on a machine that has read the files before, which is what a user has from the second question on.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from contest import machine

ROOT = Path(__file__).parent.parent
GOAL = 0.25
QUESTION = "2022年地区生产总值是多少？"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=7)
    repeats = parser.parse_args().repeats

    with tempfile.TemporaryDirectory() as index:
        planqa = [sys.executable, "-m", "planqa"]
        seconds([*planqa, "index", str(ROOT / "corpus"), "--index", index])
        commands = {
            "planqa ask": [*planqa, "ask", QUESTION, "--index", index],
            "import sentence_transformers": [
                sys.executable,
                "-c",
                "import sentence_transformers",
            ],
        }
        taken: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(repeats + 1):
            for name, command in commands.items():
                taken[name].append(seconds(command))
    medians = {name: statistics.median(times[1:]) for name, times in taken.items()}
    ask, load = medians.values()
    for name, median in medians.items():
        print(f"{name:30} {median:6.2f} s, median of {repeats}")
    print(f"{'ratio':30} {ask / load:6.3f}, goal {GOAL}")
    out = ROOT / "benchmarks" / "results" / "cold_start.json"
    figures = {**machine(), "repeats": repeats, "seconds": medians, "ratio": ask / load}
    out.write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", "utf-8")


def seconds(command: list[str]) -> float:
    """How long a command takes; CalledProcessError when it fails."""
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603  our own commands
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
