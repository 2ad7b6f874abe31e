"""What the command line shows beside its result: notices and progress on stderr, styles where it is a terminal."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from planqa.errors import PlanqaError
from planqa.render import Styled, plain, printable

__all__ = ["notice", "progress", "put", "put_json", "quiet_libraries", "show", "speak_utf8"]

Advance = Callable[[int, int, str], None]
"""Called with how much is done, of how much, and the stage."""

_STAGES = {
    "read": "reading reports",
    "load": "loading the model",
    "embed": "embedding sentences",
    "write": "writing the index",
    "publish": "sending to Milvus",
    "ask": "answering questions",
}


def speak_utf8() -> None:
    """UTF-8 on all three streams, whatever the locale says; what is no text stays visible as \\udcff."""
    if sys.stdout is None:  # closed by the caller
        sys.stdout = Path(os.devnull).open("w")  # noqa: SIM115
    for stream, errors in (
        (sys.stdin, "replace"),
        (sys.stdout, "backslashreplace"),
        (sys.stderr, "backslashreplace"),
    ):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors=errors)


def quiet_libraries() -> None:
    """What a model's libraries report on their own account is left out."""
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")


def put(text: str) -> None:
    """Prints a result on stdout, at once. PlanqaError when it cannot be written.

    Where whoever read the output has had enough of it (`| head`), the program ends.
    """
    try:
        print(text, flush=True)
    except BrokenPipeError:
        _drop_stdout()
        sys.exit(1)
    except OSError as error:
        _drop_stdout()
        raise PlanqaError(
            f"the output cannot be written ({error.strerror}): send it elsewhere, or free some space"
        ) from error


def _drop_stdout() -> None:
    """Lets what is left in the buffer go nowhere when the interpreter ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def put_json(value: object) -> None:
    """Prints a result as JSON, indented."""
    put(json.dumps(value, ensure_ascii=False, indent=2))


def show(result: Styled) -> None:
    """Prints a result, styled in a terminal, bare in a file or a pipe."""
    if not sys.stdout.isatty():
        put(plain(result))
        return
    from rich.console import Console
    from rich.text import Text

    # The terminal wraps lines itself: Chinese has no spaces to do it at.
    Console(highlight=False).print(Text.assemble(*result), soft_wrap=True)


def notice(message: str) -> None:
    """One line on stderr."""
    print(printable(" ".join(message.split())), file=sys.stderr, flush=True)


@contextmanager
def progress() -> Iterator[Advance]:
    """A bar on stderr; where that is no terminal, a line for each tenth of a stage."""
    if not sys.stderr.isatty():
        yield _Lines()
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        Progress,
        SpinnerColumn,
        TaskProgressColumn,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        shown = ""

        def advance(done: int, total: int, stage: str) -> None:
            nonlocal shown
            if stage == "read" and done == total:
                done, stage = 0, "load"  # it takes seconds, and nothing tells how many
            if stage != shown:
                bar.reset(task, start=stage != "load", description=_STAGES[stage])
                shown = stage
            bar.update(task, completed=done, total=total)

        yield advance


class _Lines:
    """Progress for a log file."""

    def __init__(self) -> None:
        self._said = ""

    def __call__(self, done: int, total: int, stage: str) -> None:
        if (line := f"{_STAGES[stage]}: {10 * done // max(total, 1) * 10} %") != self._said:
            print(line, file=sys.stderr, flush=True)
            self._said = line
