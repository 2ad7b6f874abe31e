"""The reports -> the index in the folder, and where one is named the same in Milvus."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from planqa.build import update_index

if TYPE_CHECKING:
    from planqa.changes import Changes
    from planqa.milvus import Sent

__all__ = ["send", "update"]

Progress = Callable[[int, int, str], None]


def update(
    corpus: Path,
    index: Path,
    store: str | None,
    *,
    rebuild: bool = False,
    on_progress: Progress | None = None,
) -> Changes:
    """Brings the index up to date, and then the Milvus `store` where one is named; what has changed.

    Raises what `update_index` and `publish` raise.
    """
    changes = update_index(corpus, index, rebuild=rebuild, on_progress=on_progress)
    if store:
        send(index, store, on_progress)
    return changes


def send(index: Path, store: str, on_progress: Progress | None = None) -> Sent:
    """Lets the Milvus `store` answer as the index does. Raises what `publish` raises."""
    from planqa.milvus import Address, publish

    return publish(index, Address.parse(store), on_progress=on_progress)
