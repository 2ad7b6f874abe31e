"""The page on a port: the application that serves it, and the server that runs until Ctrl-C."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import suppress
from importlib.resources import as_file

import gradio as gr
import uvicorn
from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from planqa.errors import PlanqaError
from planqa.web.endpoints import Ask, Reports
from planqa.web.gate import Gate
from planqa.web.page import PAGE_FILES, build_page

__all__ = ["build_app", "serve"]

_HEAD = '<link rel="stylesheet" href="page/style.css"><link rel="icon" href="page/icon.svg">'


def build_app(ask: Ask, reports: Reports) -> FastAPI:
    """The page, its files and its API as one ASGI application."""
    app = FastAPI(openapi_url=None)
    app.add_middleware(Gate)

    @app.get("/healthz")
    def healthz() -> dict[str, object]:
        return {"status": "ok", "reports": len(reports())}

    with as_file(PAGE_FILES) as folder:
        app.mount("/page", StaticFiles(directory=folder))
    gr.mount_gradio_app(
        app,
        build_page(ask, reports),
        path="/",
        head=_HEAD,
        theme=_theme(),
        footer_links=[],
        run_history=False,
        ssr_mode=False,
        show_error=False,
        allowed_paths=[],
    )
    return app


def _theme() -> gr.themes.Base:
    """Fonts that every machine has, and the style sheet's background, so that nothing flickers."""
    theme = gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["monospace"])
    return theme.set(body_background_fill="#faf9f6", body_background_fill_dark="#17191c")


def serve(
    ask: Ask,
    reports: Reports,
    *,
    host: str = "127.0.0.1",
    port: int = 7860,
    announce: Callable[[str], None] = print,
) -> None:
    """Serve the page until Ctrl-C; `announce` gets its address once it can be opened.

    Raises `PlanqaError` when the port cannot be had; port 0 takes any free one.
    """
    listener = _listen(host, port)
    with listener:
        address = f"http://{_in_url(host)}:{listener.getsockname()[1]}"
        server = _Server(build_app(ask, reports), lambda: announce(address))
        with suppress(KeyboardInterrupt):  # uvicorn has shut down and passes the signal on
            server.run(sockets=[listener])


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=128)
    except OSError as error:
        raise PlanqaError(
            f"cannot listen on {host}:{port} ({error.strerror}); "
            f"choose another: planqa serve --port {port + 1}"
        ) from error


def _in_url(host: str) -> str:
    """`host` as a browser on this machine can open it."""
    if host in {"0.0.0.0", "::", ""}:  # noqa: S104 - compared with, not bound to
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


class _Server(uvicorn.Server):
    """A server that says when it is ready."""

    def __init__(self, app: FastAPI, ready: Callable[[], None]) -> None:
        super().__init__(
            uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=2, lifespan="on")
        )
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()
