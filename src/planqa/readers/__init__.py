"""One reader a file format: bytes -> text with its page map. Readers know no headings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from planqa.errors import ReportError
from planqa.readers import docx, plain
from planqa.readers.reading import Reading

__all__ = ["SUFFIXES", "Reading", "read"]

_READERS: dict[str, Callable[[Path, bytes], Reading]] = {
    ".docx": docx.read,
    ".md": plain.read,
    ".txt": plain.read,
}
SUFFIXES = tuple(sorted(_READERS))
"""The suffixes that can be read, in lower case."""


def read(path: Path, data: bytes) -> Reading:
    """The text of the file at `path`, whose bytes are `data`; ReportError where it has none."""
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise ReportError(path, f"unknown format; planqa reads {', '.join(SUFFIXES)}")
    reading = reader(path, data)
    if not reading.text.strip():
        raise ReportError(path, "the file is empty; put a report in it or remove it")
    return reading
