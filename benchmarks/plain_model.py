"""Writes the packaged model as a plain float32 Sentence Transformers folder without prompts, for the peers.

    python benchmarks/plain_model.py FOLDER

`contest.py` starts it, in a process of its own so that none of its memory is anybody else's.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Mapping
from typing import Any

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.models import Normalize, Pooling, Transformer
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

from planqa.blob import Blob, open_blob

EMBEDDINGS = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
}
PARTS = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
"""The name of each part of a layer in the packaged model, and in a BERT of the transformers library."""
ENDINGS = {"w": "weight", "b": "bias"}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        write_bert(open_blob(), folder)
        layers = Transformer(folder)
    pooling = Pooling(layers.get_embedding_dimension(), pooling_mode="mean")
    model = SentenceTransformer(modules=[layers, pooling, Normalize()], device="cpu")
    model.prompts = {"query": "", "document": ""}
    model.save_pretrained(sys.argv[1], create_model_card=False)


def write_bert(blob: Blob, folder: str) -> None:
    """The model and its tokenizer as the transformers library writes them."""
    tensors = {long: blob.table(short) for short, long in EMBEDDINGS.items()}
    tensors |= {long_name(name): values for name, values in blob.weights().items()}
    bert = empty_bert(blob, len(tensors[EMBEDDINGS["emb.word"]]))
    state = {name: torch.zeros(tensor.shape) for name, tensor in bert.state_dict().items()}
    # What the packaged model does not have is BERT's own pooler, whose output nothing reads.
    unknown = [name for name in tensors if name not in state]
    assert not unknown, unknown  # noqa: S101
    bert.load_state_dict(state | as_torch(tensors), assign=True)
    bert.save_pretrained(folder)
    tokenizer(blob).save_pretrained(folder)


def long_name(name: str) -> str:
    """l3.q.w -> encoder.layer.3.attention.self.query.weight"""
    start, part, ending = name.split(".")
    if start == "emb":
        return f"embeddings.LayerNorm.{ENDINGS[ending]}"
    return f"encoder.layer.{start[1:]}.{PARTS[part]}.{ENDINGS[ending]}"


def as_torch(tensors: Mapping[str, Any]) -> dict[str, torch.Tensor]:
    return {name: torch.tensor(values) for name, values in tensors.items()}


def empty_bert(blob: Blob, words: int) -> BertModel:
    """A BERT of the packaged model's shape, without weights."""
    config = BertConfig(
        vocab_size=words,
        hidden_size=blob.hidden,
        num_hidden_layers=blob.shape.layers,
        num_attention_heads=blob.shape.heads,
        intermediate_size=4 * blob.hidden,
        max_position_embeddings=blob.positions,
        layer_norm_eps=blob.shape.epsilon,
        pad_token_id=blob.pad,
    )
    with torch.device("meta"):  # no time spent on random weights that are replaced at once
        return BertModel(config)


def tokenizer(blob: Blob) -> PreTrainedTokenizerFast:
    """XLM-R's: Nmt and NFKC, runs of spaces as one, Metaspace, Unigram, <s> … </s>."""
    pieces = [(piece.decode(), score) for piece, score in blob.pieces()]
    begin, end, pad, unknown = (
        pieces[number][0] for number in (blob.bos, blob.eos, blob.pad, blob.unknown)
    )
    made = Tokenizer(models.Unigram(pieces, unk_id=blob.unknown))
    made.normalizer = normalizers.Sequence(
        [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    made.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    made.post_processor = processors.TemplateProcessing(
        single=f"{begin} $A {end}",
        pair=f"{begin} $A {end} {end} $B {end}",
        special_tokens=[(begin, blob.bos), (end, blob.eos)],
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=made,
        model_max_length=blob.positions,
        bos_token=begin,
        eos_token=end,
        sep_token=end,
        cls_token=begin,
        unk_token=unknown,
        pad_token=pad,
        model_input_names=["input_ids", "attention_mask"],
    )


if __name__ == "__main__":
    main()
