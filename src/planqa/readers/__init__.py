"""One reader a file format: bytes -> text with its page map. Readers know no headings."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from planqa.errors import ReportError
from planqa.readers.apart import read_apart
from planqa.readers.reading import NoTextLayer, Reading

__all__ = ["SUFFIXES", "Reading", "read"]

_READERS = {
    ".doc": "office",
    ".docx": "docx",
    ".htm": "html",
    ".html": "html",
    ".md": "plain",
    ".pdf": "pdf",
    ".txt": "plain",
    ".wps": "office",
}
"""The module that reads each format; a library is loaded when the first file needs it."""
SUFFIXES = tuple(sorted(_READERS))
"""The suffixes that can be read, in lower case."""
_LONGEST = 2_000_000
"""Characters in the longest report."""
_SIGNATURES = (
    (b"%PDF-", (".pdf",)),
    (b"PK\x03\x04", (".docx",)),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", (".doc", ".wps")),
)


def read(path: Path, data: bytes, *, apart: bool = False) -> Reading:
    """The text of the file at `path`, whose bytes are `data`; ReportError where it has none.

    With `apart`, a format that needs a library is read in a process of its own, which a damaged file
    can neither crash nor hold up.
    """
    suffix = path.suffix.lower()
    module = _READERS.get(suffix)
    if module is None:
        raise ReportError(path, f"unknown format; planqa reads {', '.join(SUFFIXES)}")
    for signature, suffixes in _SIGNATURES:
        if data.startswith(signature) and suffix not in suffixes:
            raise ReportError(path, f"inside it is a {suffixes[0]} file; rename it so")
    use = read_apart if apart and module != "plain" else _read_here
    try:
        reading = use(path, data, module)
    except NoTextLayer:
        if find_spec("rapidocr") is None:
            raise
        reading = use(path, data, "scan")
    if not reading.text.strip():
        raise ReportError(path, "it is empty; put a report in it or remove it")
    if len(reading.text) > _LONGEST:
        raise ReportError(path, f"its text has more than {_LONGEST} characters; split it")
    return reading


def _read_here(path: Path, data: bytes, module: str) -> Reading:
    reading: Reading = import_module(f"planqa.readers.{module}").read(path, data)
    return reading
