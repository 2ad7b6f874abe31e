"""planqa's speed as ratios to LangChain's with the same model: indexing, and a question on a warm index.

    pip install -e . --group bench
    python benchmarks/speed.py [--corpus FOLDER] [--repeats N]

Indexing: planqa's passages a second from report files to a finished index, against the pieces a second of the
LangChain tutorial (500 characters, overlap 50, one vector each, FAISS, saved). The goal is 4 times as many. Beside
it the same with planqa's own passages handed to LangChain, so that both index the same texts.

A question: the median of planqa's search against LangChain's similarity_search over those same passages, both
for 10 hits on a warm index. The goal is .7 of its time.

The two take turns, N times each, in processes of their own; the model is loaded before the clock starts. Of each
figure the best round counts: what else a machine does only ever slows, and it slows whoever has the turn. The
rounds stand in benchmarks/results/speed.json, so that their spread can be seen.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import statistics
import tempfile
from pathlib import Path
from typing import Any

from contest import Entrant, machine, plain_model
from trials import Document, Trial, report_trial

ROOT = Path(__file__).parent.parent
GOALS = {"indexing": "at least 4", "question": "at most .7"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", type=Path, default=ROOT / "corpus", help="a folder of reports")
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()

    trial = report_trial("speed", options.corpus, ROOT / "evaluation" / "dev.jsonl")
    same = dataclasses.replace(trial, documents=passages_as_documents(options.corpus))
    with tempfile.TemporaryDirectory() as folder:
        rounds = [
            one_round(trial, same, Path(folder) / str(number), plain_model(Path(folder) / "model"))
            for number in range(options.repeats)
        ]
    best = {
        name: (min if "ms" in name else max)(each[name] for each in rounds) for name in rounds[0]
    }
    for name, figure in best.items():
        print(f"{name:44} {figure:10.2f}")
    ratios = {
        "indexing": best["planqa, passages/s"] / best["LangChain tutorial, pieces/s"],
        "indexing, same passages": best["planqa, passages/s"]
        / best["LangChain, planqa's passages/s"],
        "question": best["planqa, ms a question"] / best["LangChain, ms a question"],
    }
    for name, ratio in ratios.items():
        print(f"ratio, {name:36} {ratio:10.2f}   {GOALS.get(name, '')}")
    out = ROOT / "benchmarks" / "results" / "speed.json"
    figures: dict[str, Any] = {**machine(), "documents": len(trial.documents), "best": best}
    figures |= {"ratios": ratios, "rounds": rounds}
    out.write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", "utf-8")


def one_round(trial: Trial, same: Trial, folder: Path, model: Path) -> dict[str, float]:
    """Both systems once, in turns."""
    planqa = Entrant("planqa", folder / "planqa", model, trial)
    tutorial = Entrant("LangChain + FAISS", folder / "tutorial", model, trial)
    langchain = Entrant("LangChain + FAISS", folder / "same", model, same)
    return {
        "planqa, passages/s": per_second(planqa.build()),
        "LangChain tutorial, pieces/s": per_second(tutorial.build()),
        "LangChain, planqa's passages/s": per_second(langchain.build()),
        "planqa, ms a question": statistics.median(planqa.ask()["milliseconds"]),
        "LangChain, ms a question": statistics.median(langchain.ask()["milliseconds"]),
    }


def per_second(built: dict[str, Any]) -> float:
    """Passages indexed a second."""
    return float(built["passages"] / built["seconds"])


def passages_as_documents(folder: Path) -> tuple[Document, ...]:
    """planqa's passages, each a document that no splitter of 500 characters cuts any further."""
    from planqa.corpus import find_files, read_report
    from planqa.passage import split_report

    return tuple(
        Document(f"{passage.report_id}:{passage.start}", passage.text)
        for path in find_files(folder)
        for passage in split_report(read_report(path, folder))
    )


if __name__ == "__main__":
    main()
