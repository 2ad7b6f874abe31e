"""The manifest of an index generation: what was indexed, by which settings, in which files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from planqa.errors import IndexCorrupt, IndexStale

__all__ = [
    "FORMAT",
    "Counts",
    "FailedFile",
    "FileRecord",
    "IndexNewer",
    "IndexSettings",
    "Manifest",
    "ReportEntry",
    "read_any_version",
]

FORMAT = 2
"""Raise it whenever the files of a generation, or the fields of a stored record, change."""


_NO_DIGEST = "0" * 64


class IndexNewer(IndexStale):
    """A newer planqa wrote the index; it is not overwritten unasked."""


@dataclass(frozen=True, slots=True)
class IndexSettings:
    """What an index was built with, apart from the corpus."""

    model: str
    """What the user named: a hub name or a folder."""
    model_id: str
    """The vector space, as the encoder names it."""
    dimensions: int


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of each a generation holds."""

    reports: int
    passages: int
    vector_rows: int
    lexical_documents: int


@dataclass(frozen=True, slots=True)
class ReportEntry:
    """What is known about an indexed report without reading its text."""

    report_id: str
    title: str
    place: str | None
    year: int | None
    file: str
    sha256: str
    passages: int
    rows: int
    """Vector rows of all its passages."""
    sidecar: str = ""
    """sha256 of the file beside it that corrects what is known of it; empty without one."""
    kind: str | None = None
    issuer: str | None = None
    date: str | None = None
    reviewed: int | None = None
    left_out: str = ""
    """What of the file is not indexed, in a sentence."""


@dataclass(frozen=True, slots=True)
class FailedFile:
    """A file of the corpus that could not be read, and why."""

    file: str
    reason: str


@dataclass(frozen=True, slots=True)
class FileRecord:
    """Size in bytes and sha256 in hex of a file of the generation."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """The contents of manifest.json; `reports` stand in the order of the corpus."""

    planqa: str
    """The version that wrote it."""
    code: str
    """sha256 of the code that wrote it: by other code the corpus is read anew."""
    settings: IndexSettings
    counts: Counts
    reports: tuple[ReportEntry, ...]
    failed: tuple[FailedFile, ...]
    files: Mapping[str, FileRecord] = field(default_factory=dict)
    """By path within the generation, with forward slashes."""

    def to_bytes(self) -> bytes:
        """JSON that also holds the format, and last the sha256 of itself with zeros in that place."""
        body = {"format": FORMAT, **asdict(self), "sha256": _NO_DIGEST}
        # File names that are not UTF-8 reach Python as lone surrogates, which have to survive.
        data = json.dumps(body, ensure_ascii=False, indent=1).encode("utf-8", "surrogatepass")
        return _with_digest(data, _NO_DIGEST, hashlib.sha256(data).hexdigest())

    @classmethod
    def from_bytes(cls, data: bytes) -> Manifest:
        """Raises IndexStale for another format, IndexCorrupt for whatever was not written so."""
        body = _parse(data)
        _check_format(body.get("format"))
        digest = str(body.get("sha256")) or "none"
        blank = _with_digest(data, digest, _NO_DIGEST)
        if digest != hashlib.sha256(blank).hexdigest():
            raise IndexCorrupt("manifest.json was altered")
        try:
            return cls._from_body(body)
        except (TypeError, KeyError):  # whole, yet not as this code writes it
            raise IndexStale("it was written by another version of planqa") from None

    @classmethod
    def _from_body(cls, body: dict[str, Any]) -> Manifest:
        return cls(
            planqa=body["planqa"],
            code=body["code"],
            settings=IndexSettings(**body["settings"]),
            counts=Counts(**body["counts"]),
            reports=tuple(ReportEntry(**entry) for entry in body["reports"]),
            failed=tuple(FailedFile(**failed) for failed in body["failed"]),
            files={name: FileRecord(**record) for name, record in body["files"].items()},
        )

    @classmethod
    def read(cls, path: Path) -> Manifest:
        """The manifest in the file `path`; raises IndexStale, IndexCorrupt."""
        try:
            return cls.from_bytes(path.read_bytes())
        except FileNotFoundError:
            raise IndexCorrupt("manifest.json is missing") from None


def read_any_version(path: Path) -> tuple[IndexSettings, dict[str, FileRecord]]:
    """The settings and the files in a manifest of any version. Raises IndexCorrupt, OSError.

    Nothing vouches for them: what they say has to be compared with what is there.
    """
    body = _parse(path.read_bytes())
    try:
        files = {name: FileRecord(**record) for name, record in body["files"].items()}
        return IndexSettings(**body["settings"]), files
    except (TypeError, KeyError, AttributeError):
        raise IndexCorrupt("manifest.json was altered") from None


def _parse(data: bytes) -> dict[str, Any]:
    try:
        body = json.loads(data.decode("utf-8", "surrogatepass"))
    except ValueError:
        raise IndexCorrupt("manifest.json is truncated or altered") from None
    if not isinstance(body, dict):
        raise IndexCorrupt("manifest.json was altered")
    return body


def _check_format(found: object) -> None:
    if not isinstance(found, int) or isinstance(found, bool):
        raise IndexCorrupt("manifest.json was altered")
    if found > FORMAT:
        raise IndexNewer(
            f"it was written by a newer planqa (format {found}, this one reads {FORMAT})"
        )
    if found < FORMAT:
        raise IndexStale(f"it was written by an older planqa (format {found}, now {FORMAT})")


def _with_digest(data: bytes, old: str, new: str) -> bytes:
    """The manifest's bytes with another digest, which is the last thing in them."""
    head, _, tail = data.rpartition(old.encode("utf-8", "surrogatepass"))
    return head + new.encode() + tail
