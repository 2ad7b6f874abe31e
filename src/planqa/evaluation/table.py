"""Outcomes -> the table of measures that a person or a script reads."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from planqa.evaluation.compare import Comparison
from planqa.evaluation.evaluate import Outcome
from planqa.evaluation.measures import MEASURES, Estimate
from planqa.evaluation.trade_off import TradeOff, trade_off

__all__ = ["Table", "as_dict", "as_text", "measure"]

BY_KIND = ("hit@1", "hit@5", "citation", "F1", "refused")
"""The measures that the text shows for each kind of question; JSON has all of them."""


@dataclass(frozen=True, slots=True)
class Table:
    """Every measure of all questions, and of each kind."""

    questions: int
    failures: int
    """Questions that could not be asked; they score 0."""
    cut_apart: int
    """Questions whose evidence no passage holds whole; they score 0 in the ranking."""
    all: tuple[Estimate, ...]
    kinds: Mapping[str, tuple[Estimate, ...]]
    trade_off: tuple[TradeOff, ...] = ()


def measure(outcomes: Sequence[Outcome]) -> Table:
    """The table of these outcomes; kinds in the order in which they first occur."""
    kinds = dict.fromkeys(outcome.gold.kind for outcome in outcomes)
    return Table(
        questions=len(outcomes),
        failures=sum(each.answer is None for each in outcomes),
        cut_apart=sum(each.gold.answerable and not each.total for each in outcomes),
        all=_measured(outcomes),
        kinds={kind: _measured([o for o in outcomes if o.gold.kind == kind]) for kind in kinds},
        trade_off=trade_off(outcomes),
    )


def _measured(outcomes: Sequence[Outcome]) -> tuple[Estimate, ...]:
    return tuple(measure.of(outcomes) for measure in MEASURES)


def as_dict(table: Table, comparison: Sequence[Comparison] = ()) -> dict[str, Any]:
    """The table for JSON: numbers as they are, null where no question counts."""
    shown: dict[str, Any] = {
        "questions": table.questions,
        "failures": table.failures,
        "cut_apart": table.cut_apart,
        "measures": {
            kind: {each.name: _numbers(each, "value", "low", "high", "n") for each in estimates}
            for kind, estimates in [("all", table.all), *table.kinds.items()]
        },
    }
    shown["trade_off"] = [
        _numbers(each, "strictness", "answered", "right", "wrongly_answered")
        for each in table.trade_off
    ]
    if comparison:
        shown["comparison"] = {
            each.name: _numbers(each, "value", "other", "difference", "low", "high", "p", "n")
            for each in comparison
        }
    return shown


def _numbers(record: Estimate | Comparison | TradeOff, *names: str) -> dict[str, float | None]:
    values = {name: getattr(record, name) for name in names}
    return {name: None if math.isnan(value) else value for name, value in values.items()}


def as_text(table: Table, comparison: Sequence[Comparison] = ()) -> str:
    """The table in lines of text, the 95% intervals beside the values."""
    parts = [_lines([["measure", "value", "95%", "n"], *map(_whole_row, table.all)])]
    if len(table.kinds) > 1:
        header = ["kind", "n", *BY_KIND[:-1], "n", BY_KIND[-1]]
        parts.append(_lines([header, *(_kind_row(*each) for each in table.kinds.items())]))
    if table.trade_off:
        header = ["strictness", "answered", "of these right", "answered without an answer"]
        parts.append(_lines([header, *map(_trade_off_row, table.trade_off[::2])]))
    if comparison:
        header = ["compared", "this", "other", "difference", "p", "n"]
        parts.append(_lines([header, *map(_comparison_row, comparison)]))
    if table.cut_apart:
        parts.append(
            f"{table.cut_apart} of {table.questions} questions: no passage holds the evidence "
            "whole; they score 0 in the ranking."
        )
    if table.failures:
        parts.append(f"{table.failures} of {table.questions} questions failed; they score 0.")
    return "\n\n".join(parts)


def _whole_row(estimate: Estimate) -> list[str]:
    value = _figure(estimate.value)
    return [estimate.name, value, _interval(estimate.low, estimate.high), str(estimate.n)]


def _kind_row(kind: str, estimates: Sequence[Estimate]) -> list[str]:
    shown = {each.name: each for each in estimates}
    cells = {
        name: f"{_figure(shown[name].value)} {_interval(shown[name].low, shown[name].high)}".strip()
        for name in BY_KIND
    }
    *ranking, refused = BY_KIND
    return [
        kind,
        str(shown["hit@1"].n),
        *(cells[name] for name in ranking),
        str(shown[refused].n),
        cells[refused],
    ]


def _trade_off_row(each: TradeOff) -> list[str]:
    shares = each.answered, each.right, each.wrongly_answered
    return [f"{each.strictness:.2f}", *map(_figure, shares)]


def _comparison_row(each: Comparison) -> list[str]:
    interval = _interval(each.low, each.high, signed=True)
    return [
        each.name,
        _figure(each.value),
        _figure(each.other),
        f"{each.difference:+.3f} {interval}",
        f"{each.p:.4f}",
        str(each.n),
    ]


def _figure(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.3f}"


def _interval(low: float, high: float, *, signed: bool = False) -> str:
    if math.isnan(low):
        return ""
    return f"{low:+.2f}…{high:+.2f}" if signed else f"{low:.2f}–{high:.2f}"


def _lines(rows: Sequence[Sequence[str]]) -> str:
    """Columns of equal width, the first to the left, the others to the right."""
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            cell + " " * (width - _width(cell)) if i == 0 else " " * (width - _width(cell)) + cell
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def _width(text: str) -> int:
    """Columns that a terminal gives the text: two for a full-width character."""
    from rich.cells import cell_len

    return cell_len(text)
