"""The weights of a BERT -> an ONNX model, in float32 or with int8 weights, and what runs it.

A model of int8 weights quantises what enters a matrix product by one scale for the whole text. A few channels
that are a hundred times larger than the others would take that scale for themselves, so each channel is divided by a
factor of its own before the product, and the weights are multiplied by it (Xiao et al., "SmoothQuant", 2023).
"""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from planqa.graph import Graph, Output, Shape

__all__ = [
    "Output",
    "Session",
    "Shape",
    "activation_maxima",
    "build_model",
    "side_by_side",
    "smoothing_of",
]

Floats = NDArray[np.float32]
Item = TypeVar("Item")
Result = TypeVar("Result")

_SMALLEST_FACTOR = 0.5


def build_model(
    weights: Mapping[str, Floats],
    shape: Shape,
    outputs: Sequence[Output],
    *,
    smoothing: Mapping[str, Floats] | None = None,
    layers: range | None = None,
) -> bytes:
    """The model as an ONNX file, whose input `x` is (batch, tokens, hidden) in float32.

    Its weights are int8 where `smoothing` is given, which may be empty. `layers` takes part of a model: those
    that do not begin at 0 get the hidden states of the layer before.
    """
    graph = Graph(weights, shape, smoothing)
    last = graph.layers(range(shape.layers) if layers is None else layers)
    for output in outputs:
        graph.output(last, output)
    return graph.serialised()


def activation_maxima(
    weights: Mapping[str, Floats], shape: Shape, inputs: Iterable[Floats]
) -> dict[str, Floats]:
    """The largest magnitude of each channel that enters the feed-forward products, for `smoothing_of`.

    `inputs` are summed embeddings of some texts, each (tokens, hidden).
    """
    graph = Graph(weights, shape, None)
    graph.layers(range(shape.layers))
    names = [f"l{layer}.{point}" for layer in range(shape.layers) for point in ("mid", "act")]
    for name in names:
        graph.give_out(name)
    session = Session(graph.serialised())
    maxima: dict[str, Floats] = {}
    for x in inputs:
        for name, values in zip(names, session.run(x[None]), strict=True):
            found = np.abs(values).max(axis=(0, 1))
            maxima[name] = np.maximum(maxima.get(name, found), found)
    return maxima


def smoothing_of(maxima: Mapping[str, Floats]) -> dict[str, Floats]:
    """The factor of each channel: the root of its maximum, where the median channel has 1."""
    return {
        name: np.sqrt(np.maximum(values / np.median(values), _SMALLEST_FACTOR**2))
        for name, values in maxima.items()
    }


class Session:
    """A model ready to run, in the thread that asks; threads may share it."""

    def __init__(self, model: bytes) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # see side_by_side
        options.log_severity_level = 3
        if _overflows():  # exact at half the speed
            options.add_session_config_entry("session.x64quantprecision", "1")
        self._session = onnxruntime.InferenceSession(
            model,
            options,
            providers=["CPUExecutionProvider"],
            # Its fused form was measured to take four times as long as the sum and the normalisation.
            disabled_optimizers=["SkipLayerNormFusion"],
        )

    def run(self, x: Floats) -> list[Floats]:
        """The model's outputs for summed embeddings (batch, tokens, hidden)."""
        outputs: list[Floats] = self._session.run(None, {"x": x})
        return outputs


def side_by_side(run: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
    """What `run` makes of each item, as many at a time as this process may use cores.

    A session runs outside of Python's lock. One item a call is faster than a batch: nothing is padded or masked.
    """
    if len(items) < 2:
        return [run(item) for item in items]
    with ThreadPoolExecutor(_cores()) as pool:
        return list(pool.map(run, items))


def _overflows() -> bool:
    """Whether this processor adds products of int8 in 16 bits, as x86 does where it has no VNNI."""
    if platform.machine().lower() not in {"x86_64", "amd64"}:
        return False
    try:
        return "vnni" not in Path("/proc/cpuinfo").read_text("utf-8")
    except OSError:
        return True


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
