"""What the page must never do: run a report's script, ask another host, give out a file."""

from __future__ import annotations

import http.client
import json
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from conftest import Site
from made_up import HOSTILE
from playwright.sync_api import Page, Request, expect

from planqa.web.page import PAGE_FILES


def status(site: Site, path: str, body: bytes | None = None) -> int:
    """The status of a request whose path is sent as it is, dots and all."""
    connection = http.client.HTTPConnection(urlsplit(site.url).netloc, timeout=10)
    headers = {"content-type": "application/json"}
    connection.request("GET" if body is None else "POST", path, body, headers)
    code = connection.getresponse().status
    connection.close()
    return code


@pytest.mark.browser
def test_script_in_a_report_or_a_question_is_shown_and_never_run(
    page: Page, hostile_site: Site
) -> None:
    page.goto(hostile_site.url + "/#q=" + HOSTILE)
    log = page.get_by_role("log")
    expect(log.get_by_text("报告中没有提到", exact=True)).to_be_visible()
    expect(log).to_contain_text('onerror="window.attacked=1"')
    box = page.get_by_role("textbox", name="问题")
    box.fill("地区生产总值" + HOSTILE)
    box.press("Enter")
    page.get_by_role("button", name=re.compile(r"^\[1\]")).click()
    source = page.get_by_role("region", name="原文")
    expect(source.get_by_role("heading", level=2)).to_contain_text("<script>")
    expect(source.locator("mark")).to_be_visible()
    page.get_by_role("button", name="English").click()
    page.reload()
    expect(page.get_by_role("log")).to_contain_text("<script>")
    assert page.evaluate("window.attacked") is None
    assert page.locator("img").count() == 0


@pytest.mark.browser
def test_the_browser_is_sent_nowhere_outside(page: Page, site: Site) -> None:
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request))
    page.goto(site.url)
    box = page.get_by_role("textbox", name="问题")
    box.fill("地区生产总值是多少？")
    box.press("Enter")
    page.get_by_role("button", name=re.compile(r"^\[1\]")).click()
    expect(page.get_by_role("region", name="原文").locator("mark")).to_be_visible()
    page.wait_for_load_state("networkidle")
    hosts = {urlsplit(request.url).netloc for request in asked if request.url.startswith("http")}
    assert hosts == {urlsplit(site.url).netloc}


@pytest.mark.browser
def test_the_page_is_whole_with_every_other_host_blocked(page: Page, site: Site) -> None:
    page.route(lambda url: not url.startswith(site.url), lambda route: route.abort())
    failed: list[str] = []
    page.on("requestfailed", lambda request: failed.append(request.url))
    page.goto(site.url)
    expect(page.get_by_role("list", name="例如").get_by_role("button")).to_have_count(4)
    assert failed == []


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/file=/etc/hostname",
        "/gradio_api/file=../../../../etc/hostname",
        "/gradio_api/file/etc/hostname",
        "/file=/etc/hostname",
        "/gradio_api/proxy=https://example.com/",
        "/gradio_api/stream/x/1/1/playlist.m3u8",
        "/gradio_api/upload_progress?upload_id=1",
        "/monitoring",
        "/page/../server.py",
        "/page/%2e%2e/server.py",
        "/page//etc/hostname",
        "/static/../../../../etc/hostname",
        "/assets/..%2f..%2f..%2froutes.py",
    ],
)
def test_no_route_gives_out_a_file_that_is_not_the_pages(site: Site, path: str) -> None:
    assert status(site, path) in {403, 404}


def test_the_pages_own_files_are_given_out(site: Site) -> None:
    assert status(site, "/page/scripts/main.js") == 200


@pytest.mark.parametrize(
    "path", ["/gradio_api/upload", "/gradio_api/component_server", "/gradio_api/vibe-edit"]
)
def test_nothing_can_be_put_on_the_server(site: Site, path: str) -> None:
    assert status(site, path, b"{}") == 404


def test_a_body_past_the_bound_is_refused(site: Site) -> None:
    body = json.dumps({"question": "问" * 300_000}).encode()
    assert status(site, "/ask", body) == 413


def test_the_scripts_never_turn_a_string_into_html() -> None:
    for script in Path(str(PAGE_FILES)).glob("scripts/*.js"):
        text = script.read_text(encoding="utf-8")
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(", text
        ), script
