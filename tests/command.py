"""The command `planqa` as its users run it: a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Result:
    """What a process printed, and how it ended."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    def succeeded(self) -> Result:
        """This result, where the status is 0."""
        assert self.status == 0, self.err
        return self

    def failed(self, status: int = 1) -> str:
        """The one line that says why, where nothing else was printed."""
        assert (self.status, self.out) == (status, ""), self
        *before, line = self.err.splitlines()
        assert "Traceback" not in self.err
        assert all(each.endswith(("%", "…")) for each in before), self.err
        assert line.startswith("planqa: ")
        return line


def environment(**changes: object) -> dict[str, str]:
    """This process's environment without what would steer planqa, and with `changes`."""
    steering = {"PLANQA_INDEX", "PLANQA_CORPUS", "PLANQA_STORE", "COLUMNS", "FORCE_COLOR"}
    kept = {name: value for name, value in os.environ.items() if name not in steering}
    return kept | {name: str(value) for name, value in changes.items()}


def planqa(
    *arguments: object, cwd: Path | None = None, stdin: bytes = b"", **changes: object
) -> Result:
    """Runs `planqa` with the arguments; `changes` are made to the environment."""
    done = subprocess.run(
        [sys.executable, "-m", "planqa", *map(str, arguments)],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        env=environment(PYTHONPATH=ROOT / "src", **changes),
        timeout=300,
        check=False,
    )
    return Result(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))
