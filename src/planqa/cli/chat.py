"""A conversation in the terminal: a question a line, each answered with those before it in mind."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator, Sequence

from planqa.answer import Answer
from planqa.cli.terminal import notice, show
from planqa.errors import IndexUnusable, ModelError, PlanqaError
from planqa.render import answer_text

__all__ = ["converse"]

HISTORY = 20
"""Earlier questions that are looked back on."""
ENDS = {"/quit", "/exit", "exit", "quit", "退出", "再见"}
ANEW = {"/new", "/clear", "清空"}
WELCOME = "Ask a question a line, 例如 2022年地区生产总值是多少？  /new starts afresh, Ctrl-D ends."


def converse(ask: Callable[[str, Sequence[str]], Answer]) -> None:
    """Answers each line of stdin until its end or Ctrl-C; a question that cannot be asked ends nothing.

    `ask` gets a question and those before it, oldest first. Raises ModelError, IndexUnusable.
    """
    with contextlib.suppress(KeyboardInterrupt):
        _converse(ask, [])


def _converse(ask: Callable[[str, Sequence[str]], Answer], history: list[str]) -> None:
    for line in _lines():
        question = line.strip()
        if question in ENDS:
            break
        if question in ANEW:
            history.clear()
        elif question:
            try:
                show([*answer_text(ask(question, history[-HISTORY:])), ("\n", "")])
            except (IndexUnusable, ModelError):
                raise
            except PlanqaError as error:
                notice(f"planqa: {error}")
            else:
                history.append(question)


def _lines() -> Iterator[str]:
    """The lines of stdin; where a person types them, with a prompt and the arrow keys' history."""
    if not sys.stdin.isatty():
        yield from sys.stdin
        return
    with contextlib.suppress(ImportError):  # Windows edits lines by itself
        import readline  # noqa: F401 - input() edits lines with it
    notice(WELCOME)
    while True:
        try:
            yield input("> ")
        except EOFError:
            print()
            return
