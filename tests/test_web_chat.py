"""The page in a real browser: asking, answers, refusals, errors, and the citations' source."""

from __future__ import annotations

import re

import pytest
from conftest import Site
from playwright.sync_api import Browser, Page, Route, expect

pytestmark = pytest.mark.browser


def test_the_first_screen_says_what_it_knows_and_offers_four_questions(
    page: Page, site: Site
) -> None:
    site.open(page)
    expect(page.get_by_text("已收录 1 份报告（2024）")).to_be_visible()
    expect(page.get_by_role("list", name="例如").get_by_role("button")).to_have_count(4)


def test_an_example_question_is_asked_by_choosing_it(page: Page, site: Site) -> None:
    site.open(page)
    page.get_by_role("button", name="地区生产总值是多少").click()
    expect(page.get_by_role("log")).to_contain_text("386.5亿元")


def test_the_answer_shows_short_then_quoted_then_cited(page: Page, site: Site) -> None:
    site.open(page)
    site.put(page, "地区生产总值是多少？")
    log = page.get_by_role("log", name="对话")
    expect(log.locator(".short")).to_have_text("386.5亿元")
    expect(log.locator("blockquote")).to_contain_text("全县地区生产总值达到386.5亿元、增长5.6%")
    expect(log.locator("blockquote strong")).to_have_text("386.5亿元")
    second = log.get_by_role("button", name=re.compile(r"^\[2\] "))
    expect(second).to_have_accessible_name(
        re.compile("二、2024年主要任务.*（一）重点工作.*一是加快建设现代化产业体系")
    )


@pytest.mark.parametrize(
    ("question", "words"),
    [("地区生产总值？", "有把握"), ("高新技术企业？", "可能"), ("建成了什么？", "不确定")],
)
def test_the_confidence_is_said_in_words(page: Page, site: Site, question: str, words: str) -> None:
    site.open(page)
    site.put(page, question)
    expect(page.get_by_role("log").get_by_text(words, exact=True)).to_be_visible()


def test_choosing_a_citation_shows_the_quote_marked_in_the_report(page: Page, site: Site) -> None:
    site.open(page)
    site.put(page, "地区生产总值是多少？")
    page.get_by_role("button", name=re.compile(r"^\[2\]")).click()
    source = page.get_by_role("region", name="原文")
    expect(source.locator("mark")).to_have_text("地区生产总值预期增长6%左右。")
    expect(source.locator("mark")).to_be_in_viewport()
    source.get_by_role("button", name="上一处").click()
    expect(source.locator("mark")).to_have_text(
        "全县地区生产总值达到386.5亿元、增长5.6%，城镇新增就业7800人。"
    )
    expect(source.locator("mark")).to_be_in_viewport()
    expect(source.get_by_role("button", name="上一处")).to_be_disabled()


def test_the_mark_is_right_beyond_characters_of_two_code_units(page: Page, site: Site) -> None:
    site.open(page)
    site.put(page, "大桥通车了吗？")
    page.get_by_role("button", name=re.compile(r"^\[1\]")).click()
    expect(page.get_by_role("region", name="原文").locator("mark")).to_have_text(
        "𠮷水大桥建成通车。"
    )


def test_the_source_shows_every_line_of_the_report(page: Page, site: Site) -> None:
    site.open(page)
    site.put(page, "地区生产总值是多少？")
    page.get_by_role("button", name=re.compile(r"^\[1\]")).click()
    shown = page.get_by_role("region", name="原文").locator(".printed > *")
    expect(shown).to_have_text(
        [line.strip() for line in site.report.text.splitlines() if line.strip()]
    )


def test_the_outline_moves_to_its_sections(page: Page, site: Site) -> None:
    page.set_viewport_size({"width": 1440, "height": 400})
    site.open(page)
    site.put(page, "地区生产总值是多少？")
    page.get_by_role("button", name=re.compile(r"^\[1\]")).click()
    outline = page.get_by_role("navigation", name="目录")
    expect(outline.locator("[aria-current]")).to_have_text("一、2023年计划执行情况")
    outline.get_by_role("button", name="二是持续改善生态环境质量").click()
    text = page.get_by_role("region", name="原文").locator(".printed")
    expect(text.get_by_text("二是持续改善生态环境质量")).to_be_in_viewport()


def test_closing_the_source_gives_the_focus_back_to_the_citation(page: Page, site: Site) -> None:
    site.open(page)
    site.put(page, "地区生产总值是多少？")
    page.get_by_role("button", name=re.compile(r"^\[1\]")).click()
    page.get_by_role("button", name="关闭原文").click()
    expect(page.get_by_role("region", name="原文")).to_be_hidden()
    expect(page.get_by_role("button", name=re.compile(r"^\[1\]"))).to_be_focused()


