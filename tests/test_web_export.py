"""The conversation as a file: Markdown and Word, with every citation and nothing read as markup."""

from __future__ import annotations

import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from conftest import Site
from playwright.sync_api import Page

from planqa.corpus import read_report

pytestmark = pytest.mark.browser

GDP = "全县地区生产总值达到386.5亿元、增长5.6%，城镇新增就业7800人。"


def exported(page: Page, site: Site, item: str, folder: Path) -> Path:
    """What the menu's `item` saves of a conversation with an answer, a refusal and an error."""
    site.open(page)
    site.put(page, "地区生产总值是多少？")
    site.put(page, "县长的生日是哪天 <b>&*_x_*？")
    site.put(page, "索引坏了吗？")
    page.get_by_text("对话", exact=True).click()
    with page.expect_download() as saved:
        page.get_by_role("button", name=item).click()
    path = folder / saved.value.suggested_filename
    saved.value.save_as(path)
    return path


def test_markdown_holds_questions_answers_and_all_citations(
    page: Page, site: Site, tmp_path: Path
) -> None:
    text = exported(page, site, "导出 Markdown", tmp_path).read_text(encoding="utf-8")
    assert "## 地区生产总值是多少？\n\n**386.5亿元**\n\n有把握\n" in text
    assert f"> {GDP}\n" in text
    assert "\\[2\\] 《关于云溪县" in text
    assert "二、2024年主要任务 › （一）重点工作 › 一是加快建设现代化产业体系" in text
    assert "## 县长的生日是哪天 \\<b\\>&\\*\\_x\\_\\*？" in text
    assert "索引坏了" not in text


def test_word_holds_the_same_and_can_be_read_back(page: Page, site: Site, tmp_path: Path) -> None:
    path = exported(page, site, "导出 Word", tmp_path)
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        for name in archive.namelist():
            ElementTree.fromstring(archive.read(name))  # noqa: S314 - written by the page itself
    report = read_report(path)
    assert f"386.5亿元\n有把握\n[1] 《{site.report.title}》" in report.text
    assert GDP in report.text
    assert "县长的生日是哪天 <b>&*_x_*？" in report.text
