"""Reading in a process of its own, with limits on its time and memory.

A damaged or malicious file can make a parser crash, run forever or fill the memory. In a process of
its own it harms nothing else: that process ends, and the file is reported.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from planqa.errors import ReportError
from planqa.readers.reading import NoTextLayer, Reading

__all__ = ["main", "read_apart"]

_SECONDS = 120
_SECONDS_OF_SCAN = 3600
_BYTES = 4 * 1024**3
_REFUSED = 3
"""Exit status of the process where the reader gave a reason."""
_SCANNED = 4
"""The same where the reason is that a PDF has no text layer."""


def read_apart(path: Path, data: bytes, module: str) -> Reading:
    """What the reader `module` makes of the file; ReportError where it refuses, dies or is slow."""
    seconds = _SECONDS_OF_SCAN if module == "scan" else _SECONDS
    command = [
        sys.executable,
        "-P",
        "-m",
        "planqa.readers.apart",
        module,
        path.suffix,
        str(seconds),
    ]
    places = [str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, places))}
    try:
        done = subprocess.run(  # noqa: S603 - this program's own reader
            command, input=data, capture_output=True, timeout=seconds, env=environment
        )
    except subprocess.TimeoutExpired as error:
        raise ReportError(path, f"reading it took over {seconds} seconds; split it") from error
    if done.returncode in (_REFUSED, _SCANNED):
        refusal = NoTextLayer if done.returncode == _SCANNED else ReportError
        raise refusal(path, done.stdout.decode("utf-8"))
    if done.returncode != 0:
        raise ReportError(path, f"the reader broke down on it{_cause(done)}; save it again")
    return _decoded(json.loads(done.stdout))


def _cause(done: subprocess.CompletedProcess[bytes]) -> str:
    """The kind of error that ended the process, in brackets."""
    last = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
    name = last.partition(":")[0].rpartition(".")[2]
    return f" ({name})" if name.isidentifier() else ""


def _decoded(fields: dict[str, Any]) -> Reading:
    return Reading(
        text=fields["text"],
        page_starts=tuple(fields["page_starts"]),
        marks=dict(fields["marks"]),
        rows=frozenset(fields["rows"]),
    )


def _encoded(reading: Reading) -> dict[str, Any]:
    return {
        "text": reading.text,
        "page_starts": reading.page_starts,
        "marks": list(reading.marks.items()),
        "rows": sorted(reading.rows),
    }


def main() -> int:
    """The other process: the file on its input, a Reading as JSON or a reason on its output."""
    from importlib import import_module

    module, suffix, seconds = sys.argv[1:]
    _limit_itself(int(seconds))
    with os.fdopen(os.dup(1), "wb") as output:
        os.dup2(2, 1)  # what a library prints goes elsewhere
        try:
            data = sys.stdin.buffer.read()
            reading = import_module(f"planqa.readers.{module}").read(Path(f"report{suffix}"), data)
        except ReportError as error:
            output.write(error.reason.encode("utf-8"))
            return _SCANNED if isinstance(error, NoTextLayer) else _REFUSED
        output.write(json.dumps(_encoded(reading)).encode("ascii"))
    return 0


def _limit_itself(seconds: int) -> None:
    if os.name != "posix":  # elsewhere the time limit has to do
        return
    import resource

    processors = os.cpu_count() or 1
    limits = ((resource.RLIMIT_AS, _BYTES), (resource.RLIMIT_CPU, seconds * processors))
    for what, limit in limits:
        hard = resource.getrlimit(what)[1]
        resource.setrlimit(what, (min(limit, hard) if hard > 0 else limit, hard))


if __name__ == "__main__":
    sys.exit(main())
