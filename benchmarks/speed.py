"""planqa's speed as ratios to LangChain's with the same model: indexing, and a question on a warm index.

    pip install -e . --group bench
    python benchmarks/speed.py [--corpus FOLDER] [--repeats N]

Indexing: planqa's passages a second from report files to a finished index, against the pieces a second of the
LangChain tutorial (500 characters, overlap 50, one vector each, FAISS, saved). The goal is 4 times as many. planqa's
passages are shorter, and it makes a vector of every sentence of them as well; so the ratio stands there in characters a
second too, and with planqa's own passages handed to LangChain, so that both index the same texts. The model is loaded
before the clock starts; the ratio with its loading, which is most of a small corpus, stands beside.

A question: the median of planqa's search against LangChain's similarity_search over those same passages, both
for 10 hits on a warm index. The goal is .7 of its time.

The two take turns, N times each, in processes of their own. Of each
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
RATIOS = {
    "indexing": ("passages/s", "pieces/s"),
    "indexing, in characters": ("characters/s", "characters/s"),
    "indexing, loading counted": ("passages/s, loading counted", "pieces/s, loading counted"),
    "indexing, same passages": ("passages/s", "planqa's passages/s"),
    "question": ("ms a question", "ms a question"),
}
"""Which of planqa's figures is divided by which of LangChain's."""


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
        name: (min if "ms " in name else max)(each[name] for each in rounds) for name in rounds[0]
    }
    for name, figure in best.items():
        print(f"{name:44} {figure:10.2f}")
    ratios = {
        name: best[f"planqa, {figure}"] / best[f"LangChain, {peer}"]
        for name, (figure, peer) in RATIOS.items()
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
    ours, theirs, likewise = planqa.build(), tutorial.build(), langchain.build()
    return {
        "planqa, passages/s": ours["passages"] / ours["seconds"],
        "planqa, passages/s, loading counted": ours["passages"] / whole(ours),
        "planqa, characters/s": ours["characters"] / ours["seconds"],
        "LangChain, pieces/s": theirs["passages"] / theirs["seconds"],
        "LangChain, pieces/s, loading counted": theirs["passages"] / whole(theirs),
        "LangChain, characters/s": theirs["characters"] / theirs["seconds"],
        "LangChain, planqa's passages/s": likewise["passages"] / likewise["seconds"],
        "planqa, ms a question": statistics.median(planqa.ask()["milliseconds"]),
        "LangChain, ms a question": statistics.median(langchain.ask()["milliseconds"]),
    }


def whole(built: dict[str, Any]) -> float:
    """Seconds to load the model and to index."""
    return float(built["loading"] + built["seconds"])


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
