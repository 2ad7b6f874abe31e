"""What the READMEs show of planqa's output, and what it really prints: `make readme` puts the latter in."""

from __future__ import annotations

import re
import shlex
import tempfile
from pathlib import Path

from command import ROOT, planqa

READMES = ("README.md", "README.zh-CN.md")
_BLOCK = re.compile(
    r"^```console\n\$ \.venv/bin/planqa (?P<command>.*)\n(?P<output>(?:.*\n)*?)```$", re.MULTILINE
)


def shown(name: str) -> dict[str, str]:
    """The output that a README shows of each command, without `planqa`."""
    text = (ROOT / name).read_text(encoding="utf-8")
    return {block["command"]: block["output"] for block in _BLOCK.finditer(text)}


def printed(command: str, index: Path) -> str:
    """What a command of a README prints."""
    return planqa(*shlex.split(command), "--index", index, cwd=ROOT).succeeded().out


def main() -> None:
    """Puts what each command prints into the READMEs."""
    with tempfile.TemporaryDirectory() as folder:
        index = Path(folder, "index")
        planqa("index", ROOT / "corpus", "--index", index).succeeded()
        outputs = {command: printed(command, index) for command in shown(READMES[0])}
    for name in READMES:
        path = ROOT / name
        text = _BLOCK.sub(
            lambda block: (
                f"```console\n$ .venv/bin/planqa {block['command']}\n{outputs[block['command']]}```"
            ),
            path.read_text(encoding="utf-8"),
        )
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
