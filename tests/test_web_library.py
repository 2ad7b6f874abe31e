"""The reports' tab and the visitors' opinions in a real browser."""

from __future__ import annotations

import ast
import json
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import Site, served
from made_up import made_up_report
from playwright.sync_api import FilePayload, Page, expect

import planqa
from planqa.changes import Changes
from planqa.errors import ReportError
from planqa.web import Feedback, Shelf
from planqa.web.access import Access

pytestmark = pytest.mark.browser

TOKEN = "open sesame"  # noqa: S105


class Library:
    """A corpus in a folder, and an index that is any number of made-up reports."""

    def __init__(self, corpus: Path) -> None:
        self.corpus = corpus
        self.reports = [made_up_report("云溪县-2024")]
        self.may_finish = threading.Event()
        self.may_finish.set()

    def update(
        self, *, rebuild: bool = False, on_progress: Callable[[int, int, str], None] | None = None
    ) -> Changes:
        if on_progress:
            on_progress(1, 4, "embed")
        self.may_finish.wait(10)
        names = sorted(path.name for path in self.corpus.glob("*.txt"))
        good = [name for name in names if "坏" not in name]
        bad = [
            ReportError(self.corpus / name, "it holds no text") for name in names if "坏" in name
        ]
        self.reports = [made_up_report(name.removesuffix(".txt")) for name in good]
        return Changes(tuple(good), (), (), (), (), tuple(bad), "gen-2")


@pytest.fixture
def library(tmp_path: Path) -> Library:
    (tmp_path / "云溪县-2024.txt").write_text("x", encoding="utf-8")
    return Library(tmp_path)


def site_of(library: Library, access: Access) -> Iterator[Site]:
    feedback = Feedback(library.corpus / "feedback.jsonl")
    shelf = Shelf(library.corpus, library.update)
    options = {"feedback": feedback, "shelf": shelf, "access": access}
    with served(library.reports[0], reports=lambda: library.reports, **options) as site:
        yield site


@pytest.fixture
def at_home(library: Library) -> Iterator[Site]:
    """A server on the visitor's own machine."""
    yield from site_of(library, Access())


@pytest.fixture
def guarded(library: Library) -> Iterator[Site]:
    """A server that asks for a token."""
    yield from site_of(library, Access(TOKEN))


def text_file(name: str) -> FilePayload:
    return {"name": name, "mimeType": "text/plain", "buffer": b"report"}


def open_tab(page: Page, site: Site) -> None:
    site.open(page)
    page.get_by_role("tab", name="报告").click()


def test_the_tab_lists_what_is_known_of_each_report(page: Page, at_home: Site) -> None:
    open_tab(page, at_home)
    panel = page.get_by_role("tabpanel", name="报告")
    expect(panel.get_by_role("heading", name="已收录 1 份报告")).to_be_visible()
    expect(panel).to_contain_text(re.compile(r"云溪县 · 2024 · 10 节 · 收录于 20\d\d-\d\d-\d\d"))
    expect(page.get_by_role("log")).to_be_hidden()
    page.get_by_role("tab", name="报告").press("ArrowLeft")
    expect(page.get_by_role("log")).to_be_attached()
    expect(page.get_by_role("tab", name="问答")).to_be_focused()


def test_files_are_added_with_progress_and_a_result_each_while_questions_are_answered(
    page: Page, at_home: Site, library: Library
) -> None:
    library.may_finish.clear()
    open_tab(page, at_home)
    files = [text_file("山城县-2025.txt"), text_file("坏.txt"), text_file("表.xlsx")]
    page.get_by_text("把报告文件拖到这里").set_input_files(files)
    expect(page.get_by_role("progressbar")).to_have_attribute("value", "1")
    page.get_by_role("tab", name="问答").click()
    at_home.put(page, "地区生产总值是多少？")
    expect(page.get_by_role("log")).to_contain_text("386.5亿元")
    page.get_by_role("tab", name="报告").click()
    library.may_finish.set()
    panel = page.get_by_role("tabpanel", name="报告")
    expect(panel.get_by_text("已收录：山城县-2025.txt")).to_be_visible()
    expect(panel.get_by_text("未能收录：坏.txt — 文件里没有文字")).to_be_visible()
    expect(panel.get_by_text("未能收录：表.xlsx — 这不是报告文件：可以读")).to_be_visible()
    expect(panel.get_by_role("heading", name="已收录 2 份报告")).to_be_visible()
    assert not (library.corpus / "坏.txt").exists()


