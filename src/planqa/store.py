"""Generations of the index on disk: written whole, checked by hash, made current in one step.

    index/
      CURRENT              one line: the generation that answers
      writer.lock          held while a process writes
      gen-0007/            a generation; its manifest.json is written last
      pending-*.vectors    vectors of a build that is not finished yet

A writer never touches the generation that answers. It fills a new folder, syncs every file of it to
the disk, and then replaces CURRENT: whatever interrupts it, CURRENT names a whole generation.
Readers take no lock and need no right to write.
"""

from __future__ import annotations

import contextlib
import errno
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from filelock import BaseFileLock, FileLock, Timeout

from planqa.durable import replace_file, sha256_of, sync_file, sync_folder, write_file
from planqa.errors import IndexBusy, IndexCorrupt, IndexMissing, IndexStale, IndexUnusable
from planqa.manifest import FileRecord, IndexNewer, Manifest

__all__ = ["MANIFEST", "Store"]

T = TypeVar("T")

MANIFEST = "manifest.json"
_LOCK = "writer.lock"
_GENERATION = re.compile(r"gen-(\d{4,})")
_QUICK_CHECK = 200 * 2**20
"""Bytes that are hashed when an index is opened, a tenth of a second's work; the smallest files
first.
"""
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_DENIED = {errno.EACCES, errno.EPERM, errno.EROFS}


