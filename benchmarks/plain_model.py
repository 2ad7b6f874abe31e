"""Writes the packaged model as a plain float32 Sentence Transformers folder without prompts, for the peers.

    python benchmarks/plain_model.py FOLDER

`contest.py` starts it, in a process of its own so that none of its memory is anybody else's.
"""

from __future__ import annotations

import sys

from sentence_transformers import SentenceTransformer
from sentence_transformers.models import Normalize

from planqa.e5 import sentence_transformer_folder


def main() -> None:
    model = SentenceTransformer(
        str(sentence_transformer_folder()), model_kwargs={"dtype": "float32"}
    )
    if not any(isinstance(module, Normalize) for module in model):
        model.append(Normalize())  # as the published model has it; planqa normalises by itself
    model.prompts = {"query": "", "document": ""}
    model.save_pretrained(sys.argv[1], create_model_card=False)


if __name__ == "__main__":
    main()
