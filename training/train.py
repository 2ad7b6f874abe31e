"""Trains the extractive reader.

    python training/prepare.py --reading FOLDER --reports FOLDER --out data
    python training/train.py data --out run [--epochs 1] [--frozen 4]

Reads data/data.jsonl and data/dev.jsonl; writes run/checkpoint.pt (training goes on from it when it was
interrupted), run/log.jsonl (the loss, and the development figures after each part of an epoch) and
run/reader.safetensors, the weights as of the best development figures. Seeded; on two cores about an hour for 40,000
examples.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from examples import Example, around, read_examples, sentences
from features import Features, features_of
from model import ReaderModel
from numpy.typing import NDArray
from safetensors.numpy import save_file
from torch import Tensor
from torch.nn import functional

from planqa.blob import Blob, open_blob
from planqa.evaluation.metrics import area_under_roc, character_f1
from planqa.reading import NEVER, best_span

SEED = 20
TOKENS = 3600
"""Tokens of a batch, at most."""
RATE, HEAD_RATE = 1.2e-4, 1e-3
WARM_UP = 0.04
ANSWERABLE = 0.5
"""What the answerable head's loss counts beside the span's."""
SHORT = 220
"""Characters."""
LONG_SHARE = 0.12
"""Of the examples that are left as long as they are; the others are cut to SHORT, for time goes with length."""
SAVE_EVERY, MEASURE_EVERY = 100, 400


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, default=Path("run"))
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--frozen", type=int, default=4, help="layers that are not trained")
    parser.add_argument("--limit", type=int, help="train on so many examples only")
    parser.add_argument(
        "--mix",
        nargs="+",
        default=["other=1"],
        help="how often to take the examples of a source, as drcd=0.7 written=2 other=0.2",
    )
    parser.add_argument("--start", type=Path, help="the checkpoint of an earlier run to begin from")
    parser.add_argument("--rate", type=float, default=RATE)
    parser.add_argument("--head-rate", type=float, default=HEAD_RATE)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(SEED)

    blob = open_blob()
    model = ReaderModel(blob.weights(), blob.shape, frozen=options.frozen)
    if options.start:
        model.load_state_dict(torch.load(options.start, weights_only=True)["model"])
    chance = random.Random(SEED)
    examples = mixed(read_examples(options.data / "data.jsonl"), options.mix, chance)
    examples = [cropped(each, chance) for each in examples[: options.limit]]
    held_out = list(read_examples(options.data / "dev.jsonl"))
    run = Run(model, blob, options.out, options.rate, options.head_rate)
    run.train(features_of(blob, examples), held_out, features_of(blob, held_out), options.epochs)


class Run:
    """A training that can be interrupted and gone on with."""

    def __init__(
        self, model: ReaderModel, blob: Blob, folder: Path, rate: float, head_rate: float
    ) -> None:
        self.model, self.folder = model, folder
        self.words = torch.tensor(blob.table("emb.word"))
        self.places = torch.tensor(blob.table("emb.pos") + blob.table("emb.type")[0])
        heads = [*model.span.parameters(), *model.answerable.parameters()]
        self.optimiser = torch.optim.AdamW(
            [
                {"params": list(model.trained.values()), "lr": rate},
                {"params": heads, "lr": head_rate},
            ],
            weight_decay=0.01,
            betas=(0.9, 0.98),
        )
        self.peaks = [rate, head_rate]
        self.step, self.best = 0, -1.0

    def train(
        self,
        features: Sequence[Features],
        held_out: Sequence[Example],
        held_features: Sequence[Features],
        epochs: int,
    ) -> None:
        batches = [batch for epoch in range(epochs) for batch in packed(features, SEED + epoch)]
        self._resume()
        losses: list[float] = []
        began, tokens = time.perf_counter(), 0
        for batch in batches[self.step :]:
            self._set_rates(self.step / len(batches))
            chosen = [features[i] for i in batch]
            losses.append(self._learn(chosen))
            tokens += sum(len(each.ids) for each in chosen)
            self.step += 1
            if self.step % 10 == 0:
                speed = tokens / (time.perf_counter() - began)
                self._note(
                    step=self.step,
                    of=len(batches),
                    loss=float(np.mean(losses[-50:])),
                    tokens_per_second=speed,
                )
            if self.step % MEASURE_EVERY == 0 or self.step == len(batches):
                figures = self.measure(held_out, held_features)
                self._note(step=self.step, **figures)
                if figures["score"] > self.best:
                    self.best = figures["score"]
                    save_file(self.model.weights(), self.folder / "reader.safetensors")
            if self.step % SAVE_EVERY == 0:
                self._save()

    def _learn(self, batch: Sequence[Features]) -> float:
        self.model.train()
        loss = self._loss(batch)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimiser.step()
        self.optimiser.zero_grad()
        return float(loss.detach())

    def _loss(self, batch: Sequence[Features]) -> Tensor:
        spans, answerable = self._forward(batch)
        total = torch.zeros(())
        for each, logits in zip(batch, spans, strict=True):
            allowed = torch.full((len(each.ids),), -1e4)
            allowed[0] = 0.0
            allowed[each.place] = 0.0
            for column, target in ((0, each.first), (1, each.last)):
                total = total - functional.log_softmax(logits[:, column] + allowed, 0)[target] / 2
        wanted = torch.tensor([float(each.first > 0) for each in batch])
        told = functional.binary_cross_entropy_with_logits(answerable, wanted)
        return total / len(batch) + ANSWERABLE * told

    def _forward(self, batch: Sequence[Features]) -> tuple[tuple[Tensor, ...], Tensor]:
        lengths = [len(each.ids) for each in batch]
        ids = torch.from_numpy(np.concatenate([each.ids for each in batch]))
        embeddings = self.words[ids] + torch.cat([self.places[:length] for length in lengths])
        spans, answerable = self.model(embeddings, lengths)
        return spans.split(lengths), answerable

    def measure(self, examples: Sequence[Example], features: Sequence[Features]) -> dict[str, Any]:
        """Character F1 of the best span of answerable examples, AUROC of telling the others, by source."""
        self.model.eval()
        f1: dict[str, list[float]] = {}
        chances: dict[bool, list[float]] = {True: [], False: []}
        with torch.no_grad():
            for batch in packed(features, None):
                spans, answerable = self._forward([features[i] for i in batch])
                for i, logits, told in zip(batch, spans, answerable.tolist(), strict=True):
                    text, margin = best_text(examples[i].text, features[i], logits.numpy())
                    has_answer = examples[i].start >= 0
                    chances[has_answer].append(told + margin)
                    if has_answer:
                        gold = examples[i].text[examples[i].start : examples[i].end]
                        f1.setdefault(examples[i].source, []).append(character_f1(text, [gold]))
        by_source = {name: round(float(np.mean(each)), 3) for name, each in sorted(f1.items())}
        everything = float(np.mean([each for every in f1.values() for each in every]))
        auroc = area_under_roc(np.array(chances[True]), np.array(chances[False]))
        return {
            "f1": everything,
            "auroc": auroc,
            "score": everything + auroc,
            "by_source": by_source,
        }

    def _set_rates(self, done: float) -> None:
        share = min(done / WARM_UP, (1 - done) / (1 - WARM_UP))
        for group, peak in zip(self.optimiser.param_groups, self.peaks, strict=True):
            group["lr"] = peak * max(share, 0.01)

    def _note(self, **figures: Any) -> None:
        with (self.folder / "log.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(figures, ensure_ascii=False) + "\n")

    def _save(self) -> None:
        state = {
            "model": self.model.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "step": self.step,
            "best": self.best,
        }
        torch.save(state, self.folder / "checkpoint.tmp")
        (self.folder / "checkpoint.tmp").replace(self.folder / "checkpoint.pt")

    def _resume(self) -> None:
        path = self.folder / "checkpoint.pt"
        if path.exists():
            state = torch.load(path, weights_only=True)
            self.model.load_state_dict(state["model"])
            self.optimiser.load_state_dict(state["optimiser"])
            self.step, self.best = state["step"], state["best"]


def mixed(examples: Iterable[Example], mix: Sequence[str], chance: random.Random) -> list[Example]:
    """The examples, each as often as `mix` says of its source; a part of once is a chance."""
    times = {name: float(count) for name, count in (each.split("=") for each in mix)}
    taken = []
    for each in examples:
        count = times.get(re.split("[-_]", each.source)[0], times.get("other", 0.0))
        taken += [each] * (int(count) + (chance.random() < count % 1))
    chance.shuffle(taken)
    return taken


def cropped(example: Example, chance: random.Random) -> Example:
    """Most examples cut down to SHORT characters of whole sentences: training time goes with their length."""
    if len(example.text) <= SHORT or chance.random() < LONG_SHARE:
        return example
    if example.start >= 0:
        window = around(example.text, example.start, example.end, chance, SHORT)
        if window is None:
            return example
        text, start, end = window[0], window[1], window[1] + example.end - example.start
    else:
        spans = [span for span in sentences(example.text) if span[1] - span[0] <= SHORT]
        window = around(example.text, *chance.choice(spans), chance, SHORT) if spans else None
        if window is None:
            return example
        text, start, end = window[0], -1, -1
    return replace(example, text=text, start=start, end=end) if text else example


def packed(features: Sequence[Features], seed: int | None) -> Iterator[list[int]]:
    """The numbers of the features in batches of TOKENS tokens at most, shuffled when there is a seed."""
    order = np.arange(len(features))
    if seed is not None:
        np.random.default_rng(seed).shuffle(order)
    batch: list[int] = []
    size = 0
    for i in order.tolist():
        if batch and size + len(features[i].ids) > TOKENS:
            yield batch
            batch, size = [], 0
        batch.append(i)
        size += len(features[i].ids)
    if batch:
        yield batch


def best_text(text: str, features: Features, logits: NDArray[np.float32]) -> tuple[str, float]:
    """The likeliest span of the text, and by how much its logits lead those of no answer."""
    if not len(features.starts):
        return "", NEVER
    first, last, total = best_span(logits[features.place])
    found = text[features.starts[first] : features.ends[last]]
    return found, total - float(logits[0].sum())


if __name__ == "__main__":
    main()
