"""A BERT as an ONNX model, against one written out in NumPy."""

from __future__ import annotations

import math
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import planqa.bert
from planqa.bert import (
    Output,
    Session,
    Shape,
    activation_maxima,
    build_model,
    side_by_side,
    smoothing_of,
)

Floats = NDArray[np.float32]

HIDDEN, WIDE = 32, 64
SHAPE = Shape(layers=3, heads=4, epsilon=1e-12)


@pytest.fixture(scope="module")
def weights() -> dict[str, Floats]:
    """Random ones; the normalisations before the feed-forward parts have one channel that stands out."""
    rng = np.random.default_rng(7)
    sizes = dict.fromkeys(("q", "k", "v", "ao"), (HIDDEN, HIDDEN))
    sizes |= {"fi": (WIDE, HIDDEN), "fo": (HIDDEN, WIDE)}
    made = {"emb.ln.w": np.ones(HIDDEN), "emb.ln.b": np.zeros(HIDDEN)}
    for layer in range(SHAPE.layers):
        for part, size in sizes.items():
            made[f"l{layer}.{part}.w"] = rng.normal(0, 0.3, size)
            made[f"l{layer}.{part}.b"] = rng.normal(0, 0.1, size[0])
        for part in ("aln", "oln"):
            made[f"l{layer}.{part}.w"] = rng.normal(1, 0.1, HIDDEN)
            made[f"l{layer}.{part}.b"] = rng.normal(0, 0.1, HIDDEN)
        made[f"l{layer}.aln.w"][5] = 60
        made[f"l{layer}.fi.w"][:, 5] /= 60
    return {name: values.astype(np.float32) for name, values in made.items()}


@pytest.fixture(scope="module")
def texts() -> list[Floats]:
    rng = np.random.default_rng(8)
    return [rng.normal(0, 1, (size, HIDDEN)).astype(np.float32) for size in (1, 4, 9, 30)]


def plain(weights: dict[str, Floats], x: Floats) -> Floats:
    """The last hidden states of a text, as the paper has them."""

    def norm(name: str, x: Floats) -> Floats:
        centred = x - x.mean(axis=1, keepdims=True)
        deviation = np.sqrt((centred**2).mean(axis=1, keepdims=True))
        return np.asarray(centred / deviation * weights[f"{name}.w"] + weights[f"{name}.b"])

    def linear(name: str, x: Floats) -> Floats:
        return x @ weights[f"{name}.w"].T + weights[f"{name}.b"]

    x = norm("emb.ln", x)
    for layer in range(SHAPE.layers):
        at = f"l{layer}."
        q, k, v = (
            linear(at + part, x).reshape(len(x), SHAPE.heads, -1).transpose(1, 0, 2)
            for part in "qkv"
        )
        odds = np.exp(q @ k.transpose(0, 2, 1) / math.sqrt(HIDDEN / SHAPE.heads))
        seen = (odds / odds.sum(axis=2, keepdims=True)) @ v
        x = norm(at + "aln", x + linear(at + "ao", seen.transpose(1, 0, 2).reshape(len(x), -1)))
        wide = linear(at + "fi", x)
        active = wide * (1 + np.vectorize(math.erf)(wide / math.sqrt(2))) / 2
        x = norm(at + "oln", x + linear(at + "fo", active.astype(np.float32)))
    return x


HIDDEN_STATES = [Output("hidden")]


def cosines(one: Floats, other: Floats) -> Floats:
    norms = np.linalg.norm(one, axis=-1) * np.linalg.norm(other, axis=-1)
    return np.asarray((one * other).sum(axis=-1) / norms)


def test_in_float32_it_is_the_bert_of_the_paper(
    weights: dict[str, Floats], texts: list[Floats]
) -> None:
    session = Session(build_model(weights, SHAPE, HIDDEN_STATES))
    for text in texts:
        (hidden,) = session.run(text[None])
        np.testing.assert_allclose(hidden[0], plain(weights, text), atol=2e-4)


