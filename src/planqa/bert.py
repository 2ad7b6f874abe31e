"""The weights of a BERT -> an ONNX model, in float32 or with int8 weights, and what runs it.

Weights are named as in the packaged model: `emb.ln` is the normalisation of the summed embeddings; of layer 0 `l0.q`,
`l0.k`, `l0.v` are the projections of its attention, `l0.ao` is its output, `l0.aln` the normalisation after it, `l0.fi`
and `l0.fo` are the two halves of the feed-forward part, `l0.oln` is the normalisation after that; each with `.w`, which
is (outputs, inputs) for a product, and `.b`. The model takes the summed embeddings and not token ids, so that the large
table of words stays where it is.

A model of int8 weights quantises what enters a matrix product by one scale for the whole text. A few channels
that are a hundred times larger than the others would take that scale for themselves, so each channel is divided by a
factor of its own before the product, and the weights are multiplied by it (Xiao et al., "SmoothQuant", 2023).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

__all__ = ["Output", "Session", "Shape", "activation_maxima", "build_model", "smoothing_of"]

Floats = NDArray[np.float32]

_ONNX, _MICROSOFT = 18, "com.microsoft"
_SMALLEST_FACTOR = 0.5


@dataclass(frozen=True, slots=True)
class Shape:
    """What the weights alone do not say."""

    layers: int
    heads: int
    epsilon: float
    """Added to the variance where a normalisation divides by it."""


@dataclass(frozen=True, slots=True)
class Output:
    """What a model gives back, from the last hidden states: of each token, of the first one, or their mean.

    With `weight` (figures, hidden) and `bias` (figures,) a linear layer on them, else they themselves. Of all
    tokens the shape is (batch, tokens, figures), else (batch, figures).
    """

    name: str
    of: Literal["tokens", "first", "mean"] = "tokens"
    weight: Floats | None = None
    bias: Floats | None = None


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
    graph = _Graph(weights, shape, smoothing)
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
    graph = _Graph(weights, shape, None)
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
        # Texts run beside each other, which gains more than the threads of one product would.
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        # Processors with AVX2 and no VNNI add products of int8 in 16 bits, which overflow: there exact, if slower.
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


class _Graph:
    """Nodes and weights as they are put together; a node bears the name of what comes out of it."""

    def __init__(
        self, weights: Mapping[str, Floats], shape: Shape, smoothing: Mapping[str, Floats] | None
    ) -> None:
        self._weights = weights
        self._shape = shape
        self._smoothing = smoothing
        self._hidden = len(weights["emb.ln.w"])
        self._nodes: list[Any] = []
        self._constants: list[Any] = []
        self._outputs: list[Any] = []

    def layers(self, layers: range) -> str:
        """Adds these layers; the name of the last one's hidden states."""
        name = "x" if layers.start else self._normalised("emb.ln", "x", "emb.out")
        for layer in layers:
            name = self._layer(f"l{layer}.", name)
        return name

    def output(self, hidden: str, output: Output) -> None:
        """Adds an output."""
        name = hidden
        if output.of == "first":
            name = self._node(
                "Gather",
                [name, self._constant(f"{output.name}.at", np.int64(0))],
                f"{output.name}.first",
                axis=1,
            )
        elif output.of == "mean":
            axes = self._constant(f"{output.name}.axes", np.array([1]))
            name = self._node("ReduceMean", [name, axes], f"{output.name}.mean", keepdims=0)
        if output.weight is not None:
            name = self._exact_product(f"{output.name}.head", name, output.weight, output.bias)
        self._node("Identity", [name], output.name)
        self.give_out(output.name)

    def give_out(self, name: str) -> None:
        """Makes an output of what a node gives."""
        from onnx import TensorProto, helper

        self._outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, None))

    def serialised(self) -> bytes:
        """The model as the bytes of a file."""
        from onnx import TensorProto, helper

        shape: list[str | int | None] = ["batch", "tokens", self._hidden]
        x = helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)
        graph = helper.make_graph(self._nodes, "bert", [x], self._outputs, self._constants)
        versions = [helper.make_opsetid("", _ONNX), helper.make_opsetid(_MICROSOFT, 1)]
        model = helper.make_model(graph, opset_imports=versions, ir_version=9)
        data: bytes = model.SerializeToString()
        return data

    def _layer(self, at: str, x: str) -> str:
        weight, bias = (
            np.concatenate([self._weights[f"{at}{part}.{end}"] for part in "qkv"]) for end in "wb"
        )
        parts = [at + part for part in "qkv"]
        self._node(
            "Split", [self._product(f"{at}qkv", x, weight, None)], *parts, axis=-1, num_outputs=3
        )
        attended = self._node(
            "MultiHeadAttention",
            [*parts, self._constant(f"{at}qkv.b", bias)],
            f"{at}attended",
            domain=_MICROSOFT,
            num_heads=self._shape.heads,
        )
        attended = self._linear(f"{at}ao", attended)
        return self._feed_forward(at, self._node("Add", [attended, x], f"{at}aln.x"))

    def _feed_forward(self, at: str, x: str) -> str:
        middle = self._normalised(f"{at}aln", x, f"{at}mid")
        wide = self._linear(f"{at}fi", middle, self._factors(middle))
        active = self._node("Gelu", [wide], f"{at}act", domain=_MICROSOFT)
        factors = self._factors(active)
        if factors is not None:
            active = self._times(f"{at}even", active, np.reciprocal(factors))
        narrow = self._linear(f"{at}fo", active, factors)
        residual = middle
        if (factors := self._factors(middle)) is not None:
            residual = self._times(f"{at}residual", middle, factors)
        total = self._node("Add", [narrow, residual], f"{at}oln.x")
        return self._normalised(f"{at}oln", total, f"{at}out")

    def _normalised(self, weight: str, x: str, name: str) -> str:
        """A normalisation; what it gives is already divided by the factors of its name."""
        gain, bias = self._weights[f"{weight}.w"], self._weights[f"{weight}.b"]
        if (factors := self._factors(name)) is not None:
            gain, bias = gain / factors, bias / factors
        inputs = [x, self._constant(f"{name}.w", gain), self._constant(f"{name}.b", bias)]
        epsilon = self._shape.epsilon
        return self._node("LayerNormalization", inputs, name, axis=-1, epsilon=epsilon)

    def _linear(self, name: str, x: str, factors: Floats | None = None) -> str:
        """A linear layer of the model on what was divided by `factors`."""
        weight = self._weights[f"{name}.w"]
        if factors is not None:
            weight = weight * factors
        return self._product(name, x, weight, self._weights[f"{name}.b"])

    def _product(self, name: str, x: str, weight: Floats, bias: Floats | None) -> str:
        """x times the weights, which are (outputs, inputs), plus the bias."""
        if self._smoothing is None:
            return self._exact_product(name, x, weight, bias)
        scale = np.abs(weight).max(axis=1, keepdims=True) / 127
        scale[scale == 0] = 1
        inputs = [
            x,
            self._constant(f"{name}.w", np.rint(weight / scale).astype(np.int8).T),
            self._constant(f"{name}.scale", scale.ravel()),
            "",
            "" if bias is None else self._constant(f"{name}.b", bias),
        ]
        return self._node("DynamicQuantizeMatMul", inputs, name, domain=_MICROSOFT)

    def _exact_product(self, name: str, x: str, weight: Floats, bias: Floats | None) -> str:
        product = self._node(
            "MatMul", [x, self._constant(f"{name}.w", weight.T)], f"{name}.product"
        )
        if bias is None:
            return product
        return self._node("Add", [product, self._constant(f"{name}.b", bias)], name)

    def _times(self, name: str, x: str, factors: Floats) -> str:
        return self._node("Mul", [x, self._constant(f"{name}.factors", factors)], name)

    def _factors(self, name: str) -> Floats | None:
        return None if self._smoothing is None else self._smoothing.get(name)

    def _constant(self, name: str, values: Any) -> str:
        from onnx import numpy_helper

        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def _node(
        self, operator: str, inputs: list[str], *names: str, domain: str = "", **attributes: Any
    ) -> str:
        from onnx import helper

        node = helper.make_node(operator, inputs, list(names), domain=domain, **attributes)
        self._nodes.append(node)
        return names[0]