def test_a_refusal_is_labelled_and_its_near_misses_are_no_citations(page: Page, site: Site) -> None:
    site.open(page)
    site.put(page, "县长的生日是哪天？")
    log = page.get_by_role("log")
    expect(log.get_by_text("报告中没有提到", exact=True)).to_be_visible()
    expect(log.get_by_text("按“县长的生日是哪天？”查找")).to_be_visible()
    near = log.get_by_role("region", name="最接近的段落（不是答案）")
    expect(near.get_by_role("button")).to_have_count(3)
    expect(log.get_by_role("button", name=re.compile(r"^\[\d"))).to_have_count(0)
    near.get_by_role("button", name=re.compile("^相近段落 2")).click()
    expect(page.get_by_role("region", name="原文").locator("mark")).to_be_in_viewport()


def test_enter_sends_shift_enter_breaks_the_line_and_composing_does_neither(
    page: Page, site: Site
) -> None:
    site.open(page)
    box = page.get_by_role("textbox", name="问题")
    box.type("第一行")
    box.press("Shift+Enter")
    box.type("第二行")
    box.dispatch_event("keydown", {"key": "Enter", "isComposing": True, "bubbles": True})
    expect(box).to_have_value("第一行\n第二行")
    box.press("Enter")
    expect(box).to_have_value("")
    expect(page.get_by_role("article")).to_contain_text("第一行\n第二行", use_inner_text=True)


def test_a_question_too_long_is_refused_with_its_length_and_stays_in_the_box(
    page: Page, site: Site
) -> None:
    site.open(page)
    box = page.get_by_role("textbox", name="问题")
    box.fill("问" * 100_000)
    page.get_by_role("button", name="提问", exact=True).click()
    expect(page.get_by_text("问题有 100000 个字，最多 1000 个，请删短再问。")).to_be_visible()
    assert len(box.input_value()) == 100_000
    box.fill("  ")
    box.press("Enter")
    expect(page.get_by_text("请先写下问题。")).to_be_visible()


def test_a_planqa_error_is_shown_as_its_own_line_and_can_be_retried(page: Page, site: Site) -> None:
    site.open(page)
    site.put(page, "索引坏了吗？")
    expect(page.get_by_role("alert")).to_contain_text("索引不完整；请运行 planqa index 重建。")


def test_a_bug_is_shown_without_its_details(page: Page, site: Site) -> None:
    site.open(page)
    site.put(page, "故障")
    expect(page.get_by_role("alert")).to_contain_text("服务器出了错")
    assert "secret" not in page.content()


def test_a_server_that_is_gone_is_said_and_the_question_is_kept(page: Page, site: Site) -> None:
    site.open(page)
    page.route("**/ask", lambda route: route.abort())
    site.put(page, "地区生产总值是多少？")
    expect(page.get_by_role("alert")).to_contain_text("连不上 planqa 服务")
    page.unroute("**/ask")
    page.get_by_role("button", name="重试").click()
    expect(page.get_by_role("log")).to_contain_text("386.5亿元")


def test_a_full_queue_is_said(page: Page, site: Site) -> None:
    def full(route: Route) -> None:
        route.fulfill(status=503, json={"detail": "Queue is full."})

    site.open(page)
    page.route("**/ask", full)
    site.put(page, "地区生产总值是多少？")
    expect(page.get_by_role("alert")).to_contain_text("现在提问的人很多")


def test_earlier_questions_go_along_with_a_follow_up(page: Page, site: Site) -> None:
    site.open(page)
    site.put(page, "建成了什么？")
    site.put(page, "那高新技术企业呢？")
    question, options = site.ask.calls[-1]
    assert (question, options["history"]) == ("那高新技术企业呢？", ["建成了什么？"])
    expect(page.get_by_text("按“云溪县高新技术企业呢？”查找")).to_be_visible()


def test_english_is_one_switch_away_and_remembered(page: Page, site: Site) -> None:
    site.open(page)
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("textbox", name="Question")).to_be_visible()
    page.reload()
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "en"
    page.get_by_role("button", name="中文").click()
    expect(page.get_by_role("textbox", name="问题")).to_be_visible()


@pytest.mark.parametrize("width", [360, 768, 1440])
def test_nothing_is_wider_than_the_screen(browser: Browser, site: Site, width: int) -> None:
    with browser.new_context(viewport={"width": width, "height": 800}) as context:
        page = context.new_page()
        site.open(page)
        site.put(page, "地区生产总值是多少？" + "1234567890" * 9)
        page.get_by_role("button", name=re.compile(r"^\[1\]")).click()
        expect(page.locator("mark")).to_be_in_viewport()
        assert page.locator("#planqa").evaluate("node => node.scrollWidth") <= width


def test_the_source_stands_beside_the_chat_and_below_it_on_a_phone(page: Page, site: Site) -> None:
    site.open(page)
    site.put(page, "地区生产总值是多少？")
    for width, beside in ((1440, True), (360, False)):
        page.set_viewport_size({"width": width, "height": 800})
        page.get_by_role("button", name=re.compile(r"^\[1\]")).click()
        source = page.get_by_role("region", name="原文")
        expect(source.locator("mark")).to_be_in_viewport()
        log, panel = page.get_by_role("log").bounding_box(), source.bounding_box()
        assert log and panel
        assert (panel["x"] >= log["x"] + log["width"]) == beside
        assert (panel["y"] >= log["y"] + log["height"]) == (not beside)
