"""The page as Gradio Blocks: an HTML shell that its own scripts bring to life, and Gradio's API.

The conversation, the source panel and the form are the page's own elements, not Gradio's: they keep
the conversation in the browser only, grow it without redrawing, leave Enter to an input method that
is composing, can be linked to, and put every byte of a report on the screen as text. The page asks
by plain routes: through Gradio's queue each question costs two requests, and leaves 25 kB behind.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from functools import wraps
from importlib.resources import files
from typing import ParamSpec, TypeVar

import gradio as gr
from gradio.events import api

from planqa.errors import PlanqaError
from planqa.web.endpoints import Endpoints
from planqa.web.turnstile import Turnstile

__all__ = ["PAGE_FILES", "build_page"]

PAGE_FILES = files("planqa.web") / "page"
"""The shell, the style sheet and the scripts, as package data."""

_START = (
    'import(new URL("page/scripts/main.js", document.baseURI).href).then((page) => page.start())'
)
_QUIET = {
    "GRADIO_ANALYTICS_ENABLED": "False",
    # Gradio sums up all its past events with pandas after each one; nothing here reads that.
    "GRADIO_ANALYTICS_CACHE_FREQUENCY": str(2**31),
    "GRADIO_ANALYTICS_MAX_EVENTS": "1",
}
_SESSIONS = 100
"""Gradio keeps what it knows of so many visitors, some 25 kB each; there is nothing in it."""

P = ParamSpec("P")
T = TypeVar("T")


def build_page(calls: Endpoints, turnstile: Turnstile) -> gr.Blocks:
    """The page, and Gradio's API over `calls`; `build_app` adds what the page itself calls."""
    os.environ.update(_QUIET)
    page = gr.Blocks(title="planqa", analytics_enabled=False, fill_width=True)
    page.state_session_capacity = _SESSIONS
    with page:
        gr.HTML(
            (PAGE_FILES / "shell.html").read_text(encoding="utf-8"),
            js_on_load=_START,
            apply_default_css=False,
        )
        for call in (calls.ask, calls.search, calls.outline, calls.reports):
            api(_told(call, turnstile), api_name=call.__name__, concurrency_limit=None)
    return page


def _told(call: Callable[P, T], turnstile: Turnstile) -> Callable[P, Awaitable[T]]:
    """`call` through the turnstile; its `PlanqaError` reaches the client as its one line, while
    other errors stay unnamed.
    """

    @wraps(call)
    async def telling(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return await turnstile.run(call, *args, **kwargs)
        except PlanqaError as error:
            raise gr.Error(str(error), print_exception=False) from error

    return telling
