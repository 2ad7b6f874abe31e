"""Fits the confidence on development questions, and shows what it is worth.

    planqa index corpus --index index
    python benchmarks/calibrate.py [--reader NAME] index evaluation/dev.jsonl [INDEX QUESTIONS ...]

Takes pairs of a built index and questions on it; questions on reports that the index lacks are questions that it
cannot answer. Every question is answered as `planqa ask` would without refusing; the logistic curve is fitted to
whether the quote held the evidence. Prints the curve for planqa/confidence.py (that of `--reader none` is another
one); the AUROC of telling right from wrong, and answerable from unanswerable; the calibration error; and what each
strictness answers and refuses. All of these are over ten folds, each predicted by a curve fitted on the other nine,
and beside them for the curve that planqa ships. Draws docs/reliability.svg. Give it development questions only: what
is fitted on the test questions measures nothing.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from contest import machine
from numpy.typing import NDArray

from planqa import confidence
from planqa.confidence import Signs, signs
from planqa.evaluation import metrics
from planqa.evaluation.judge import holds_evidence, quotes_evidence
from planqa.evaluation.questions import GoldQuestion, read_questions
from planqa.index import Index, open_index
from planqa.qa import ask
from planqa.query import understand
from planqa.reader import load_reader
from planqa.reading import Reader
from planqa.rerank import READ

ROOT = Path(__file__).parent.parent
FOLDS = 10
RIDGE = 1.0
"""Pull of the weights towards 0, in units of a question, each sign scaled to a deviation of 1."""
STEPS = 50

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sample:
    """What a question showed of itself, and how it went."""

    signs: Signs
    is_right: bool
    is_answerable: bool


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pairs", nargs="+", type=Path, metavar="INDEX QUESTIONS")
    parser.add_argument("--reader", default="packaged", help="as of planqa ask")
    options = parser.parse_args()
    pairs, reader = options.pairs, load_reader(options.reader)
    if len(pairs) % 2:
        parser.error("an index without questions")
    samples = [
        each
        for folder, path in zip(pairs[::2], pairs[1::2], strict=True)
        for each in samples_of(open_index(folder), read_questions(path), reader)
    ]
    rows = np.array([astuple(each.signs) for each in samples], float)
    right = np.array([each.is_right for each in samples], float)
    fitted = cross_validated(rows, right)
    curve = confidence.READ_ANSWER if reader else confidence.UNREAD_ANSWER
    shipped = np.array([curve.at(each.signs) for each in samples])
    weights, bias = fit(rows, right)

    print(f"{len(samples)} questions, {sum(e.is_answerable for e in samples)} answerable, ", end="")
    print(f"{int(right.sum())} quoted right\n")
    signature = ", ".join(
        f"{field.name}={weight:.3f}" for field, weight in zip(fields(Signs), weights, strict=True)
    )
    print(f"Curve(Signs({signature}), bias={bias:.3f})\n")
    figures = {"fitted": worth(fitted, samples), "shipped": worth(shipped, samples)}
    for name, found in figures.items():
        print(name, *(f"{key} {value:.3f}" for key, value in found.items()), sep="  ")
    print(f"\n{trade_off(fitted, samples)}")
    plot(ROOT / "docs" / "reliability.svg", fitted, right)
    out = ROOT / "benchmarks" / "results" / "calibrate.json"
    whole: dict[str, Any] = {**machine(), "questions": len(samples), **figures}
    out.write_text(json.dumps(whole, ensure_ascii=False, indent=1) + "\n", "utf-8")


def samples_of(
    index: Index, questions: Sequence[GoldQuestion], reader: Reader | None
) -> Iterator[Sample]:
    """Answer each question as `planqa.ask` does."""
    passages = [(passage.report_id, passage.text) for passage in index.passages]
    for gold in questions:
        answer = ask(
            index, gold.question, today=gold.today, reader=reader, top_k=READ, strictness=0
        )
        query = understand(
            answer.standalone_question, index.catalogue.places, index.catalogue.years, gold.today
        )
        citation = answer.citations[0]
        yield Sample(
            signs=signs(
                query, answer.hits, citation.year, citation.quote, answer.answers, index.weight
            ),
            is_right=quotes_evidence(gold, citation),
            is_answerable=any(holds_evidence(gold, *passage) for passage in passages),
        )


# --- the curve -----------------------------------------------------------------------------------


def fit(rows: Floats, right: Floats) -> tuple[Floats, float]:
    """Weights and bias of the logistic curve that makes `right` most likely, by Newton's steps."""
    middle, scale = rows.mean(axis=0), rows.std(axis=0)
    scale[scale == 0] = 1.0
    design = np.column_stack([(rows - middle) / scale, np.ones(len(rows))])
    pull = np.diag([RIDGE] * rows.shape[1] + [0.0])
    found = np.zeros(design.shape[1])
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-design @ found))
        slope = design.T @ (right - chance) - pull @ found
        curvature = (design * (chance * (1 - chance))[:, None]).T @ design + pull
        found = found + np.linalg.solve(curvature + 1e-9 * np.eye(len(found)), slope)
    weights = found[:-1] / scale
    return weights, float(found[-1] - weights @ middle)


