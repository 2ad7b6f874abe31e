"""milvus+http://host:19530/database or milvus+file:folder.db -> where a Milvus is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from planqa.errors import PlanqaError

__all__ = ["SCHEME", "Address"]

_FORMS = "milvus+http://HOST:19530[/DATABASE] or milvus+file:PATH.db"
SCHEME = "milvus+"


@dataclass(frozen=True, slots=True)
class Address:
    """Where a Milvus is: a server, or a folder of Milvus Lite."""

    uri: str
    """As pymilvus takes it; it may hold a password."""
    shown: str
    """As the user wrote it, without user and password."""

    @classmethod
    def parse(cls, store: str) -> Address:
        """Raises PlanqaError for anything but the two forms."""
        scheme, _, rest = store.removeprefix(SCHEME).partition(":")
        if store.startswith(SCHEME) and scheme == "file" and rest.endswith(".db"):
            path = Path(rest.removeprefix("//"))
            return cls(str(path.absolute()), store)
        if store.startswith(SCHEME) and scheme in ("http", "https"):
            url = urlsplit(store.removeprefix(SCHEME))
            if url.hostname:
                shown = url._replace(netloc=url.netloc.rpartition("@")[2]).geturl()
                return cls(url.geturl(), SCHEME + shown)
        raise PlanqaError(f"{store} names no Milvus: write --store {_FORMS}")

    @property
    def is_file(self) -> bool:
        """Whether it is Milvus Lite, which one process at a time can open."""
        return self.uri.endswith(".db") and "://" not in self.uri
