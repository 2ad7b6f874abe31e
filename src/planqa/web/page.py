"""The page as Gradio Blocks: an HTML shell that its own scripts bring to life, and the API behind.

The conversation, the source panel and the form are the page's own elements, not Gradio's: they keep
the conversation in the browser only, grow it without redrawing, leave Enter to an input method that
is composing, can be linked to, and put every byte of a report on the screen as text.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from functools import partial, wraps
from importlib.resources import files
from typing import ParamSpec, TypeVar

import gradio as gr
from anyio import fail_after, to_thread
from gradio.events import api

from planqa.errors import PlanqaError
from planqa.web.endpoints import Endpoints

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
_ANSWERS_AT_ONCE = 2
_WAITING_AT_MOST = 100
_SECONDS_AT_MOST = 30

P = ParamSpec("P")
T = TypeVar("T")


def build_page(calls: Endpoints) -> gr.Blocks:
    """The page and its API over `calls`; `build_app` adds the files that it loads."""
    os.environ.update(_QUIET)
    page = gr.Blocks(title="planqa", analytics_enabled=False, fill_width=True)
    with page:
        gr.HTML(
            (PAGE_FILES / "shell.html").read_text(encoding="utf-8"),
            js_on_load=_START,
            apply_default_css=False,
        )
        api(_told(calls.ask), api_name="ask", concurrency_limit=_ANSWERS_AT_ONCE)
        api(_told(calls.reports), api_name="reports", queue=False)
        api(_told(calls.source), api_name="source", queue=False)
        api(_told(calls.examples), api_name="examples", queue=False)
    page.queue(max_size=_WAITING_AT_MOST, api_open=False)
    return page


def _told(call: Callable[P, T]) -> Callable[P, Awaitable[T]]:
    """`call` in a thread, for a bounded time; its `PlanqaError` reaches the client as its one line,
    while other errors stay unnamed.
    """

    @wraps(call)
    async def telling(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            with fail_after(_SECONDS_AT_MOST):
                return await to_thread.run_sync(
                    partial(call, *args, **kwargs), abandon_on_cancel=True
                )
        except PlanqaError as error:
            raise gr.Error(str(error), print_exception=False) from error
        except TimeoutError as error:
            line = f"no answer within {_SECONDS_AT_MOST} seconds: ask again"
            raise gr.Error(line, print_exception=False) from error

    return telling