def cross_validated(rows: Floats, right: Floats) -> Floats:
    """The confidence in each question by a curve that was fitted without it."""
    fold = np.random.default_rng(0).permutation(len(rows)) % FOLDS
    found = np.empty(len(rows))
    for number in range(FOLDS):
        weights, bias = fit(rows[fold != number], right[fold != number])
        found[fold == number] = 1 / (1 + np.exp(-rows[fold == number] @ weights - bias))
    return found


# --- what it is worth ----------------------------------------------------------------------------


def worth(sure: Floats, samples: Sequence[Sample]) -> dict[str, float]:
    """How well the confidence tells, and how far it is from the share of right answers."""
    right = np.array([each.is_right for each in samples])
    answerable = np.array([each.is_answerable for each in samples])
    return {
        "AUROC right": metrics.area_under_roc(sure[right], sure[~right]),
        "AUROC answerable": metrics.area_under_roc(sure[answerable], sure[~answerable]),
        "calibration error": metrics.expected_calibration_error(sure, right.astype(float)),
        "Brier": float(((sure - right) ** 2).mean()),
    }


def trade_off(sure: Floats, samples: Sequence[Sample]) -> str:
    """A line for each threshold: what is answered of the answerable, right of that, and of the rest."""
    right = np.array([each.is_right for each in samples])
    answerable = np.array([each.is_answerable for each in samples])
    lines = ["threshold  answered, answerable  right, of answered  answered, unanswerable"]
    for threshold in np.arange(0.1, 0.95, 0.05):
        answered = sure >= threshold
        shares = answered[answerable].mean(), right[answered].mean(), answered[~answerable].mean()
        lines.append("{:9.2f}  {:20.3f}  {:18.3f}  {:22.3f}".format(threshold, *shares))
    return "\n".join(lines)


def plot(path: Path, sure: Floats, right: Floats) -> None:
    """A reliability diagram: in each tenth of confidence the share that was right, its area the number of questions."""
    size, edge = 320, 40
    span = size - 2 * edge

    def at(x: float, y: float) -> tuple[float, float]:
        return edge + x * span, size - edge - y * span

    marks = [
        f'<path d="M{edge},{size - edge} L{size - edge},{edge}" stroke="#999" stroke-dasharray="4"/>'
    ]
    for low in np.arange(0, 1, 0.1):
        inside = (sure >= low) & (sure < low + 0.1)
        if inside.any():
            x, y = at(sure[inside].mean(), right[inside].mean())
            radius = 1.2 * np.sqrt(inside.sum())
            marks.append(
                f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="#a33" fill-opacity=".7"/>'
            )
    for tick in (0, 0.5, 1):
        (x, _), (_, y) = at(tick, 0), at(0, tick)
        marks.append(
            f'<text x="{x:.0f}" y="{size - edge + 16}" text-anchor="middle">{tick:g}</text>'
        )
        marks.append(f'<text x="{edge - 8}" y="{y + 4:.0f}" text-anchor="end">{tick:g}</text>')
    path.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" width="{size}" font-family="sans-serif" '
        f'font-size="12"><rect width="{size}" height="{size}" fill="#fff"/><rect x="{edge}" y="{edge}" width="{span}" '
        f'height="{span}" fill="none" stroke="#333"/>{"".join(marks)}<text x="{size / 2}" y="{size - 8}" '
        f'text-anchor="middle">confidence</text><text x="12" y="{size / 2}" text-anchor="middle" '
        f'transform="rotate(-90 12 {size / 2})">share right</text></svg>\n',
        "utf-8",
    )


if __name__ == "__main__":
    main()
