"""The command line's entry: its help, its commands, its exit status."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from planqa.cli import asking, upkeep
from planqa.cli.terminal import notice, put, quiet_libraries, speak_utf8
from planqa.errors import PlanqaError

__all__ = ["app", "main"]

NEXT = """\b
What to do next:
  planqa ask "2022年地区生产总值是多少？"  an answer from the reports in corpus/, cited
  planqa serve                             the same as a web page (planqa chat: here)
  planqa index FOLDER                      read reports of your own"""

app = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


@app.callback(invoke_without_command=True, epilog=NEXT)
def _planqa(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Ask Chinese government plan reports; every answer is cited to its section. Works offline."""
    if version:
        from planqa import __version__

        put(__version__)
    elif context.invoked_subcommand is None:
        put(context.get_help())


for command in (
    upkeep.index,
    asking.ask,
    asking.chat,
    asking.search,
    upkeep.outline,
    upkeep.reports,
    asking.serve,
    upkeep.evaluate,
    upkeep.doctor,
):
    app.command()(command)


def main() -> None:
    """Runs the command line: status 0 done, 1 an error in one line on stderr, 2 wrong usage."""
    speak_utf8()
    quiet_libraries()
    try:
        app(prog_name="planqa")
    except PlanqaError as error:
        notice(f"planqa: {error}")
        sys.exit(1)
