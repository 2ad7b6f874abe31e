"""Corpus -> a new generation of the index, doing only the work that the last one has not done.

A report whose bytes did not change is copied from the last generation, and a text whose sha256 the
same model has embedded before is not embedded again. Passages and vectors come out as a clean build
writes them, byte for byte with an encoder that gives a text the same vector in any company.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from planqa import __version__
from planqa.changes import Changes, compare
from planqa.embed import KnownVectors, embed, new_rows, write_vectors
from planqa.encode import DEFAULT_MODEL, Encoder, load_encoder
from planqa.errors import CorpusError, IndexCorrupt, IndexMissing, IndexStale, IndexUnusable
from planqa.gather import Gathered, Source, find_sources, gather
from planqa.generation import (
    CELLS_FILE,
    LEXICAL_FOLDER,
    VECTOR_FILES,
    Generation,
    read_vectors,
)
from planqa.index import Index, check_encoder, open_index
from planqa.lexical import LexicalIndex
from planqa.manifest import Counts, IndexNewer, IndexSettings, Manifest, read_any_version
from planqa.passage import lexical_text
from planqa.pending import PendingVectors, remove_pending
from planqa.store import MANIFEST, Store
from planqa.vectors import write_cells

__all__ = ["Changes", "Progress", "build_index", "code_digest", "seal", "update_index"]

Progress = Callable[[int, int, str], None]
"""Called with how much is done, of how much, and the stage: read (files), embed (texts), write
(steps).
"""
_STEPS = 4
"""Vectors, their cells, words, and what makes them answer."""


def build_index(
    corpus: Path | str,
    path: Path | str,
    *,
    model: str | None = None,
    rebuild: bool = False,
    encoder: Encoder | None = None,
    on_progress: Progress | None = None,
) -> Index:
    """The index in the folder `path`, brought up to date with the reports in `corpus`.

    Raises what `update_index` and `open_index` raise.
    """
    update_index(
        corpus, path, model=model, rebuild=rebuild, encoder=encoder, on_progress=on_progress
    )
    return open_index(path, encoder=encoder)


def update_index(
    corpus: Path | str,
    path: Path | str,
    *,
    model: str | None = None,
    rebuild: bool = False,
    encoder: Encoder | None = None,
    on_progress: Progress | None = None,
) -> Changes:
    """Brings the index in the folder `path` up to date with the reports in `corpus`; what has
    changed.

    The model is the one named, else the one that the index was built with, else the default. With
    `rebuild` everything is made anew, also by another model. A damaged index is mended. Nothing is
    written when nothing has changed. Whatever goes wrong, the old index answers as before.

    Raises CorpusError when no report can be read, ModelError, IndexStale when the index was built
    with another model or by a newer version, IndexBusy while another process writes, and
    IndexUnusable when the folder cannot be written.
    """
    corpus, store = Path(corpus), Store(path)
    wanted = encoder.model_id if encoder else model
    with store.writing():
        base = None if rebuild else _last_generation(store)
        model = wanted or _last_model(store) or DEFAULT_MODEL
        if base:
            _check_model(base.manifest.settings, model, encoder)
        known = base.manifest if base and base.manifest.code == code_digest() else None
        sources = find_sources(corpus, known)
        load = cache(lambda: encoder or load_encoder(model, "passages"))
        build = _Build(corpus, store, model, base, not rebuild, load, on_progress or _silent)
        try:
            return build.run(sources)
        finally:
            store.clean()


@dataclass(frozen=True, slots=True)
class _Build:
    """One run of `update_index`, once it is known what there is to build on."""

    corpus: Path
    store: Store
    model: str
    base: Generation | None
    reuse: bool
    """Whether vectors of earlier generations are taken."""
    load: Callable[[], Encoder]
    on_progress: Progress

    def run(self, sources: list[Source]) -> Changes:
        """Writes a generation unless the current one is up to date."""
        if self.base and self._is_up_to_date(self.base, sources):
            return compare(
                self.base.manifest.reports,
                self.base.manifest.reports,
                {},
                self.base.name,
                _doubles(sources),
            )
        folder = self.store.new_generation()
        gathered = gather(sources, self.corpus, self.base, folder, self.on_progress)
        if gathered is None:
            raise CorpusError(_nothing_read(self.corpus, len(sources)))
        if self.base and self._is_same(self.base, gathered):
            name = self.base.name
        else:
            name = self._publish(folder, gathered)
        before = self.base.manifest.reports if self.base else ()
        return compare(before, gathered.entries, gathered.failed, name, _doubles(sources))

    def _is_up_to_date(self, base: Generation, sources: list[Source]) -> bool:
        positions = [source.position for source in sources if source.same_as is None]
        held = list(range(len(base.manifest.reports)))
        return positions == held and not base.manifest.failed and self._is_current(base)

    def _is_same(self, base: Generation, gathered: Gathered) -> bool:
        """Whether only files that failed before were read, and failed again."""
        return (
            gathered.entries == base.manifest.reports
            and gathered.failed_files == base.manifest.failed
            and base.manifest.code == code_digest()
            and self._is_current(base)
        )

    def _is_current(self, base: Generation) -> bool:
        try:
            return self.store.current() == base.name
        except IndexUnusable:
            return False

    def _publish(self, folder: Path, gathered: Gathered) -> str:
        settings = self._write_vectors(gathered, folder / "vectors.npy")
        name = seal(self.store, folder, gathered, settings, self.on_progress)
        remove_pending(self.store.folder)
        return name

    def _write_vectors(self, gathered: Gathered, path: Path) -> IndexSettings:
        settings = self.base.manifest.settings if self.base else self._settings()
        known = list(self._known_vectors(settings))
        rows = new_rows(gathered.keys, known)
        if len(rows):
            encoder = self.load()
            check_encoder(encoder, settings)
            pending = PendingVectors(self.store.folder, settings.model_id, settings.dimensions)
            embed(gathered, rows, encoder, pending, self.on_progress)
            known.append(KnownVectors(*pending.read()))
        self.on_progress(0, _STEPS, "write")
        write_vectors(path, gathered.keys, known, settings.dimensions)
        return settings

    def _settings(self) -> IndexSettings:
        encoder = self.load()
        return IndexSettings(self.model, encoder.model_id, encoder.dimensions)

    def _known_vectors(self, settings: IndexSettings) -> Iterator[KnownVectors]:
        """The vectors of the last generation, or all that can be saved from damaged ones."""
        if self.base and self._is_current(self.base):
            yield KnownVectors(self.base.keys, self.base.rows)
            return
        for name in reversed(self.store.generations()) if self.reuse else ():
            folder = self.store.folder / name
            with contextlib.suppress(IndexCorrupt, OSError):
                found, files = read_any_version(folder / MANIFEST)
                records = {file: files[file] for file in VECTOR_FILES if file in files}
                if found == settings and len(records) == 2 and self.store.holds(name, records):
                    yield KnownVectors(*read_vectors(folder))


def seal(
    store: Store,
    folder: Path,
    gathered: Gathered,
    settings: IndexSettings,
    on_progress: Progress,
) -> str:
    """Makes a generation of the texts and the vectors in `folder`, and lets it answer; its name."""
    on_progress(1, _STEPS, "write")
    write_cells(folder / CELLS_FILE, read_vectors(folder)[1])
    on_progress(2, _STEPS, "write")
    lexical = LexicalIndex.build(map(lexical_text, gathered.passages))
    lexical.save(folder / LEXICAL_FOLDER)
    on_progress(3, _STEPS, "write")
    manifest = Manifest(
        planqa=__version__,
        code=code_digest(),
        settings=settings,
        counts=Counts(
            reports=len(gathered.entries),
            passages=len(gathered.passages),
            vector_rows=len(gathered.keys),
            lexical_documents=len(lexical),
        ),
        reports=gathered.entries,
        failed=gathered.failed_files,
    )
    name = store.publish(folder, manifest)
    on_progress(_STEPS, _STEPS, "write")
    return name


def _doubles(sources: Sequence[Source]) -> list[tuple[str, str]]:
    """Files with the bytes of another, each with that other."""
    return [(source.file, source.same_as) for source in sources if source.same_as is not None]


def _last_generation(store: Store) -> Generation | None:
    """The generation to build on: the current one, else the newest that is whole.

    Raises IndexNewer when the current one was written by a newer version.
    """
    try:
        return store.read(store.current(), Generation.read, thorough=True)
    except IndexNewer:
        raise
    except (IndexMissing, IndexStale, IndexCorrupt):
        return store.read_newest(Generation.read)


def _last_model(store: Store) -> str | None:
    """The model of the newest generation, damaged or not, of any version."""
    for name in reversed(store.generations()):
        with contextlib.suppress(IndexCorrupt, OSError):
            return read_any_version(store.folder / name / MANIFEST)[0].model
    return None


def _check_model(settings: IndexSettings, model: str, encoder: Encoder | None) -> None:
    if encoder:
        check_encoder(encoder, settings)
    elif model not in (settings.model, settings.model_id):
        raise IndexStale(
            f"the index was built with the model {settings.model}, not with {model}: "
            f"run `planqa index --model {model} --rebuild`"
        )


def _nothing_read(corpus: Path, files: int) -> str:
    if files:
        return (
            f"not one of the {files} files in {corpus} can be read as a report; the index is as it "
            "was: run `planqa outline FILE` on one of them to see why"
        )
    return f"{corpus} holds no report: put report files there, then run `planqa index`"


def _silent(done: int, total: int, stage: str) -> None:
    """No progress is shown."""


@cache
def code_digest() -> str:
    """sha256 of planqa's code and tables: what others read and cut has to be read and cut again."""
    digest = hashlib.sha256(__version__.encode())
    package = Path(__file__).parent
    for path in sorted(package.rglob("*")):
        if path.suffix in (".py", ".tsv"):
            digest.update(path.relative_to(package).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()
