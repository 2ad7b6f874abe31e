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
import hashlib
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from filelock import FileLock, Timeout

from planqa.errors import IndexBusy, IndexCorrupt, IndexMissing, IndexStale, IndexUnusable
from planqa.manifest import FileRecord, Manifest

__all__ = ["MANIFEST", "Store"]

T = TypeVar("T")

MANIFEST = "manifest.json"
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
                manifest = self.check(name)
                try:
                    return reader(self.folder / name, manifest)
                except (OSError, ValueError, IndexCorrupt) as error:
                    raise self._corrupt(f"{name}: {error}") from error
            except IndexUnusable:
                if self.current() == name:
                    raise

    def check(self, name: str, *, thorough: bool = False) -> Manifest:
        """The manifest of a generation whose files are as it says.

        Every size is compared, and the hashes of the smaller files; with `thorough` those of all
        files. Raises IndexStale, IndexCorrupt.
        """
        try:
            manifest = Manifest.read(self.folder / name / MANIFEST)
            for problem in self._problems(name, manifest, thorough):
                raise IndexCorrupt(problem)
        except IndexStale as error:
            raise IndexStale(
                f"the index in {self.folder} cannot be used: {error}; run `planqa index --rebuild`"
            ) from error
        except (IndexCorrupt, OSError) as error:
            raise self._corrupt(f"{name}: {error}") from error
        return manifest

    def problems(self, name: str) -> list[str]:
        """What is missing from a generation or not as its manifest says, one line a file."""
        try:
            manifest = Manifest.read(self.folder / name / MANIFEST)
        except (IndexStale, IndexCorrupt, OSError) as error:
            return [str(error)]
        return list(self._problems(name, manifest, thorough=True))

    def generations(self) -> list[str]:
        """The names of the generation folders, whole or not, oldest first."""
        if not self.folder.is_dir():
            return []
        names = (entry.name for entry in self.folder.iterdir() if _GENERATION.fullmatch(entry.name))
        return sorted(names, key=_number)

    def newest_whole(self) -> str | None:
        """The newest generation that passes a thorough check, current or not."""
        for name in reversed(self.generations()):
            with contextlib.suppress(IndexUnusable):
                self.check(name, thorough=True)
                return name
        return None

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """Holds the right to write. Raises IndexBusy at once when another process or thread has it.

        An operating-system error of the body that concerns the index comes out as IndexUnusable;
        what answered before still answers.
        """
        with self._explained():
            if not self.folder.is_dir():
                self.folder.mkdir(parents=True)
                _sync_folder(self.folder.parent)
            lock = FileLock(self.folder / "writer.lock", timeout=0)
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
        files = {
            path.relative_to(folder).as_posix(): _seal(path)
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }
        _write_synced(folder / MANIFEST, replace(manifest, files=files).to_bytes())
        for each in folder.rglob("*"):
            if each.is_dir():
                _sync_folder(each)
        _sync_folder(folder)
        _sync_folder(self.folder)
        self.make_current(folder.name)
        return folder.name

    def make_current(self, name: str) -> None:
        """Lets the generation `name` answer from now on."""
        temporary = self.folder / "CURRENT.tmp"
        _write_synced(temporary, name.encode("ascii") + b"\n")
        _replace(temporary, self._current)
        _sync_folder(self.folder)

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

    def _problems(self, name: str, manifest: Manifest, thorough: bool) -> Iterator[str]:
        unread = _QUICK_CHECK
        for file, record in sorted(manifest.files.items(), key=lambda item: item[1].size):
            path = self.folder / name / file
            if not path.is_file():
                yield f"{file} is missing"
            elif (size := path.stat().st_size) != record.size:
                yield f"{file} is {'truncated' if size < record.size else 'too long'}"
            elif (thorough or record.size <= unread) and _sha256(path) != record.sha256:
                yield f"{file} was altered"
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
                f"the disk is full, the index in {self.folder} is as it was: make room, then run "
                "`planqa index` again"
            )
        if error.errno in _DENIED:
            return (
                f"the index folder {self.folder} may not be written: allow it, or name another "
                "with --index, then run `planqa index` again"
            )
        return (
            f"the index in {self.folder} could not be written ({error}), it is as it was: run "
            "`planqa doctor`"
        )


def _number(name: str) -> int:
    return int(name.removeprefix("gen-"))


def _seal(path: Path) -> FileRecord:
    """Size and hash of a file whose bytes are then on the disk, not only in the system's memory."""
    with path.open("rb+") as file:  # Windows syncs only what is open for writing
        os.fsync(file.fileno())
    return FileRecord(size=path.stat().st_size, sha256=_sha256(path))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write_synced(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """Makes the names in a folder last through a loss of power; Windows has no such call."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _replace(source: Path, target: Path) -> None:
    """os.replace, tried again for a moment on Windows, where a reader that has the target open
    forbids it.
    """
    for pause in (0.01, 0.05, 0.2, 0.5) if os.name == "nt" else ():
        try:
            source.replace(target)
            return
        except PermissionError:
            time.sleep(pause)
    source.replace(target)
