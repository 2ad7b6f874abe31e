"""What passes in and out of the server: the few routes the page needs, bounded bodies, and headers
that keep the browser from asking anything of another host."""

from __future__ import annotations

import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["Gate"]

_OPEN = re.compile(
    r"/(?:$|(?:ask|reports|examples)$|source/"
    r"|(?:healthz|metrics|abilities|feedback)$|shelf(?:/|$)"
    r"|(?:config|theme\.css|favicon\.ico|manifest\.json)$|(?:page|assets|static)/"
    r"|gradio_api/(?:(?:info|openapi\.json|startup-events|queue/(?:join|data|status))$"
    r"|(?:call|heartbeat)/|mcp(?:/|$)))"
)
"""Everything else of Gradio's, such as its file, upload and proxy routes, is not there."""

_MAX_BODY = 256 * 1024
_MAX_UPLOAD = 64 * 1024 * 1024
"""Bytes of a request; of one that brings reports."""

_HEADERS = {
    # Gradio starts its page from inline scripts and compiles `js_on_load`; the rest is locked.
    "content-security-policy": "default-src 'self'; script-src 'self' 'unsafe-inline' "
    "'unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'self'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}


class Gate:
    """An ASGI middleware: lets through what `_OPEN` names, with bodies of bounded size.

    Paths may come with the root path of a proxy before them, or without.
    """

    def __init__(self, app: ASGIApp, root_path: str = "") -> None:
        self._app = app
        self._root_path = root_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope = {**scope, "path": self._below_root(scope["path"])}
        most = _MAX_UPLOAD if scope["path"] == "/shelf" else _MAX_BODY

        async def send_marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(_HEADERS)
                if scope["path"].startswith("/page/"):
                    headers["cache-control"] = "no-cache"  # a newer planqa shows at the next reload
            await send(message)

        if not _OPEN.match(scope["path"]):
            await PlainTextResponse("Not Found", 404)(scope, receive, send_marked)
        elif int(Headers(scope=scope).get("content-length", "0")) > most:
            await PlainTextResponse("Content Too Large", 413)(scope, receive, send_marked)
        else:
            await self._app(scope, _bounded(receive, most), send_marked)

    def _below_root(self, path: str) -> str:
        return path.removeprefix(self._root_path) or "/"


def _bounded(receive: Receive, most: int) -> Receive:
    """`receive`, which hangs up on a body that grows past the bound without having said so."""
    seen = 0

    async def receive_counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        return message if seen <= most else {"type": "http.disconnect"}

    return receive_counted
