"""One phase of one system, in a process of its own so that its time and memory are its own.

    python benchmarks/take_part.py build SYSTEM FOLDER MODEL TRIAL.json OUT.json
    python benchmarks/take_part.py ask   SYSTEM FOLDER MODEL TRIAL.json OUT.json
    python benchmarks/take_part.py cold  SYSTEM FOLDER MODEL QUESTION

`retrieval.py` and `speed.py` start it.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from systems import System, load
from trials import Question, Trial

WARM_UP = 5
"""Questions that are asked before the clock starts."""


def build(system: System, trial: Trial) -> dict[str, Any]:
    """Seconds to load the model, seconds to index with it, and what came of it."""
    before = time.perf_counter()
    system.load_model()
    start = time.perf_counter()
    passages = system.build(trial.documents)
    return {
        "loading": start - before,
        "seconds": time.perf_counter() - start,
        "passages": len(passages),
        "characters": sum(map(len, passages)),
    }


def ask(system: System, trial: Trial) -> dict[str, Any]:
    """Milliseconds of each question, one after another, on a warm index, and what was found."""
    system.open()
    for question in trial.questions[:WARM_UP]:
        system.search(question, trial.hits)
    times, found = [], []
    for question in trial.questions:
        start = time.perf_counter()
        hits = system.search(question, trial.hits)
        times.append(1000 * (time.perf_counter() - start))
        found.append([asdict(hit) for hit in hits])
    return {"milliseconds": times, "found": found}


PHASES: dict[str, Callable[[System, Trial], dict[str, Any]]] = {"build": build, "ask": ask}


def peak_memory() -> float:
    """The most memory that this process ever held, in MB."""
    status = Path("/proc/self/status")
    if status.is_file():  # ru_maxrss of Linux counts the parent's in
        (line,) = (line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 2**10
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)


def main() -> None:
    phase, name, folder, model, *rest = sys.argv[1:]
    system = load(name)(Path(folder), model)
    if phase == "cold":
        system.open()
        system.search(Question("cold", rest[0], None, ()), 5)
        return
    trial, out = map(Path, rest)
    result = PHASES[phase](system, Trial.read(trial))
    result["megabytes"] = peak_memory()
    out.write_text(json.dumps(result), "utf-8")


if __name__ == "__main__":
    main()
