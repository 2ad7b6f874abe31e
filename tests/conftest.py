"""What the tests share: a real Chromium, and the page served over a made-up report."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from made_up import MadeUpAsk, made_up_report

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from planqa.report import Report


def pytest_configure(config: pytest.Config) -> None:
    """A model cache of the tests' own, kept from run to run: making the int8 model takes seconds."""
    os.environ.setdefault("PLANQA_CACHE", str(config.cache.mkdir("model")))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Quick tests first."""
    late = ("slow", "browser")
    items.sort(key=lambda item: any(item.get_closest_marker(mark) for mark in late))


@pytest.fixture(scope="session")
def corpus_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The index of the report that comes with planqa, as `planqa index` builds it."""
    from command import ROOT, planqa

    index = tmp_path_factory.mktemp("planqa") / "index"
    planqa("index", ROOT / "corpus", "--index", index).succeeded()
    return index


@pytest.fixture(scope="session")
def county_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The index of a made-up report, by the packaged model."""
    from planqa.build import update_index
    from planqa.encode import load_encoder

    folder = tmp_path_factory.mktemp("county")
    (folder / "corpus").mkdir()
    (folder / "corpus" / "云溪县-2024.txt").write_text(made_up_report().text, encoding="utf-8")
    update_index(folder / "corpus", folder / "index", encoder=load_encoder())
    return folder / "index"


@dataclass
class Site:
    """A page that is being served, and what stands behind it."""

    url: str
    ask: MadeUpAsk
    report: Report

    def open(self, page: Page, fragment: str = "") -> None:
        """Opens the page, and waits until it can be used."""
        from playwright.sync_api import expect

        page.goto(self.url + "/" + fragment)
        expect(page.locator("#planqa.ready")).to_be_visible()

    def put(self, page: Page, question: str) -> None:
        """Asks, and waits until there is an answer, a refusal or an error."""
        from playwright.sync_api import expect

        box = page.get_by_role("textbox")
        box.fill(question)
        box.press("Enter")
        turn = page.get_by_role("article").last
        expect(turn).to_contain_text(question)
        expect(turn.get_by_role("button", name="重试")).to_be_visible()


@contextmanager
def served(report: Report, *others: Report, **options: Any) -> Iterator[Site]:
    """The page over the reports at a free port of this machine, from a thread of this process.

    What is asked is answered from the first; `reports` says what is indexed, and the other options
    go to `build_app`.
    """
    import uvicorn

    from planqa.web import build_app

    ask, indexed = MadeUpAsk(report), [report, *others]
    reports = options.pop("reports", lambda: indexed)
    made: Future[uvicorn.Server] = Future()

    async def run(listener: socket.socket) -> None:
        try:
            app = build_app(ask, reports, **options)
        except BaseException as error:
            made.set_exception(error)
            return
        made.set_result(uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="on")))
        await made.result().serve(sockets=[listener])

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=lambda: asyncio.run(run(listener)), daemon=True)
        thread.start()
        server = made.result(timeout=30)
        yield Site(f"http://127.0.0.1:{listener.getsockname()[1]}", ask, report)
        server.should_exit = server.force_exit = True
        thread.join(timeout=10)


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with served(made_up_report()) as site:
        yield site


@pytest.fixture(scope="module")
def two_reports() -> Iterator[Site]:
    """A site of two reports, of different places and years."""
    other = replace(made_up_report("山城县-2023"), title="山城县2023年政府工作报告", place="山城县")
    with served(made_up_report(), replace(other, year=2023)) as site:
        yield site


@pytest.fixture(scope="module")
def hostile_site() -> Iterator[Site]:
    """A site whose report carries script in its title, headings, text and file name."""
    with served(made_up_report(hostile=True)) as site:
        yield site


# One a module: while it is open its event loop runs in this thread, and `asyncio.run` cannot.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The Chromium that is there; without one the test is skipped, or fails if it is required."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        reason = "no Chromium on this machine (Debian: apt-get install chromium)"
        if os.environ.get("PLANQA_REQUIRE_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh page of a fresh visitor; a script error on it fails the test."""
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    page.set_default_timeout(10_000)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert errors == []