class Store:
    """The generations in an index folder."""

    def __init__(self, folder: Path | str) -> None:
        self.folder = Path(folder)
        self._current = self.folder / "CURRENT"

    def current(self) -> str:
        """The name of the generation that answers. Raises IndexMissing, IndexCorrupt."""
        try:
            line = self._current.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            raise IndexMissing(
                f"there is no index in {self.folder}: run `planqa index` to build it"
            ) from None
        except OSError as error:
            raise IndexUnusable(
                f"the index in {self.folder} cannot be read ({error.strerror}): run `planqa doctor`"
            ) from error
        name = line.decode("ascii", "replace").strip()
        if not _GENERATION.fullmatch(name):
            raise self._corrupt("CURRENT names no generation")
        return name

    def stamp(self) -> tuple[int, int, int] | None:
        """Changes when another generation is made current; None while there is none. One system
        call.
        """
        try:
            stat = self._current.stat()
        except OSError:
            return None
        return stat.st_ino, stat.st_mtime_ns, stat.st_size

    def read_current(self, reader: Callable[[Path, Manifest], T]) -> T:
        """What `reader` makes of the folder and the manifest of the generation that answers.

        A writer may remove that generation meanwhile; then the next one is read. Raises
        IndexMissing, IndexStale, IndexCorrupt.
        """
        while True:
            name = self.current()
            try:
                return self.read(name, reader)
            except IndexUnusable:
                if self.current() == name:
                    raise

    def read(
        self, name: str, reader: Callable[[Path, Manifest], T], *, thorough: bool = False
    ) -> T:
        """What `reader` makes of a generation whose files are as its manifest says.

        Every size is compared, and the hashes of the smaller files; with `thorough` those of all
        files. Raises IndexStale, and IndexCorrupt, also for an OSError or ValueError of the reader.
        """
        folder = self.folder / name
        try:
            manifest = Manifest.read(folder / MANIFEST)
            for file, problem in self._problems(name, manifest.files, thorough):
                raise IndexCorrupt(f"{file} {problem}")
            return reader(folder, manifest)
        except IndexStale as error:
            command = "planqa index --rebuild" if isinstance(error, IndexNewer) else "planqa index"
            what = f"the index in {self.folder} cannot be used: {error}; run `{command}`"
            raise type(error)(what) from error
        except (IndexCorrupt, OSError, ValueError) as error:
            raise self._corrupt(f"{name}: {error}") from error

    def problems(self, name: str) -> dict[str, str]:
        """What is wrong with the files of a generation, by file: "is missing", for example."""
        try:
            manifest = Manifest.read(self.folder / name / MANIFEST)
        except (IndexStale, IndexCorrupt, OSError) as error:
            return {MANIFEST: str(error).removeprefix(f"{MANIFEST} ")}
        return dict(self._problems(name, manifest.files, thorough=True))

    def holds(self, name: str, files: Mapping[str, FileRecord]) -> bool:
        """Whether these files of a generation are as recorded, whatever became of the others."""
        return not any(self._problems(name, files, thorough=True))

    def generations(self) -> list[str]:
        """The names of the generation folders, whole or not, oldest first."""
        if not self.folder.is_dir():
            return []
        names = (entry.name for entry in self.folder.iterdir() if _GENERATION.fullmatch(entry.name))
        return sorted(names, key=_number)

    def read_newest(self, reader: Callable[[Path, Manifest], T]) -> T | None:
        """What `reader` makes of the newest whole generation, current or not; None without one."""
        for name in reversed(self.generations()):
            with contextlib.suppress(IndexUnusable):
                return self.read(name, reader, thorough=True)
        return None

    def is_busy(self) -> bool:
        """Whether another process is writing just now."""
        if not (self.folder / _LOCK).exists():
            return False
        lock = self._lock()
        try:
            lock.acquire()
        except Timeout:
            return True
        except OSError:  # we may not write, and so cannot tell
            return False
        lock.release()
        return False

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """Holds the right to write. Raises IndexBusy at once when another process or thread has it.

        An operating-system error of the body that concerns the index comes out as IndexUnusable;
        what answered before still answers.
        """
        with self._explained():
            if not self.folder.is_dir():
                self.folder.mkdir(parents=True)
                sync_folder(self.folder.parent)
            lock = self._lock()
            try:
                lock.acquire()
            except Timeout:
                raise IndexBusy(
                    f"another planqa is writing the index in {self.folder}: "
                    "wait until it is done, then run `planqa index` again"
                ) from None
            try:
                yield
            finally:
                lock.release()

    def new_generation(self) -> Path:
        """An empty folder for the next generation. To be called while writing."""
        self.clean()
        number = max(map(_number, self.generations()), default=0) + 1
        folder = self.folder / f"gen-{number:04d}"
        folder.mkdir()
        return folder

    def publish(self, folder: Path, manifest: Manifest) -> str:
        """Seals the generation in `folder` and makes it the one that answers; its name."""
        paths = sorted(folder.rglob("*"))
        files = {path.relative_to(folder).as_posix(): path for path in paths if path.is_file()}
        for path in files.values():
            sync_file(path)
        records = {
            file: FileRecord(path.stat().st_size, sha256_of(path)) for file, path in files.items()
        }
        write_file(folder / MANIFEST, replace(manifest, files=records).to_bytes())
        for path in (*filter(Path.is_dir, paths), folder, self.folder):
            sync_folder(path)
        self.make_current(folder.name)
        return folder.name

    def make_current(self, name: str) -> None:
        """Lets the generation `name` answer from now on."""
        temporary = self.folder / "CURRENT.tmp"
        write_file(temporary, name.encode("ascii") + b"\n")
        replace_file(temporary, self._current)
        sync_folder(self.folder)

    def leftovers(self) -> list[Path]:
        """What an interrupted writer left, and generations that no reader opens any more.

        The current generation and the one before it stay: a reader may just be opening that.
        """
        found = [self.folder / "CURRENT.tmp"] if (self.folder / "CURRENT.tmp").exists() else []
        try:
            current = self.current()
        except IndexUnusable:
            # Nothing says which one is good: only those that were never finished can go.
            names = [
                name for name in self.generations() if not (self.folder / name / MANIFEST).exists()
            ]
        else:
            before = [name for name in self.generations() if _number(name) < _number(current)]
            names = [name for name in self.generations() if name not in (current, *before[-1:])]
        return found + [self.folder / name for name in names]

    def clean(self) -> None:
        """Removes the leftovers, as far as the system lets it: on Windows not what a reader has
        open.
        """
        for path in self.leftovers():
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                with contextlib.suppress(OSError):
                    path.unlink()

    def _lock(self) -> BaseFileLock:
        # The system drops it when its process dies, however it dies: there is no stale lock.
        return FileLock(self.folder / _LOCK, timeout=0)

    def _problems(
        self, name: str, files: Mapping[str, FileRecord], thorough: bool
    ) -> Iterator[tuple[str, str]]:
        unread = _QUICK_CHECK
        for file, record in sorted(files.items(), key=lambda item: item[1].size):
            path = self.folder / name / file
            if not path.is_file():
                yield file, "is missing"
            elif (size := path.stat().st_size) != record.size:
                yield file, "is truncated" if size < record.size else "is too long"
            elif (thorough or record.size <= unread) and sha256_of(path) != record.sha256:
                yield file, "was altered"
            unread -= record.size

    def _corrupt(self, what: str) -> IndexCorrupt:
        return IndexCorrupt(
            f"the index in {self.folder} is damaged ({what}): run `planqa index` to mend it from "
            "the reports, or `planqa doctor --repair`"
        )

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if not self._concerns(error.filename):
                raise
            raise IndexUnusable(self._explanation(error)) from error

    def _concerns(self, filename: str | Path | None) -> bool:
        """Whether an error that names this file (None: a write, which names none) is about the
        index.
        """
        if filename is None:
            return True
        path = Path(filename)
        return self.folder in (path, *path.parents) or path in self.folder.parents

    def _explanation(self, error: OSError) -> str:
        if error.errno in _FULL:
            return (
                f"the disk is full; the index in {self.folder} is unharmed: make room, then run "
                "`planqa index` again"
            )
        if error.errno in _DENIED:
            return (
                f"the index folder {self.folder} may not be written: allow it, or name another "
                "with --index, then run `planqa index` again"
            )
        return (
            f"the index in {self.folder} could not be written ({error}) but is unharmed: run "
            "`planqa doctor`"
        )


def _number(name: str) -> int:
    return int(name.removeprefix("gen-"))
