"""The conversation in a real browser: what is kept, taken back, edited, linked to, copied, confined."""

from __future__ import annotations

import re

import pytest
from conftest import Site
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser

FIRST = re.compile(r"^\[1\]")
GDP = "全县地区生产总值达到386.5亿元、增长5.6%，城镇新增就业7800人。"


def choose(page: Page, name: str) -> None:
    """Chooses an item of the conversation's menu."""
    page.get_by_text("对话", exact=True).click()
    page.get_by_role("button", name=name).click()


def test_the_conversation_survives_a_reload_without_being_asked_again(
    page: Page, site: Site
) -> None:
    site.open(page)
    site.put(page, "地区生产总值是多少？")
    site.put(page, "县长的生日是哪天？")
    asked = len(site.ask.calls)
    page.reload()
    expect(page.get_by_role("article")).to_have_count(2)
    expect(page.get_by_role("log")).to_contain_text("386.5亿元")
    expect(page.get_by_role("log")).to_contain_text("报告中没有提到")
    assert len(site.ask.calls) == asked


def test_another_visitor_sees_nothing_of_it(page: Page, site: Site, browser: Browser) -> None:
    site.open(page)
    site.put(page, "地区生产总值是多少？")
    with browser.new_context() as other:
        stranger = other.new_page()
        site.open(stranger)
        expect(stranger.get_by_role("article")).to_have_count(0)


def test_what_another_version_stored_does_not_break_the_page(page: Page, site: Site) -> None:
    site.open(page)
    for stored in ("not json", '{"a": 1}', '[{"question": "x"}, null, 3]'):
        page.evaluate("stored => localStorage.setItem('planqa.conversation', stored)", stored)
        site.open(page)
        expect(page.get_by_role("article")).to_have_count(0)


def test_clearing_can_be_undone_until_the_next_question(page: Page, site: Site) -> None:
    site.open(page)
    site.put(page, "地区生产总值是多少？")
    choose(page, "清空对话")
    expect(page.get_by_role("article")).to_have_count(0)
    expect(page.get_by_role("list", name="例如")).to_be_visible()
    page.get_by_role("button", name="恢复").click()
    expect(page.get_by_role("log")).to_contain_text("386.5亿元")
    choose(page, "清空对话")
    page.reload()
    expect(page.get_by_role("article")).to_have_count(0)


def test_the_last_question_is_taken_back_into_the_box(page: Page, site: Site) -> None:
    site.open(page)
    site.put(page, "地区生产总值是多少？")
    site.put(page, "建成了什么？")
    choose(page, "撤回上一问")
    expect(page.get_by_role("article")).to_have_count(1)
    expect(page.get_by_role("textbox")).to_have_value("建成了什么？")


def test_an_edited_question_replaces_itself_and_what_followed(page: Page, site: Site) -> None:
    site.open(page)
    for question in ("地区生产总值是多少？", "建成了什么？", "高新技术企业？"):
        site.put(page, question)
    page.get_by_role("article").nth(1).get_by_role("button", name="修改").click()
    expect(page.get_by_role("textbox")).to_have_value("建成了什么？")
    expect(page.get_by_text("将替换这一问及其后的内容")).to_be_visible()
    site.put(page, "大桥通车了吗？")
    asked = page.get_by_role("article").locator(".asked")
    expect(asked).to_have_text(["地区生产总值是多少？", "大桥通车了吗？"])


def test_escape_leaves_the_edited_question_as_it_was(page: Page, site: Site) -> None:
    site.open(page)
    site.put(page, "地区生产总值是多少？")
    page.get_by_role("button", name="修改").click()
    page.get_by_role("textbox").press("Escape")
    expect(page.get_by_role("textbox")).to_have_value("")
    site.put(page, "建成了什么？")
    expect(page.get_by_role("article")).to_have_count(2)


