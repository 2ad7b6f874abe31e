"""Draws a training's curves: python training/curves.py run/log.jsonl docs/training.svg."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

WIDTH, HEIGHT, EDGE = 640, 320, 48
COLOURS = {"loss": "#888", "f1": "#06c", "auroc": "#c60"}
NAMES = {
    "loss": "loss, of the last 50 steps",
    "f1": "F1, development examples",
    "auroc": "AUROC, the same",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("log", type=Path, help="log.jsonl, as train.py writes it")
    parser.add_argument("out", type=Path, help="the .svg to write")
    options = parser.parse_args()
    lines = [json.loads(line) for line in options.log.read_text("utf-8").splitlines()]
    curves = {
        name: [(line["step"], line[name]) for line in lines if name in line] for name in COLOURS
    }
    options.out.write_text(drawn(curves), "utf-8")


def drawn(curves: dict[str, Sequence[tuple[int, float]]]) -> str:
    """The curves, each points of step and value, as an SVG file."""
    points = [point for curve in curves.values() for point in curve]
    last = max(step for step, _ in points)
    highest = max(1.0, *(value for _, value in points))

    def at(step: float, value: float) -> tuple[float, float]:
        x = EDGE + step / last * (WIDTH - 2 * EDGE)
        return round(x, 1), round(HEIGHT - EDGE - value / highest * (HEIGHT - 2 * EDGE), 1)

    parts = []
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        (left, y), (right, _) = at(0, share * highest), at(last, 0)
        parts.append(f'<path d="M{left} {y}H{right}" stroke="#ddd"/>')
        parts.append(f'<text x="8" y="{y + 4}">{share * highest:.2f}</text>')
        x, bottom = at(share * last, 0)
        parts.append(
            f'<text x="{x}" y="{bottom + 18}" text-anchor="middle">{share * last:.0f}</text>'
        )
    for number, (name, curve) in enumerate(curves.items()):
        colour, places = COLOURS[name], [at(*point) for point in curve]
        line = " ".join(f"{x},{y}" for x, y in places)
        parts.append(
            f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="1.5"/>'
        )
        if name != "loss":
            parts += [f'<circle cx="{x}" cy="{y}" r="3" fill="{colour}"/>' for x, y in places]
        parts.append(f'<text x="{EDGE + 190 * number}" y="20" fill="{colour}">{NAMES[name]}</text>')
    parts.append(f'<text x="{WIDTH / 2}" y="{HEIGHT - 8}" text-anchor="middle">step</text>')
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-size="12" '
    return "\n".join([head + 'font-family="sans-serif">', *parts, "</svg>\n"])


if __name__ == "__main__":
    main()
