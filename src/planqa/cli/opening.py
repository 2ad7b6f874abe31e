"""An index to ask: the one that is there, or one built on the spot, which is said on stderr."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from planqa.cli.terminal import notice, progress
from planqa.errors import IndexMissing, IndexStale

if TYPE_CHECKING:
    from planqa.opening import Live, Opened

__all__ = ["corpus_folder", "judges", "opened"]

AnyIndex = TypeVar("AnyIndex", "Opened", "Live")


def opened(
    opener: Callable[[Path | str], AnyIndex], path: Path, store: str | None, model: str | None
) -> AnyIndex:
    """What `opener` makes of the index in the Milvus `store`, or without one in the folder `path`.

    A folder without an index gets one, built with `model`; a Milvus, which others ask too, does not. Raises
    IndexStale where another model has built it, and what `open_index` and `update_index` raise.
    """
    if store:
        return _checked(opener(store), "Milvus", model)  # its address may hold a password
    try:
        return _checked(opener(path), path, model)
    except IndexMissing:
        _build(path, model)
        return opener(path)


def judges(reader: str, reranker: str | None, strictness: float | None) -> dict[str, Any]:
    """What `planqa.ask` takes for these options. Raises ModelError."""
    from planqa.confidence import STRICTNESS
    from planqa.reader import load_reader
    from planqa.rerank import load_reranker

    return {
        "reader": load_reader(reader),
        "reranker": load_reranker(reranker),
        "strictness": STRICTNESS if strictness is None else strictness,
    }


def corpus_folder() -> Path:
    """The folder of the reports where no argument names one."""
    return Path(os.environ.get("PLANQA_CORPUS") or "corpus")


def _checked(found: AnyIndex, where: Path | str, model: str | None) -> AnyIndex:
    settings = found.settings
    if model not in (None, settings.model, settings.model_id):
        raise IndexStale(
            f"the index in {where} was built with the model {settings.model}, not with {model}: "
            f"run `planqa index --rebuild --model {model}`, or leave --model out"
        )
    return found


def _build(path: Path, model: str | None) -> None:
    from planqa.build import update_index

    corpus = corpus_folder()
    notice(f"There is no index in {path}{os.sep} yet: building it from {corpus}{os.sep} …")
    with progress() as advance:
        changes = update_index(corpus, path, model=model, on_progress=advance)
    for error in changes.failed:
        notice(f"left out: {error}")
    notice(f"Reports indexed: {len(changes.added)}.")
