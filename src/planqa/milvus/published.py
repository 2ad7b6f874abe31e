"""What a generation in Milvus consists of, and the text in which its collection says so."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from planqa.errors import IndexCorrupt, IndexStale
from planqa.manifest import FORMAT, IndexNewer, IndexSettings, ReportEntry
from planqa.milvus.connection import Connection
from planqa.milvus.texts import read_texts, write_texts

__all__ = ["Member", "Published", "Segment", "read_published", "write_published"]

_LAYOUT = 1
"""Raise it whenever what lies in the collections changes."""
_KEY = "generation"


@dataclass(frozen=True, slots=True)
class Member:
    """A report in a segment, as it was when that was written."""

    digest: str
    """Of its text, its passages and their vectors: what has another digest is another member."""
    passages: int
    rows: int
    words: int


@dataclass(frozen=True, slots=True)
class Segment:
    """Reports that were sent together; nothing in it changes any more."""

    name: str
    members: tuple[Member, ...]
    texts_count: int
    """Entries in the collection of texts."""

    @property
    def texts(self) -> str:
        """The collection of its reports, passages and words."""
        return f"{self.name}_texts"

    @property
    def rows(self) -> str:
        """The collection of its vectors."""
        return f"{self.name}_rows"

    @property
    def passages(self) -> int:
        """How many passages lie in it, also of reports that are gone."""
        return sum(member.passages for member in self.members)


@dataclass(frozen=True, slots=True)
class Published:
    """A generation: its reports, and the segments that hold them."""

    name: str
    """Of its own collection."""
    settings: IndexSettings
    reports: tuple[ReportEntry, ...]
    """In the order of the corpus."""
    digests: tuple[str, ...]
    """Which member each report is."""
    segments: tuple[Segment, ...]
    retired: dict[str, float] = field(default_factory=dict)
    """Collections of earlier generations, and when (seconds since 1970) they ceased to be needed."""

    @property
    def number(self) -> int:
        """Counts the generations from 1."""
        return int(self.name.split("_")[2])

    @property
    def collections(self) -> set[str]:
        """All that a reader of this generation looks into."""
        return {self.name} | {
            name for segment in self.segments for name in (segment.texts, segment.rows)
        }

    def to_text(self) -> str:
        """JSON."""
        body = {"layout": _LAYOUT, "format": FORMAT, **asdict(self)}
        return json.dumps(body, ensure_ascii=False)

    @classmethod
    def from_text(cls, text: str) -> Published:
        """Raises IndexStale, IndexNewer for another version's, IndexCorrupt for anything else."""
        try:
            body: dict[str, Any] = json.loads(text)
            versions = body.pop("layout"), body.pop("format")
        except (ValueError, KeyError, AttributeError):
            raise IndexCorrupt("what says which reports it holds is damaged") from None
        if versions != (_LAYOUT, FORMAT):
            newer = versions > (_LAYOUT, FORMAT)
            kind, by = (IndexNewer, "newer") if newer else (IndexStale, "older")
            raise kind(f"it was published by a{'' if newer else 'n'} {by} planqa")
        try:
            return cls._from_body(body)
        except (TypeError, KeyError):
            raise IndexStale("it was published by another version of planqa") from None

    @classmethod
    def _from_body(cls, body: dict[str, Any]) -> Published:
        segments = (
            Segment(**{**each, "members": tuple(Member(**member) for member in each["members"])})
            for each in body["segments"]
        )
        return cls(
            name=body["name"],
            settings=IndexSettings(**body["settings"]),
            reports=tuple(ReportEntry(**entry) for entry in body["reports"]),
            digests=tuple(body["digests"]),
            segments=tuple(segments),
            retired=dict(body["retired"]),
        )


def read_published(connection: Connection) -> Published | None:
    """The generation that answers, None where there is none. Raises what `from_text` raises."""
    name = connection.current()
    while name is not None:
        try:
            connection.load(name)
            return Published.from_text(read_texts(connection, name, [_KEY]).get(_KEY, ""))
        except IndexStale as error:
            what = f"the index in {connection.address.shown} cannot be read: {error}"
            newer = isinstance(error, IndexNewer)
            command = "pip install -U planqa" if newer else "planqa index --store"
            raise type(error)(f"{what}; run `{command}`") from error
        except IndexCorrupt as error:
            what = f"{connection.address.shown}: {error}"
            raise IndexCorrupt(f"{what}; run `planqa index --store` again") from error
    return None


def write_published(connection: Connection, published: Published) -> None:
    """Writes a generation's own collection; it does not answer yet."""
    connection.create_texts(published.name)
    count = write_texts(connection, published.name, [(_KEY, published.to_text())])
    connection.seal(published.name, count)
