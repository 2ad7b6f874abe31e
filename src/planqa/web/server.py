"""The page on a port: the application that serves it, and the server that runs until Ctrl-C."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from contextlib import suppress
from importlib.resources import as_file
from importlib.util import find_spec

import gradio as gr
import uvicorn
from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from planqa.errors import PlanqaError
from planqa.web.access import Access
from planqa.web.endpoints import Ask, Endpoints, Reports
from planqa.web.feedback import Feedback
from planqa.web.gate import Gate
from planqa.web.metrics import Metrics, measured
from planqa.web.page import PAGE_FILES, build_page
from planqa.web.questions import add_questions
from planqa.web.shelf import Shelf
from planqa.web.turnstile import Turnstile
from planqa.web.upkeep import add_upkeep

__all__ = ["build_app", "serve"]

_HEAD = '<link rel="stylesheet" href="page/styles/main.css"><link rel="icon" href="page/icon.svg">'


def build_app(
    ask: Ask,
    reports: Reports,
    *,
    feedback: Feedback | None = None,
    shelf: Shelf | None = None,
    access: Access | None = None,
) -> FastAPI:
    """The page, its files and its API as one ASGI application.

    Opinions go to `feedback`; reports are added to and removed from `shelf` by whom `access` lets.
    To be called in a running event loop: without one Gradio makes loops that it never closes.
    """
    access = access or Access()
    metrics = Metrics()
    endpoints = Endpoints(measured(ask, metrics), reports)
    app = FastAPI(openapi_url=None)
    app.add_middleware(Gate, root_path=access.root_path)
    turnstile = Turnstile()
    add_questions(app, endpoints, turnstile)
    add_upkeep(app, endpoints, metrics, feedback, shelf, access)
    with as_file(PAGE_FILES) as folder:
        app.mount("/page", StaticFiles(directory=folder))
    gr.mount_gradio_app(
        app,
        build_page(endpoints, turnstile),
        path="/",
        head=_HEAD,
        theme=_theme(),
        footer_links=[],
        run_history=False,
        ssr_mode=False,
        show_error=False,
        allowed_paths=[],
        root_path=access.root_path or None,
        mcp_server=find_spec("mcp") is not None,  # the same calls as tools, at /gradio_api/mcp/
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
    token: str | None = None,
    root_path: str = "",
    feedback: Feedback | None = None,
    shelf: Shelf | None = None,
    announce: Callable[[str], None] = print,
) -> None:
    """Serve the page until Ctrl-C; `announce` gets its address once it can be opened.

    `root_path` is what a proxy puts before every path, as /planqa; `token` is asked of whoever
    changes the `shelf`. Raises `PlanqaError` when the port cannot be had; port 0 takes a free one.
    """
    access = Access(token, host, "/" + root_path.strip("/") if root_path.strip("/") else "")
    listener = _listen(host, port)
    with listener:
        address = f"http://{_in_url(host)}:{listener.getsockname()[1]}"

        async def run() -> None:
            app = build_app(ask, reports, feedback=feedback, shelf=shelf, access=access)
            await _Server(app, lambda: announce(address)).serve(sockets=[listener])

        with suppress(KeyboardInterrupt):  # uvicorn has shut down and passes the signal on
            asyncio.run(run())


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
