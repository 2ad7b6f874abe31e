"""Who may change the corpus: whoever knows the token, or, without one, whoever sits at the machine."""

from __future__ import annotations

import hmac
import ipaddress
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote, urlsplit

from starlette.requests import Request

__all__ = ["Access"]

_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip", "via")


@dataclass(frozen=True, slots=True)
class Access:
    """The rule of one server, from its token, the address that it listens on and its root path."""

    token: str | None = None
    host: str = "127.0.0.1"
    root_path: str = ""

    @property
    def kind(self) -> Literal["token", "open", "off"]:
        """`open`: to this machine's own browsers; `off`: to nobody."""
        if self.token:
            return "token"
        return "open" if _is_loopback(self.host) and not self.root_path else "off"

    def allows(self, request: Request) -> bool:
        """Whether `request` may change something.

        It must carry the header x-planqa, which a page of another site cannot add, and, where no
        token is asked for, have been sent by this machine to a name of this machine: a proxy on it
        speaks for strangers, and a foreign name may be bent to point here.
        """
        given = request.headers.get("x-planqa")
        if given is None or self.kind == "off":
            return False
        if self.token:
            return hmac.compare_digest(unquote(given).encode(), self.token.encode())
        forwarded = any(name in request.headers for name in _FORWARDED)
        named = urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
        sender = request.client.host if request.client else ""
        return not forwarded and _is_loopback(named) and _is_loopback(sender)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