def test_a_link_to_a_citation_opens_the_question_and_its_mark(page: Page, site: Site) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    site.open(page)
    site.put(page, "地区生产总值是多少？")
    page.get_by_role("button", name=re.compile(r"^\[2\]")).click()
    expect(page.get_by_role("region", name="原文").locator("mark")).to_be_visible()
    link = page.url
    page.evaluate("localStorage.clear()")
    page.goto("about:blank")
    page.goto(link)
    mark = page.get_by_role("region", name="原文").locator("mark")
    expect(mark).to_have_text("地区生产总值预期增长6%左右。")
    expect(page.get_by_role("log")).to_contain_text("386.5亿元")


def test_a_copied_link_asks_in_full_what_a_follow_up_meant(page: Page, site: Site) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    site.open(page)
    site.put(page, "建成了什么？")
    site.put(page, "那高新技术企业呢？")
    page.get_by_role("article").last.get_by_role("button", name="复制链接").click()
    expect(page.get_by_text("已复制")).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    page.evaluate("localStorage.clear()")
    page.goto("about:blank")
    page.goto(link)
    expect(page.get_by_role("article").locator(".asked")).to_have_text("云溪县高新技术企业呢？")


def test_a_quotation_is_copied_with_its_label(page: Page, site: Site) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    site.open(page)
    site.put(page, "地区生产总值是多少？")
    page.get_by_role("button", name="复制引文").click()
    expect(page.get_by_text("已复制")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == f"“{GDP}”（《{site.report.title}》第一部分（一））"


def test_copying_works_without_the_clipboard_api(page: Page, site: Site) -> None:
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    site.open(page)
    site.put(page, "地区生产总值是多少？")
    page.get_by_role("button", name="复制引文").click()
    expect(page.get_by_text("已复制")).to_be_visible()
    box = page.get_by_role("textbox")
    box.focus()
    box.press("ControlOrMeta+V")
    expect(box).to_have_value(re.compile(re.escape(GDP)))


def test_filters_go_along_with_a_question_and_are_shown_with_it(
    page: Page, two_reports: Site
) -> None:
    two_reports.open(page)
    page.get_by_role("combobox", name="地区").select_option("云溪县")
    page.get_by_role("combobox", name="年份").select_option("2024")
    two_reports.put(page, "地区生产总值是多少？")
    _, options = two_reports.ask.calls[-1]
    assert (options["report"], options["place"], options["year"]) == (None, "云溪县", 2024)
    expect(page.get_by_text("限于：云溪县 · 2024")).to_be_visible()
    page.get_by_role("combobox", name="报告").select_option("云溪县-2024")
    two_reports.put(page, "建成了什么？")
    assert two_reports.ask.calls[-1][1]["report"] == "云溪县-2024"


def test_one_report_needs_no_filters(page: Page, site: Site) -> None:
    site.open(page)
    expect(page.get_by_text("已收录 1 份报告（2024）")).to_be_visible()
    expect(page.get_by_role("combobox")).to_have_count(0)


def test_the_system_chooses_light_or_dark_until_the_visitor_does(page: Page, site: Site) -> None:
    theme = "document.documentElement.dataset.theme"
    page.emulate_media(color_scheme="dark")
    site.open(page)
    assert page.evaluate(theme) == "dark"
    page.get_by_role("button", name="改为浅色").click()
    page.reload()
    expect(page.get_by_role("button", name="改为深色")).to_be_visible()
    assert page.evaluate(theme) == "light"


def test_the_keyboard_alone_asks_and_reads_the_source(page: Page, site: Site) -> None:
    site.open(page)
    page.get_by_role("textbox").focus()
    page.keyboard.type("地区生产总值是多少？")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name=FIRST)).to_be_visible()
    for _ in range(12):
        page.keyboard.press("Shift+Tab")
        if page.get_by_role("button", name=FIRST).evaluate(
            "node => node === document.activeElement"
        ):
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="原文").locator("mark")).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(page.get_by_role("region", name="原文")).to_be_hidden()
    expect(page.get_by_role("button", name=FIRST)).to_be_focused()
