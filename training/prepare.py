"""Makes the reader's data: python training/prepare.py --reading FOLDER --reports FOLDER --out FOLDER."""

from __future__ import annotations

import argparse
import random
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from examples import Example, read_squad, write_examples
from generate import generate
from mine import from_paragraphs, from_reports
from written import of_passages, of_reports

import planqa
from planqa.corpus import find_files, read_report
from planqa.index import Index
from planqa.report import Report

DEVELOPMENT_PARAGRAPHS = 100
SHARES = {
    "year": 2000,
    "place": 2000,
    "entity": 2300,
    "plan": 800,
    "cut": 1700,
    "figure": 1300,
    "mined": 2600,
    "other": 1100,
    "told": 900,
    "topic": 300,
}
"""How many unanswerable report-like examples of each sort the data has at most."""
ANSWERABLE = {
    "figure": 4600,
    "growth": 3200,
    "change": 1200,
    "count": 4200,
    "list": 3200,
    "name": 3200,
    "box": 2600,
    "attribute": 1200,
}
"""How many answerable ones of a kind, rewordings included; those that are not named are all taken."""


def main() -> None:
    """Reads the arguments, writes data.jsonl and dev.jsonl, prints how many examples each source gave."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--reading", type=Path, required=True, help="folder with DRCD and CMRC 2018"
    )
    parser.add_argument("--reports", type=Path, required=True, help="folder with reports")
    parser.add_argument(
        "--out", type=Path, required=True, help="folder for data.jsonl and dev.jsonl"
    )
    parser.add_argument(
        "--index", type=Path, help="an index of the reports (default: built for this run)"
    )
    parser.add_argument(
        "--hold-back",
        nargs="+",
        default=[],
        help="beginnings of the ids of reports only to develop with",
    )
    parser.add_argument("--seed", type=int, default=5)
    args = parser.parse_args()
    train, development = make(
        args.reading, args.reports, args.index, tuple(args.hold_back), args.seed
    )
    write_examples(train, args.out / "data.jsonl")
    write_examples(development, args.out / "dev.jsonl")
    print(table(train, development))


def make(
    reading: Path, reports: Path, index: Path | None, held_back: tuple[str, ...], seed: int
) -> tuple[list[Example], list[Example]]:
    """The examples to train on and those to develop with, each shuffled."""
    read = [read_report(path, reports) for path in find_files(reports)]
    held = [report for report in read if report.report_id.startswith(held_back)]
    rest = [report for report in read if not report.report_id.startswith(held_back)]
    with tempfile.TemporaryDirectory() as folder:
        opened = _opened(index or _built(reports, Path(folder)))
        train = _by_rules(rest, opened, random.Random(seed))
        development = _sample(
            _by_rules(held, opened, random.Random(seed + 1)), 600, random.Random(seed + 2)
        )
        train += of_reports(rest, opened, random.Random(seed + 5))
        train += of_passages(random.Random(seed + 6))
        development += of_reports(held, opened, random.Random(seed + 7))
    asked, kept = _of_reading(reading, random.Random(seed + 3))
    train = _clean([*asked, *train], seed)
    return train, _clean([*_sample(kept, 400, random.Random(seed + 4)), *development], seed)


def _built(reports: Path, folder: Path) -> Path:
    planqa.build_index(reports, folder / "index")
    return folder / "index"


def _opened(index: Path) -> Index:
    """The index; search decodes the passages that it scores, here thousands of questions look at the same ones."""
    opened = planqa.open_index(index)
    return replace(opened, passages=list(opened.passages))


def _by_rules(reports: Sequence[Report], index: Index, chance: random.Random) -> list[Example]:
    asked, others = generate(reports, chance)
    named = [each for each in asked if each.is_named]
    chance.shuffle(named)
    wanted = named[: int(SHARES["mined"] * 1.15)]
    allowed = {report.report_id for report in reports}
    mined = from_reports(wanted, index, allowed, chance)
    examples = [each.example for each in asked] + [*others, *mined]
    chance.shuffle(examples)
    left = Counter({f"-{sort}": count for sort, count in SHARES.items()} | ANSWERABLE)
    return [example for example in examples if _within(example, left)]


def _within(example: Example, left: Counter[str]) -> bool:
    """Whether there is still room for an example of its sort; takes the room."""
    kind, _, sort = example.source.partition("-")
    key = f"-{sort.rpartition('-')[2]}" if example.start < 0 else kind
    if key not in left:
        return True
    left[key] -= 1
    return left[key] >= 0


def _of_reading(folder: Path, chance: random.Random) -> tuple[list[Example], list[Example]]:
    """The examples of DRCD and CMRC to train on, and those kept back."""
    test = read_squad(folder / "drcd_test.json")
    kept = test[-DEVELOPMENT_PARAGRAPHS:]
    # An article may have several paragraphs: what a kept one says must not be learnt from a neighbour.
    texts = {paragraph.text for paragraph in kept}
    drcd = [
        each for each in [*read_squad(folder / "drcd_dev.json"), *test] if each.text not in texts
    ]
    trial = read_squad(folder / "cmrc2018_trial.json")
    train = [*from_paragraphs(drcd, "drcd", chance), *from_paragraphs(trial, "cmrc", chance)]
    return train, list(from_paragraphs(kept, "drcd-dev", chance))


def _sample(examples: list[Example], count: int, chance: random.Random) -> list[Example]:
    return chance.sample(examples, min(count, len(examples)))


def _clean(examples: Iterable[Example], seed: int) -> list[Example]:
    """Each example once, in an order of chance."""
    unique = sorted(
        set(examples), key=lambda each: (each.source, each.question, each.text, each.start)
    )
    random.Random(seed).shuffle(unique)
    return unique


def table(*files: Sequence[Example]) -> str:
    """How many examples each source gave, a column a file."""
    counts = [Counter(example.source for example in examples) for examples in files]
    rows = [
        f"{source:24}" + "".join(f"{count[source]:8}" for count in counts)
        for source in sorted(set().union(*counts))
    ]
    total = "".join(f"{len(examples):8}" for examples in files)
    share = "".join(
        f"{sum(each.start < 0 for each in examples) / len(examples):8.2f}" for examples in files
    )
    return "\n".join([*rows, f"{'all':24}{total}", f"{'unanswerable':24}{share}"])


if __name__ == "__main__":
    main()
