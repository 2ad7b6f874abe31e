"""Which system finds the right passage, how fast, and in how much memory: planqa beside its peers in one run.

    pip install -e . --group bench
    python benchmarks/retrieval.py [--reports FOLDER] [--drcd FILE] [--test] [--only SYSTEM ...]

Every system gets the same documents, questions, model and machine, and runs in processes of its own, one after
another. On the corpus in this repository always; with --reports on a folder of reports and the questions over
many reports; with --drcd on a file of questions over paragraphs (SQuAD form), where a paragraph is to be found.
With --test the questions that are only measured are asked instead of those that planqa was developed on.

Of each system, per trial: passages and their mean length in characters (a longer one holds the evidence more
easily); hit@1, hit@5 and MRR@10 over the answerable questions (a hit holds the evidence whole); passages and
characters indexed a second, the model loaded; milliseconds a question, in the median, one at a time on a warm
index; the most memory held while answering; seconds from a command to its first answer on a built index.
Planqa reads the report files; the peers get the text that planqa read out of them. Documents, questions and
passages never leave the machine. Figures go to benchmarks/results/retrieval.json, tables to the terminal.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from contest import Entrant, NoEntry, machine, plain_model
from systems import SYSTEMS
from trials import Found, Trial, drcd_trial, report_trial

ROOT = Path(__file__).parent.parent
COLD_STARTS = 3
COLUMNS = {
    "passages": "{passages}",
    "characters each": "{length:.0f}",
    "hit@1": "{hit@1:.3f}",
    "hit@5": "{hit@5:.3f}",
    "MRR@10": "{MRR@10:.3f}",
    "passages/s": "{passages_per_second:.0f}",
    "characters/s": "{characters_per_second:.0f}",
    "ms a question": "{milliseconds:.1f}",
    "MB": "{megabytes:.0f}",
    "cold, s": "{cold_seconds:.2f}",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--reports", type=Path, help="a folder of reports")
    parser.add_argument("--drcd", type=Path, help="a file of questions over paragraphs")
    parser.add_argument("--test", action="store_true", help="ask the questions only measured")
    parser.add_argument("--only", nargs="+", choices=list(SYSTEMS), default=list(SYSTEMS))
    parser.add_argument("--out", type=Path, help="default: benchmarks/results/retrieval.json")
    options = parser.parse_args()
    out = options.out or ROOT / "benchmarks" / "results" / "retrieval.json"

    results: dict[str, Any] = {"command": " ".join(["retrieval.py", *_told()]), **machine()}
    results["trials"] = {}
    with tempfile.TemporaryDirectory() as folder:
        model = plain_model(Path(folder) / "model")
        for trial in _trials(options):
            rows = run(trial, options.only, Path(folder) / trial.name, model)
            results["trials"][trial.name] = {
                "documents": len(trial.documents),
                "questions": len(trial.questions),
                "systems": rows,
            }
            print(f"\n{_heading(trial)}\n\n{markdown(rows)}", flush=True)
            out.write_text(json.dumps(results, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _told() -> list[str]:
    """The options without the folders of this machine."""
    return [each if each.startswith("--") else Path(each).name for each in sys.argv[1:]]


def _trials(options: argparse.Namespace) -> Iterator[Trial]:
    part = "test" if options.test else "dev"
    questions = ROOT / "evaluation"
    yield report_trial(f"corpus, {part}", ROOT / "corpus", questions / f"{part}.jsonl")
    if options.reports:
        yield report_trial(f"reports, {part}", options.reports, questions / f"reports-{part}.jsonl")
    if options.drcd:
        yield drcd_trial(options.drcd)


def run(trial: Trial, names: Sequence[str], folder: Path, model: Path) -> dict[str, dict[str, Any]]:
    """The figures of each system in one trial; of one that cannot take part the reason."""
    rows: dict[str, dict[str, Any]] = {}
    entrants = {}
    for name in names:
        entrant = Entrant(name, folder / SYSTEMS[name], model, trial)
        try:
            rows[name] = _figures(trial, entrant.build(), entrant.ask())
            entrants[name] = entrant
        except NoEntry as reason:
            rows[name] = {"missing": str(reason)}
        print(f"{trial.name}: {name} done", file=sys.stderr, flush=True)
    starts: dict[str, list[float]] = {name: [] for name in entrants}
    for _ in range(COLD_STARTS):
        for name, entrant in entrants.items():
            starts[name].append(entrant.cold())
    for name, seconds in starts.items():
        rows[name]["cold_seconds"] = statistics.median(seconds)
    return rows


def _figures(trial: Trial, built: dict[str, Any], asked: dict[str, Any]) -> dict[str, Any]:
    from planqa.evaluation import metrics
    from planqa.evaluation.resample import interval

    relevant = [
        trial.relevant(question, [Found(**hit) for hit in found])
        for question, found in zip(trial.questions, asked["found"], strict=True)
    ]
    measures = {
        "hit@1": np.array([metrics.hit_at(each, 1) for each in relevant]),
        "hit@5": np.array([metrics.hit_at(each, 5) for each in relevant]),
        "MRR@10": np.array([metrics.reciprocal_rank(each) for each in relevant]),
    }
    return {
        "passages": built["passages"],
        "length": built["characters"] / built["passages"],
        **{name: float(values.mean()) for name, values in measures.items()},
        "intervals": {
            name: interval(values, lambda rows: float(rows.mean()))
            for name, values in measures.items()
        },
        "passages_per_second": built["passages"] / built["seconds"],
        "characters_per_second": built["characters"] / built["seconds"],
        "milliseconds": statistics.median(asked["milliseconds"]),
        "megabytes": asked["megabytes"],
        "megabytes_indexing": built["megabytes"],
    }


def _heading(trial: Trial) -> str:
    return f"**{trial.name}**: {len(trial.documents)} documents, {len(trial.questions)} questions"


def markdown(rows: dict[str, dict[str, Any]]) -> str:
    """The figures as a Markdown table, a line below it for each system that is missing."""
    lines = [
        "| system | " + " | ".join(COLUMNS) + " |",
        "|---" * (len(COLUMNS) + 1) + "|",
        *(
            f"| {name} | " + " | ".join(form.format(**row) for form in COLUMNS.values()) + " |"
            for name, row in rows.items()
            if "missing" not in row
        ),
    ]
    lines += [f"\nNot run: {row['missing']}" for row in rows.values() if "missing" in row]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
