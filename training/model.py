"""The extractive reader as it is trained: the packaged encoder with three small heads.

A batch is packed: the tokens of its texts lie one behind the other, so that nothing is computed for padding, and
attention runs over one text at a time. Parameters have the names that they have in the packaged model.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from planqa.bert import Shape

__all__ = ["ReaderModel"]


class ReaderModel(nn.Module):
    """Layers of the encoder from `frozen` on are trained; the embeddings and the layers below are not."""

    def __init__(
        self,
        weights: Mapping[str, NDArray[np.float32]],
        shape: Shape,
        *,
        frozen: int,
        dropout: float = 0.1,
    ) -> None:
        """`weights` are those of `Blob.weights`."""
        super().__init__()
        self.shape, self.hidden = shape, len(weights["emb.ln.w"])
        self.frozen, self.dropout = frozen, dropout
        self.fixed: dict[str, Tensor] = {}
        self.trained = nn.ParameterDict()
        for name, values in weights.items():
            tensor = torch.tensor(values)
            if name.startswith("emb.") or int(name[1 : name.index(".")]) < frozen:
                self.fixed[name] = tensor
            else:
                self.trained[name.replace(".", "_")] = nn.Parameter(tensor)
        self.span = nn.Linear(self.hidden, 2)
        self.answerable = nn.Linear(self.hidden, 1)
        for head in (self.span, self.answerable):
            nn.init.normal_(head.weight, std=0.02)
            nn.init.zeros_(head.bias)

    def forward(self, embeddings: Tensor, lengths: Sequence[int]) -> tuple[Tensor, Tensor]:
        """Span logits of shape (tokens, 2) and answerable logits of shape (texts,).

        `embeddings` of shape (tokens, hidden) are those of all texts, one behind the other, `lengths` says how
        many tokens each has.
        """
        with torch.no_grad():
            states = self._norm("emb.ln", embeddings)
            for layer in range(self.frozen):
                states = self._layer(layer, states, lengths)
        for layer in range(self.frozen, self.shape.layers):
            states = self._layer(layer, states, lengths)
        firsts = torch.tensor([0, *np.cumsum(lengths)[:-1]])
        pooled: Tensor = self.answerable(states[firsts])[:, 0]
        return self.span(states), pooled

    def weights(self) -> dict[str, NDArray[np.float32]]:
        """The weights of the layers and the heads by their names."""
        found = {
            **self.fixed,
            **{name.replace("_", "."): value for name, value in self.trained.items()},
            "span.w": self.span.weight,
            "span.b": self.span.bias,
            "answerable.w": self.answerable.weight,
            "answerable.b": self.answerable.bias,
        }
        return {name: value.detach().numpy() for name, value in found.items()}

    def _of(self, name: str) -> Tensor:
        fixed = self.fixed.get(name)
        return self.trained[name.replace(".", "_")] if fixed is None else fixed

    def _linear(self, name: str, states: Tensor) -> Tensor:
        return functional.linear(states, self._of(f"{name}.w"), self._of(f"{name}.b"))

    def _norm(self, name: str, states: Tensor) -> Tensor:
        weight, bias = self._of(f"{name}.w"), self._of(f"{name}.b")
        return functional.layer_norm(states, (self.hidden,), weight, bias, self.shape.epsilon)

    def _layer(self, number: int, states: Tensor, lengths: Sequence[int]) -> Tensor:
        name = f"l{number}"
        dropout = self.dropout if self.training and number >= self.frozen else 0.0
        attended = self._attention(name, states, lengths)
        attended = functional.dropout(self._linear(f"{name}.ao", attended), dropout)
        states = self._norm(f"{name}.aln", states + attended)
        wide = functional.gelu(self._linear(f"{name}.fi", states))
        narrow = functional.dropout(self._linear(f"{name}.fo", wide), dropout)
        return self._norm(f"{name}.oln", states + narrow)

    def _attention(self, name: str, states: Tensor, lengths: Sequence[int]) -> Tensor:
        heads = (-1, self.shape.heads, self.hidden // self.shape.heads)
        q, k, v = (self._linear(f"{name}.{part}", states).view(heads) for part in "qkv")
        parts = zip(*(each.split(list(lengths)) for each in (q, k, v)), strict=True)
        attended = [
            functional.scaled_dot_product_attention(*(each.transpose(0, 1)[None] for each in part))[
                0
            ]
            for part in parts
        ]
        return torch.cat([each.transpose(0, 1).reshape(-1, self.hidden) for each in attended])
