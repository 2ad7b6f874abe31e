"""What is wrong with an index, its model or its corpus, and which command mends it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from planqa.build import code_digest
from planqa.encode import Encoder
from planqa.errors import CorpusError, IndexStale, IndexUnusable, ModelError
from planqa.gather import find_sources
from planqa.generation import Generation
from planqa.index import Index, open_index
from planqa.manifest import IndexNewer, Manifest
from planqa.passage import embedded_texts
from planqa.pending import pending_files
from planqa.reader import PackagedReader
from planqa.store import MANIFEST, Store

__all__ = ["Finding", "examine", "repair"]

_INDEX, _REBUILD, _REPAIR = "planqa index", "planqa index --rebuild", "planqa doctor --repair"
_LEVELS = ("error", "warning", "ok")
_SAME_VECTOR = 0.98
"""Cosine of a stored vector with one made now; two engines of one model differ by .01 at most."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    level: Literal["ok", "warning", "error"]
    """Error: questions get no answer, or a wrong one; warning: they get one, but look at this."""
    what: str
    """One line."""
    next_command: str | None = None
    """What mends it."""


def examine(
    index: Path | str, corpus: Path | str, *, encoder: Encoder | None = None
) -> list[Finding]:
    """All there is to say about the index, the worst first; nothing is changed.

    `encoder` stands in for the model that the index names.
    """
    store = Store(index)
    findings = [*_files(store), *_folder(store), *_reader()]
    if not any(finding.level == "error" for finding in findings):
        opened = open_index(index, encoder=encoder)
        manifest = Manifest.read(store.folder / opened.generation / MANIFEST)
        findings += [*_model(opened), *_corpus(manifest, Path(corpus))]
    return sorted(findings, key=lambda finding: _LEVELS.index(finding.level))


def repair(index: Path | str) -> list[Finding]:
    """Mends what can be mended without the reports, and says what it did and what is left to do.

    A damaged generation gives way to the newest whole one, and what interrupted writers left is
    removed. Raises IndexBusy, IndexUnusable.
    """
    store = Store(index)
    with store.writing():
        deeds = list(_restore(store))
        for path in store.leftovers():
            deeds.append(Finding("ok", f"{path.name} was left by an interrupted writer: removed"))
        store.clean()
    return deeds


def _restore(store: Store) -> Iterator[Finding]:
    """Lets a whole generation answer, unless the current one is whole or of another version."""
    try:
        store.read(store.current(), Generation.read, thorough=True)
    except IndexStale as error:
        yield Finding("error", str(error), _REBUILD if isinstance(error, IndexNewer) else _INDEX)
    except IndexUnusable as error:
        if whole := store.read_newest(Generation.read):
            store.make_current(whole.name)
            what = f"{whole.name} answers again; it may be older than the reports"
            yield Finding("warning", what, _INDEX)
        else:
            yield Finding("error", f"{error}; no whole generation is left to go back to", _INDEX)


def _files(store: Store) -> Iterator[Finding]:
    """CURRENT, and every file of the generation that it names."""
    try:
        name = store.current()
    except IndexUnusable as error:
        whole = store.read_newest(Generation.read)
        yield Finding("error", str(error), _REPAIR if whole else _INDEX)
        return
    try:
        store.read(name, Generation.read, thorough=True)
    except IndexStale as error:
        yield Finding("error", str(error), _REBUILD if isinstance(error, IndexNewer) else _INDEX)
    except IndexUnusable as error:
        problems = store.problems(name)
        for file, problem in problems.items():
            yield Finding("error", f"{name}/{file} {problem}", _INDEX)
        if not problems:
            yield Finding("error", str(error), _INDEX)
    else:
        yield Finding("ok", f"{name} is whole: every file is as it was written")


def _folder(store: Store) -> Iterator[Finding]:
    """What lies about in the index folder, and whether there is room to write."""
    if not store.folder.is_dir():
        return
    if store.is_busy():
        yield Finding("ok", "another planqa is writing the index just now")
        return
    for path in store.leftovers():
        yield Finding("warning", f"{path.name} was left by an interrupted writer", _REPAIR)
    for path in pending_files(store.folder):
        yield Finding("warning", f"{path.name} holds vectors of an interrupted build", _INDEX)
    if not os.access(store.folder, os.W_OK):
        yield Finding("warning", f"{store.folder} may not be written: it cannot be updated")
    used = sum(path.stat().st_size for path in store.folder.rglob("*") if path.is_file())
    free = shutil.disk_usage(store.folder).free
    if free < used:
        yield Finding(
            "warning", f"{free >> 20} MiB are free; an update may need {used >> 20}: make room"
        )


def _model(index: Index) -> Iterator[Finding]:
    """Whether the model loads, and makes the vectors that are stored."""
    text = embedded_texts(index.passages[0])[0]
    try:
        vector = index.encoder.encode_passages([text])[0]
    except (ModelError, IndexStale) as error:
        yield Finding("error", str(error), _REBUILD if isinstance(error, IndexStale) else None)
        return
    cosine = float(np.dot(vector, index.rows[0]))
    if cosine < _SAME_VECTOR:
        yield Finding(
            "error",
            f"{index.settings.model} no longer makes the stored vectors (cosine {cosine:.3f})",
            _REBUILD,
        )
    else:
        yield Finding("ok", f"{index.settings.model} makes the vectors that are stored")


def _reader() -> Iterator[Finding]:
    """Whether the packaged reader can be loaded."""
    try:
        PackagedReader().load()
    except ModelError as error:
        yield Finding("warning", f"answers come without the reader: {error}")
    else:
        yield Finding("ok", "the packaged reader can be loaded")


def _corpus(manifest: Manifest, corpus: Path) -> Iterator[Finding]:
    """Whether the reports are those that were indexed."""
    for failed in manifest.failed:
        yield Finding("warning", f"{failed.file} cannot be read: {failed.reason}")
    try:
        sources = find_sources(corpus, manifest)
    except CorpusError as error:
        yield Finding("warning", str(error))
        return
    ignored = {failed.file for failed in manifest.failed}
    sources = [source for source in sources if source.same_as is None]
    new = [s for s in sources if s.position is None and s.file not in ignored]
    gone = {entry.file for entry in manifest.reports} - {source.file for source in sources}
    if new or gone:
        what = f"{len(new)} reports are new or changed, {len(gone)} are gone since it was built"
        yield Finding("warning", what, _INDEX)
    elif manifest.code != code_digest():
        yield Finding("warning", f"it was written by another planqa ({manifest.planqa})", _INDEX)
    else:
        yield Finding("ok", f"{len(manifest.reports)} reports are indexed as they are")