def test_outputs_are_the_states_of_all_tokens_of_the_first_or_their_mean(
    weights: dict[str, Floats], texts: list[Floats]
) -> None:
    rng = np.random.default_rng(9)
    head, bias = (rng.normal(size=size).astype(np.float32) for size in ((2, HIDDEN), 2))
    outputs = [
        Output("hidden"),
        Output("first", of="first"),
        Output("mean", of="mean"),
        Output("span", weight=head, bias=bias),
        Output("class", of="first", weight=head),
    ]
    run = Session(build_model(weights, SHAPE, outputs)).run(np.stack([texts[2], texts[2]]))
    hidden, first, mean, span, classes = run
    assert hidden.shape == (2, 9, HIDDEN)
    np.testing.assert_allclose(first, hidden[:, 0], atol=1e-6)
    np.testing.assert_allclose(mean, hidden.mean(axis=1), atol=1e-5)
    np.testing.assert_allclose(span, hidden @ head.T + bias, atol=1e-4)
    np.testing.assert_allclose(classes, hidden[:, 0] @ head.T, atol=1e-4)


def test_a_model_may_be_run_in_two_parts(weights: dict[str, Floats], texts: list[Floats]) -> None:
    lower, upper = (
        Session(build_model(weights, SHAPE, HIDDEN_STATES, layers=layers))
        for layers in (range(1), range(1, SHAPE.layers))
    )
    whole = Session(build_model(weights, SHAPE, HIDDEN_STATES))
    x = texts[3][None]
    np.testing.assert_allclose(upper.run(lower.run(x)[0])[0], whole.run(x)[0], atol=1e-5)


def test_the_largest_magnitudes_are_found_over_all_texts(
    weights: dict[str, Floats], texts: list[Floats]
) -> None:
    together = activation_maxima(weights, SHAPE, texts)
    apart = [activation_maxima(weights, SHAPE, [text]) for text in texts]
    assert set(together) == {f"l{layer}.{point}" for layer in range(3) for point in ("mid", "act")}
    for name, values in together.items():
        assert np.array_equal(values, np.max([each[name] for each in apart], axis=0))
    assert together["l0.mid"].argmax() == 5


def test_factors_are_roots_of_the_maxima_and_1_at_the_median() -> None:
    factors = smoothing_of({"l0.mid": np.array([1, 4, 16, 100, 0], np.float32)})
    assert factors["l0.mid"].tolist() == [0.5, 1.0, 2.0, 5.0, 0.5]


def test_int8_weights_are_near_and_smoothing_brings_them_nearer(
    weights: dict[str, Floats], texts: list[Floats]
) -> None:
    smoothing = smoothing_of(activation_maxima(weights, SHAPE, texts[:2]))
    means = [Output("mean", of="mean")]
    exact, coarse, smooth = (
        Session(build_model(weights, SHAPE, means, smoothing=factors)).run(texts[3][None])[0]
        for factors in (None, {}, smoothing)
    )
    lost, kept = 1 - cosines(exact, coarse), 1 - cosines(exact, smooth)
    assert kept < lost / 2
    assert lost < 0.1


def test_int8_weights_take_a_quarter_of_the_space(weights: dict[str, Floats]) -> None:
    exact = build_model(weights, SHAPE, HIDDEN_STATES)
    small = build_model(weights, SHAPE, HIDDEN_STATES, smoothing={})
    assert len(small) < len(exact) / 2


def test_items_are_run_beside_each_other_and_come_back_in_order() -> None:
    both = threading.Barrier(2, timeout=10)

    def run(item: int) -> int:
        if item < 2:
            both.wait()  # passes only when two run at a time
        time.sleep(0.001 * (5 - item))
        return item * item

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(planqa.bert, "_cores", lambda: 2)
        assert side_by_side(run, range(5)) == [0, 1, 4, 9, 16]


def test_an_error_of_one_item_is_raised() -> None:
    with pytest.raises(ZeroDivisionError):
        side_by_side(lambda item: 1 // item, [1, 0, 2])


@pytest.mark.parametrize(
    ("machine", "flags", "overflows"),
    [
        ("x86_64", "flags : avx2 avx512_vnni", False),
        ("AMD64", "flags : avx2 avx_vnni", False),
        ("x86_64", "flags : avx2 avx512f", True),
        ("x86_64", None, True),  # macOS and Windows do not say
        ("arm64", None, False),
    ],
)
def test_int8_is_run_exactly_on_processors_that_would_overflow(
    machine: str, flags: str | None, overflows: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(path: Path, encoding: str) -> str:
        if flags is None:
            raise FileNotFoundError(path)
        return flags

    monkeypatch.setattr("platform.machine", lambda: machine)
    monkeypatch.setattr(Path, "read_text", read)
    assert planqa.bert._overflows() == overflows
