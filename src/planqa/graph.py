"""The layers of a BERT as an ONNX graph.

Weights are named as in the packaged model: `emb.ln` is the normalisation of the summed embeddings; of layer 0 `l0.q`,
`l0.k`, `l0.v` are the projections of its attention, `l0.ao` is its output, `l0.aln` the normalisation after it, `l0.fi`
and `l0.fo` are the two halves of the feed-forward part, `l0.oln` is the normalisation after that; each with `.w`, which
is (outputs, inputs) for a product, and `.b`. The model takes the summed embeddings and not token ids, so that the large
table of words stays where it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

__all__ = ["Graph", "Output", "Shape"]

Floats = NDArray[np.float32]

_ONNX, _MICROSOFT = 18, "com.microsoft"


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


class Graph:
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

        self._constants.append(numpy_helper.from_array(np.asarray(values, order="C"), name))
        return name

    def _node(
        self, operator: str, inputs: list[str], *names: str, domain: str = "", **attributes: Any
    ) -> str:
        from onnx import helper

        node = helper.make_node(operator, inputs, list(names), domain=domain, **attributes)
        self._nodes.append(node)
        return names[0]
