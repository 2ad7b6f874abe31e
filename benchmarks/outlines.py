"""How well the outlines of reports are understood: F1 of headings whose level and parents are right.

    python benchmarks/outlines.py [FOLDER ...]

Compares with the outlines in evaluation/outlines/, which were checked by hand. Their reports are
looked for in corpus/, in ../shared/reports and in FOLDER; one that is nowhere there is skipped.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from planqa.corpus import read_report

ROOT = Path(__file__).parents[1]
OUTLINES = ROOT / "evaluation" / "outlines"
Headings = Counter[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Outline:
    """The outline of a report as a careful reader has it."""

    file: str
    split: str
    """dev: a rule was written after it; test: none was."""
    headings: Headings


def outlines() -> list[Outline]:
    """The checked outlines, those to develop on first."""
    found = []
    for path in sorted(OUTLINES.glob("*.json")):
        fields = json.loads(path.read_text(encoding="utf-8"))
        found.append(Outline(fields["file"], fields["split"], headings(fields["headings"])))
    return sorted(found, key=lambda outline: (outline.split, outline.file))


def headings(rows: Iterable[Sequence[int | str]]) -> Headings:
    """Rows of (level, heading) as paths from the outermost heading in; equal ones are counted."""
    above: list[str] = []
    found: Headings = Counter()
    for level, heading in rows:
        above = [*above[: int(level) - 1], str(heading)]
        found[tuple(above)] += 1
    return found


def understood(path: Path) -> Headings:
    """The headings that planqa finds in a report."""
    return headings((len(above), section.heading) for above, section in read_report(path).walk())


def f1(gold: Headings, found: Headings) -> float:
    """Two times those in both, by those in the one and in the other."""
    return 2 * (gold & found).total() / (gold.total() + found.total())


def main(folders: Sequence[str]) -> int:
    """Print one line a report, and the mean of each split."""
    places = [ROOT / "corpus", ROOT.parent / "shared" / "reports", *map(Path, folders)]
    scores: dict[str, list[float]] = {}
    for outline in outlines():
        path = next((p / outline.file for p in places if (p / outline.file).exists()), None)
        if path is None:
            print(
                f"{outline.split:5} {'-':>6} {outline.headings.total():4}  {outline.file}: absent"
            )
            continue
        score = f1(outline.headings, understood(path))
        scores.setdefault(outline.split, []).append(score)
        print(f"{outline.split:5} {score:6.3f} {outline.headings.total():4}  {outline.file}")
    for split, values in scores.items():
        print(f"{split:5} {sum(values) / len(values):6.3f}       mean of {len(values)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
