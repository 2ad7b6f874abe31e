"""Writing so that it lasts: what these functions have done survives a loss of power."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path

__all__ = ["replace_file", "sha256_of", "sync_file", "sync_folder", "write_file"]


def write_file(path: Path, data: bytes) -> None:
    """A file with these bytes, which are on the disk and not only in the system's memory."""
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def sync_file(path: Path) -> None:
    """Brings a file that someone else wrote to the disk."""
    with path.open("rb+") as file:  # Windows syncs only what is open for writing
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Brings the names in a folder to the disk; Windows has no such call, and does it by itself."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def replace_file(source: Path, target: Path) -> None:
    """Renames a file over another in one step.

    Windows forbids it while a reader has the target open; there it is tried again for a second.
    """
    for pause in (0.01, 0.05, 0.2, 0.7) if os.name == "nt" else ():
        try:
            source.replace(target)
            return
        except PermissionError:
            time.sleep(pause)
    source.replace(target)


def sha256_of(path: Path) -> str:
    """In hex, of the file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
