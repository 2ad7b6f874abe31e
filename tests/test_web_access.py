"""axe-core on every state of the page: no violation, at any width, in light and dark."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import Site, served
from made_up import made_up_report
from playwright.sync_api import Browser, Page, ViewportSize, expect

from planqa.changes import Changes
from planqa.web import Feedback, Shelf
from planqa.web.access import Access

pytestmark = pytest.mark.browser

ColorScheme = Literal["light", "dark"]


def violations(page: Page) -> list[str]:
    """What axe-core finds, each with the elements that it is about."""
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']} ({one['impact']}): {node['html'][:120]} {node['any'][:1]}"
        for one in found
        for node in one["nodes"]
    ]


def states(page: Page, site: Site) -> Iterator[str]:
    """Brings the page from one state to the next, and names each."""
    expect(page.get_by_role("list", name="例如")).to_be_visible()
    yield "first screen"
    for question in ("地区生产总值是多少？", "高新技术企业？", "建成了什么？"):
        site.put(page, question)
    yield "answers"
    page.get_by_text("对话", exact=True).click()
    yield "menu"
    page.keyboard.press("Escape")
    site.put(page, "县长的生日是哪天？")
    yield "refusal"
    site.put(page, "索引坏了吗？")
    yield "error"
    page.get_by_role("button", name="修改").last.click()
    yield "editing"
    page.get_by_role("textbox").press("Escape")
    page.get_by_role("button", name=re.compile(r"^\[1\]")).first.click()
    expect(page.get_by_role("region", name="原文").locator("mark")).to_be_visible()
    yield "source"
    page.locator(".outline").evaluate("details => { details.open = !details.open }")
    yield "source with the other face of its outline"
    page.get_by_role("tab", name="报告").click()
    yield "reports"
    page.get_by_role("tab", name="问答").click()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("region", name="Source")).to_be_visible()
    yield "English"


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site with everything on."""
    folder = tmp_path_factory.mktemp("corpus")
    shelf = Shelf(folder, lambda **_: Changes((), (), (), (), (), (), "gen-1"))
    feedback = Feedback(folder / "feedback.jsonl")
    other = made_up_report("山城县-2023")
    options = {"shelf": shelf, "feedback": feedback, "access": Access(host="localhost")}
    with served(made_up_report(), other, **options) as site:
        yield site


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_axe_finds_no_violation_on_any_state(
    browser: Browser, everything: Site, width: int, scheme: ColorScheme
) -> None:
    viewport: ViewportSize = {"width": width, "height": 800}
    with browser.new_context(viewport=viewport, color_scheme=scheme) as context:
        page = context.new_page()
        everything.open(page)
        found = {state: violations(page) for state in states(page, everything)}
    assert {state: names for state, names in found.items() if names} == {}
