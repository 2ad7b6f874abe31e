"""A disk that fails: every call that changes it is counted, and one of them goes wrong.

The calls are those of Python's own file functions, which everything below planqa goes through as
well.
"""

from __future__ import annotations

import builtins
import errno
import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

_ERRORS = {"full": errno.ENOSPC, "denied": errno.EACCES}


class Killed(BaseException):
    """The process is gone: nothing that comes after is carried out."""


class FailingDisk:
    """Lets the call number `fail_at` go wrong, of those that write below `folder`.

    `how` is "full" (that call writes half and says that the disk is full, as do all later writes),
    "denied" (the same with permission denied) or "killed" (it writes half, and nothing is done
    after it). `lose_power` then takes back what was not synced.
    """

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, folder: Path, fail_at: int, how: str
    ) -> None:
        self.folder = folder
        self.fail_at = fail_at
        self.how = how
        self.calls = 0
        self._unsynced_files: dict[int, Path] = {}
        self._unsynced_names: dict[int, list[tuple[str, Callable[[], None]]]] = {}
        self._monkeypatch = monkeypatch
        self._real_open = io.open

    def __enter__(self) -> FailingDisk:
        for module in (builtins, io):
            self._monkeypatch.setattr(module, "open", self._open)
        for name in ("fsync", "replace", "mkdir", "unlink", "rmdir"):
            self._monkeypatch.setattr(os, name, self._counted(name, getattr(os, name)))
        return self

    def __exit__(self, *_: object) -> None:
        self._monkeypatch.undo()

    def lose_power(self, *, keep_renames: bool) -> None:
        """Takes back what was not synced: new names, perhaps renames, and half of each file's
        bytes.
        """
        for undos in self._unsynced_names.values():
            for name, undo in reversed(undos):
                if name != "replace" or not keep_renames:
                    undo()
        for path in self._unsynced_files.values():
            if path.exists():
                os.truncate(path, path.stat().st_size // 2)

    def count(self, half: Callable[[], object] | None = None) -> None:
        """Counts a call, and raises where it is to fail; `half` does it by half."""
        self.calls += 1
        if self.calls < self.fail_at:
            return
        if half and self.calls == self.fail_at:
            half()
        if self.how in _ERRORS:
            raise OSError(_ERRORS[self.how], os.strerror(_ERRORS[self.how]))
        raise Killed

    def _counted(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            if name != "fsync" and not self._is_below(args[0], kwargs):
                return real(*args, **kwargs)
            frees = name in ("unlink", "rmdir")
            if not (frees and self.how == "full"):  # a full disk can still remove
                self.count()
            undo = self._undo(name, args)
            result = (
                None if name == "fsync" else real(*args, **kwargs)
            )  # the real one takes its time
            self._note(name, args, undo)
            return result

        return call

    def _is_below(self, path: Any, kwargs: dict[str, Any]) -> bool:
        return kwargs.get("dir_fd") is not None or self.folder in Path(path).parents

    def _undo(self, name: str, args: tuple[Any, ...]) -> Callable[[], None] | None:
        """What takes a change of names back, prepared before it is made."""
        if name == "mkdir":
            return lambda: _remove(Path(args[0]))
        if name == "replace":
            target = Path(args[1])
            old = target.read_bytes() if target.exists() else None
            return lambda: _restore(target, old)
        return None

    def _note(self, name: str, args: tuple[Any, ...], undo: Callable[[], None] | None) -> None:
        if name == "fsync":
            inode = os.fstat(args[0]).st_ino
            self._unsynced_files.pop(inode, None)
            self._unsynced_names.pop(inode, None)
        elif undo:
            path = Path(args[1] if name == "replace" else args[0])
            if (inode := path.stat().st_ino) in self._unsynced_files:
                self._unsynced_files[inode] = path
            self._names_in(path.parent).append((name, undo))

    def _names_in(self, folder: Path) -> list[tuple[str, Callable[[], None]]]:
        return self._unsynced_names.setdefault(folder.stat().st_ino, [])

    def _open(self, file: Any, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
        path = Path(file) if isinstance(file, str | os.PathLike) else None
        if path is None or mode in ("r", "rb", "rt") or self.folder not in path.parents:
            return self._real_open(file, mode, *args, **kwargs)
        if self.how != "full" or "w" in mode:
            self.count()
        is_new = not path.exists()
        opened = self._real_open(file, mode, *args, **kwargs)
        inode = path.stat().st_ino
        if is_new:
            self._names_in(path.parent).append(("open", lambda: _remove(path)))
        if "w" in mode:
            self._unsynced_files[inode] = path
        return _CountedFile(opened, self, lambda: self._unsynced_files.update({inode: path}))


class _CountedFile:
    """A file whose writes are counted; nothing but `write`, so that numpy writes through it as
    well.
    """

    def __init__(self, file: Any, disk: FailingDisk, written: Callable[[], None]) -> None:
        self._file = file
        self._disk = disk
        self._written = written

    def write(self, data: Any) -> Any:
        self._disk.count(half=lambda: self._write(data[: len(data) // 2]))
        return self._write(data)

    def _write(self, data: Any) -> Any:
        self._written()
        length = self._file.write(data)
        self._file.flush()
        return length

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def __enter__(self) -> _CountedFile:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()


def _remove(path: Path) -> None:
    if path.is_dir():
        for each in path.iterdir():
            _remove(each)
        path.rmdir()
    else:
        path.unlink(missing_ok=True)


def _restore(path: Path, data: bytes | None) -> None:
    if data is None:
        path.unlink(missing_ok=True)
    else:
        path.write_bytes(data)
