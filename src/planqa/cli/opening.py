"""An index to ask: the one that is there, or one built on the spot, which is said on stderr."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from planqa.cli.terminal import notice, progress
from planqa.errors import IndexMissing, IndexStale
from planqa.index import Index, LiveIndex

__all__ = ["corpus_folder", "opened"]

Opened = TypeVar("Opened", Index, LiveIndex)


def opened(opener: Callable[[Path], Opened], path: Path, model: str | None) -> Opened:
    """What `opener` makes of the index in `path`, which is built first where there is none.

    `model` is what it is built with. Raises IndexStale where another model has built it, and what
    `open_index` and `update_index` raise.
    """
    try:
        found = opener(path)
    except IndexMissing:
        _build(path, model)
        return opener(path)
    index = found.get() if isinstance(found, LiveIndex) else found
    if model not in (None, index.settings.model, index.settings.model_id):
        raise IndexStale(
            f"the index in {path} was built with the model {index.settings.model}, not with {model}: "
            f"run `planqa index --rebuild --model {model}`, or leave --model out"
        )
    return found


def corpus_folder() -> Path:
    """The folder of the reports where no argument names one."""
    return Path(os.environ.get("PLANQA_CORPUS") or "corpus")


def _build(path: Path, model: str | None) -> None:
    from planqa.build import update_index

    corpus = corpus_folder()
    notice(f"There is no index in {path}{os.sep} yet: building it from {corpus}{os.sep} …")
    with progress() as advance:
        changes = update_index(corpus, path, model=model, on_progress=advance)
    for error in changes.failed:
        notice(f"left out: {error}")
    notice(f"Reports indexed: {len(changes.added)}.")
