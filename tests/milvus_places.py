"""Where an index can lie, for tests that hold for each: a folder, Milvus Lite, a Milvus server."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest
from indexing import BigramEncoder, make_corpus

from planqa.build import update_index
from planqa.errors import IndexUnusable
from planqa.milvus import Address, Sent, publish
from planqa.milvus.connection import Connection
from planqa.opening import Live, Opened, open_index, open_live

KINDS = ["files", pytest.param("lite", marks=pytest.mark.slow)]
KINDS += [pytest.param("server", marks=pytest.mark.slow)]
START_SECONDS = 600


@dataclass(frozen=True)
class Place:
    """A corpus, its index in a folder, and the place where questions are asked of it."""

    corpus: Path
    folder: Path
    where: str
    """The folder itself, or a Milvus."""

    def update(self) -> Sent | None:
        """Brings all up to date with the corpus; what was sent to Milvus."""
        update_index(self.corpus, self.folder, encoder=BigramEncoder())
        return None if self.where == str(self.folder) else publish(self.folder, self.address)

    @property
    def address(self) -> Address:
        return Address.parse(self.where)

    def open(self) -> Opened:
        return open_index(self.where, encoder=BigramEncoder())

    def live(self) -> Live:
        return open_live(self.where, encoder=BigramEncoder())


def make_place(kind: str, folder: Path, request: pytest.FixtureRequest) -> Place:
    """A corpus of three reports and an empty place of this kind."""
    corpus = make_corpus(folder / "报告 库")
    index = folder / "索 引"
    if kind == "files":
        return Place(corpus, index, str(index))
    if kind == "lite":
        pytest.importorskip("milvus_lite")
        return Place(corpus, index, f"milvus+file:{folder / '索 引.db'}")
    return Place(corpus, index, new_database(request.getfixturevalue("milvus_server")))


def new_database(server: str) -> str:
    """The address of a new database of the server at this one."""
    from pymilvus import MilvusClient

    name = f"planqa_{uuid.uuid4().hex[:8]}"
    client = MilvusClient(server)
    client.create_database(name)
    client.close()
    return f"milvus+{server}/{name}"


@contextmanager
def running_server(folder: Path) -> Iterator[str]:
    """The address of a real Milvus. Of the folder only its programs stay, which take a while to unpack."""
    if find_spec("milvus") is None:
        pytest.skip("no Milvus server here: pip install milvus==2.3.5 has one for Linux on x86-64")
    shutil.rmtree(folder / "data", ignore_errors=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    starter = "import milvus; milvus.main()"
    process = subprocess.Popen(
        [sys.executable, "-c", starter, "--data", str(folder), "--proxy-port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        address = f"http://127.0.0.1:{port}"
        _wait(address, process)
        yield address
    finally:
        process.send_signal(signal.SIGINT)  # at which it stops the server, its child
        process.wait(timeout=60)
        shutil.rmtree(folder / "data", ignore_errors=True)


def _wait(address: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START_SECONDS
    while True:
        try:
            Connection(Address.parse(f"milvus+{address}")).close()
            return
        except IndexUnusable:
            waiting = process.poll() is None and time.monotonic() < end
            assert waiting, (
                "the Milvus server does not start; of its kind only one runs on a machine"
            )
            time.sleep(0.5)
