"""What is wrong with an index in Milvus, and which command mends it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from planqa.doctor import Finding
from planqa.errors import IndexUnusable, MissingExtra
from planqa.generation import Generation
from planqa.milvus.address import Address
from planqa.milvus.connection import Connection
from planqa.milvus.published import Published, read_published
from planqa.milvus.segment import digest_of
from planqa.store import Store

__all__ = ["examine_milvus"]


def examine_milvus(address: Address, index: Path | str) -> list[Finding]:
    """What there is to say of a Milvus beside the local index in the folder `index`; nothing is changed."""
    command = f"planqa index --store {address.shown}"
    try:
        connection = Connection(address)
    except (IndexUnusable, MissingExtra) as error:
        return [Finding("error", str(error))]
    try:
        published = read_published(connection)
        if published is None:
            return [Finding("error", f"there is no index in {address.shown}", command)]
        return [
            *_collections(connection, published, command),
            *_comparison(published, index, command),
        ]
    except IndexUnusable as error:
        return [Finding("error", str(error), command)]
    finally:
        connection.close()


def _collections(connection: Connection, published: Published, command: str) -> Iterator[Finding]:
    """Whether everything is there, and what is there besides."""
    found = set(connection.collections())
    lost = published.collections - found
    for name in sorted(lost):
        yield Finding("error", f"the collection {name} is gone", command)
    for segment in published.segments:
        rows = sum(member.rows for member in segment.members)
        for name, wanted in ((segment.texts, segment.texts_count), (segment.rows, rows)):
            if name not in lost and (held := connection.count(name)) != wanted:
                what = f"the collection {name} holds {held} entries of {wanted}"
                yield Finding("error", what, command)
    left = found - published.collections - set(published.retired)
    if left:
        what = f"{len(left)} collections are being written, or were left by an interrupted run"
        yield Finding("warning", what, command)
    if not lost:
        what = f"{published.name} answers in {connection.address.shown}"
        yield Finding("ok", f"{what}: {len(published.reports)} reports")


def _comparison(published: Published, index: Path | str, command: str) -> Iterator[Finding]:
    """Whether it is the local index that answers there; readers elsewhere need not have one."""
    try:
        local = Store(index).read_current(Generation.read)
    except IndexUnusable:
        return
    digests = tuple(digest_of(local, position) for position in range(len(local.manifest.reports)))
    if (published.settings, published.digests) != (local.manifest.settings, digests):
        new = len(set(digests) - set(published.digests))
        gone = len(set(published.digests) - set(digests))
        what = f"{new} reports of the local index are not in it, {gone} of its own not in that"
        yield Finding("warning", what, command)
