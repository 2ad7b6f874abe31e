"""Puts trained weights into the file that planqa ships.

    python training/export.py run/reader.safetensors data/dev.jsonl src/planqa/data/reader.onnx

The matrix products get int8 weights; the development texts say which channels are large (see planqa/bert.py).
Prints the file's sha256, which planqa/reader.py knows, and what int8 costs on the development data.
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from examples import Example, read_examples
from numpy.typing import NDArray
from safetensors.numpy import load_file

from planqa.bert import Output, activation_maxima, build_model, smoothing_of
from planqa.blob import Blob, open_blob
from planqa.evaluation.metrics import area_under_roc, character_f1
from planqa.reader import LoadedReader, joined

CALIBRATION = 250
"""How many development examples tell which channels are large."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("weights", type=Path)
    parser.add_argument("dev", type=Path)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    blob = open_blob()
    examples = list(read_examples(options.dev))
    exact, small = models(blob, load_file(options.weights), examples[:CALIBRATION])
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_bytes(small)
    print(f"{len(small) / 1e6:.1f} MB, sha256 {hashlib.sha256(small).hexdigest()}")
    for name, model in (("float32", exact), ("int8", small)):
        f1, auroc = worth(LoadedReader(model), examples[CALIBRATION:])
        print(f"{name}: F1 {f1:.3f}, AUROC {auroc:.3f}")


def models(
    blob: Blob, weights: dict[str, NDArray[np.float32]], examples: Sequence[Example]
) -> tuple[bytes, bytes]:
    """The model in float32 and with int8 weights."""
    outputs = [
        Output("span", "tokens", weights["span.w"], weights["span.b"]),
        Output("answerable", "first", weights["answerable.w"], weights["answerable.b"]),
    ]
    maxima = activation_maxima(weights, blob.shape, embedded(blob, examples))
    exact = build_model(weights, blob.shape, outputs)
    return exact, build_model(weights, blob.shape, outputs, smoothing=smoothing_of(maxima))


def embedded(blob: Blob, examples: Sequence[Example]) -> Iterator[NDArray[np.float32]]:
    """The summed embeddings of the examples, as the reader puts them together."""
    tokenizer = blob.tokenizer()
    places = blob.table("emb.pos") + blob.table("emb.type")[0]
    for each in examples:
        parts = [tokenizer.encode(text) for text in (each.question, each.head, each.text)]
        ids, _ = joined(*parts, (blob.bos, blob.eos))
        yield blob.word_rows(ids) + places[: len(ids)]


def worth(reader: LoadedReader, examples: Sequence[Example]) -> tuple[float, float]:
    """Character F1 where there is an answer, and how well the odds tell whether there is one."""
    f1, odds = [], {True: [], False: []}
    for each in examples:
        (reading,) = reader.read(each.question, [(each.head, each.text)])
        odds[each.start >= 0].append(reading.odds)
        if each.answer is not None:
            f1.append(character_f1(each.text[reading.start : reading.end], [each.answer]))
    return float(np.mean(f1)), area_under_roc(np.array(odds[True]), np.array(odds[False]))


if __name__ == "__main__":
    main()