def test_a_report_is_removed_after_asking(page: Page, at_home: Site, library: Library) -> None:
    (library.corpus / "山城县-2025.txt").write_text("x", encoding="utf-8")
    library.reports.append(made_up_report("山城县-2025"))
    open_tab(page, at_home)
    answers = iter(["dismiss", "accept"])
    page.on("dialog", lambda dialog: getattr(dialog, next(answers))())
    remove = page.get_by_role("button", name="移除《").last
    remove.click()
    assert (library.corpus / "山城县-2025.txt").exists()
    remove.click()
    expect(page.get_by_role("heading", name="已收录 1 份报告")).to_be_visible()
    assert not (library.corpus / "山城县-2025.txt").exists()


def test_a_token_is_asked_for_where_the_server_has_one(
    page: Page, guarded: Site, library: Library
) -> None:
    open_tab(page, guarded)
    page.get_by_role("button", name="重建索引").click()
    expect(page.get_by_text("口令不对")).to_be_visible()
    page.get_by_label("口令").fill(TOKEN)
    page.get_by_role("button", name="重建索引").click()
    expect(page.get_by_text("索引已更新。")).to_be_visible()


def test_where_changes_are_off_the_tab_says_how_to_have_them(page: Page, site: Site) -> None:
    open_tab(page, site)
    expect(page.get_by_text("planqa serve --token")).to_be_visible()
    expect(page.get_by_role("button", name="移除《")).to_have_count(0)


def test_an_opinion_and_a_word_on_it_reach_the_owners_file(
    page: Page, at_home: Site, library: Library
) -> None:
    at_home.open(page)
    at_home.put(page, "地区生产总值是多少？")
    page.get_by_role("button", name="没用").click()
    expect(page.get_by_role("button", name="没用")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("textbox", name="补充一句").fill("数字旧了")
    page.get_by_role("button", name="发送").click()
    expect(page.get_by_role("textbox", name="补充一句")).to_have_count(0)
    lines = (library.corpus / "feedback.jsonl").read_text(encoding="utf-8").splitlines()
    first, second = map(json.loads, lines)
    assert (first["verdict"], first["comment"]) == ("bad", "")
    assert (second["id"], second["comment"]) == (first["id"], "数字旧了")
    page.reload()
    expect(page.get_by_role("button", name="没用")).to_have_attribute("aria-pressed", "true")


def test_every_reason_to_leave_a_file_out_is_told_in_chinese(page: Page, at_home: Site) -> None:
    """Reasons that the code forms, with 12 for what it fills in; a new one needs a line in lines.js."""
    at_home.open(page)
    told = page.evaluate(
        """async (reasons) => {
            const { told } = await import(new URL("page/scripts/texts.js", document.baseURI).href);
            return reasons.map(told);
        }""",
        reasons := sorted(reasons_to_refuse()),
    )
    assert len(reasons) > 20
    assert [line for line in told if not re.search("[一-龥]", line)] == []


def reasons_to_refuse() -> set[str]:
    """The reasons of every ReportError in the code, and those of the shelf."""
    found = set()
    for path in sorted(Path(planqa.__file__).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Name("ReportError"), args=[_, reason]):
                    found.add(reason)
                case ast.FunctionDef("_unfit"):
                    returned = (n.value for n in ast.walk(node) if isinstance(n, ast.Return))
                    found |= {each for each in returned if each is not None}
    return {text for reason in found if (text := filled(reason))}


def filled(reason: ast.expr) -> str:
    """A text of the code with 12 in its gaps; empty for what is no text."""
    match reason:
        case ast.Constant(str(text)):
            return text
        case ast.JoinedStr(parts):
            return "".join(p.value if isinstance(p, ast.Constant) else "12" for p in parts)
    return ""
