"""Zip packages (.docx): their parts, read up to a limit, so that no file can fill the memory."""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import Path
from xml.etree import ElementTree

from planqa.errors import ReportError

__all__ = ["Package", "local_name"]

_LARGEST_PART = 64 * 1024 * 1024
"""Bytes that an unpacked part may have; the text of a report has one."""
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError)


class Package:
    """A zip file whose parts are XML."""

    def __init__(self, path: Path, data: bytes) -> None:
        self._path = path
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except _DAMAGED as error:
            raise ReportError(path, "this is no Word file, or a damaged one") from error
        self._names = set(self._zip.namelist())

    def __contains__(self, name: str) -> bool:
        return name in self._names

    def xml(self, name: str) -> ElementTree.Element:
        """The root of a part; ReportError where it is missing, damaged, locked or too large."""
        content = self._bytes(name)
        if b"<!DOCTYPE" in content:  # no word processor writes one; entities could fill memory
            raise ReportError(self._path, f"its part {name} defines entities, which no report does")
        try:
            return ElementTree.fromstring(content)  # noqa: S314 - expat limits what entities make
        except (ElementTree.ParseError, ValueError) as error:
            raise ReportError(self._path, f"its part {name} is damaged") from error

    def _bytes(self, name: str) -> bytes:
        try:
            with self._zip.open(name) as part:
                content = part.read(_LARGEST_PART + 1)
        except KeyError as error:
            raise ReportError(self._path, f"this is no Word file: it has no {name}") from error
        except RuntimeError as error:
            raise ReportError(self._path, "it is locked by a password; save it without") from error
        except _DAMAGED as error:
            raise ReportError(self._path, f"its part {name} is damaged") from error
        if len(content) > _LARGEST_PART:
            raise ReportError(self._path, f"its part {name} is too large to be a report")
        return content


def local_name(element: ElementTree.Element) -> str:
    """The element's name without its namespace, of which Word files use several."""
    return element.tag.rpartition("}")[2]
