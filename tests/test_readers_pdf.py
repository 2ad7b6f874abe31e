"""PDF files: paragraphs put together over lines and pages, and where each page begins."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from office_files import pdf, printed

from planqa.corpus import read_report
from planqa.errors import ReportError
from planqa.readers import read

PATH = Path("报告.pdf")
LONG = "坚持稳中求进，地区生产总值增长5.3%，城镇新增就业12.3万人，" * 8 + "民生持续改善。"
PARAGRAPHS = ["各位代表：", "一、2022年回顾", LONG, "（一）" + LONG, "二、2023年安排", LONG, LONG]
TEXT = "\n".join(PARAGRAPHS)


def test_paragraphs_are_whole_over_lines_and_pages_and_running_heads_are_gone() -> None:
    reading = read(PATH, printed(TEXT, height=10))
    assert reading.text.split("\n")[:-1] == PARAGRAPHS
    assert len(reading.page_starts) > 3


def test_a_paragraph_knows_the_page_that_it_begins_on(tmp_path: Path) -> None:
    path = tmp_path / "报告.pdf"
    path.write_bytes(printed(TEXT, height=10))
    report = read_report(path)
    pages = [paragraph.page for paragraph in report.paragraphs]
    assert pages[0] == 1
    assert pages == sorted(pages, key=lambda page: page or 0)
    assert pages[-1] is not None
    assert pages[-1] > 3


def test_a_letter_spaced_title_is_closed_up() -> None:
    page = [(200, 80, "政 府 工 作 报 告"), (72, 140, "各位代表："), (72, 170, "完成了全年任务。")]
    assert read(PATH, pdf([page])).text.startswith("政府工作报告\n各位代表：")


def test_a_table_that_the_page_shows_plainly_keeps_its_heads() -> None:
    rows = [("指标", "单位", "目标"), ("生产总值", "亿元", "1200"), ("新增就业", "万人", "3")]
    cells = [
        (72 + 150 * column, 100 + 30 * row, text)
        for row, line in enumerate(rows)
        for column, text in enumerate(line)
    ]
    text = read(PATH, pdf([[(72, 60, "表1 主要指标"), *cells]])).text
    assert "指标：生产总值；单位：亿元；目标：1200\n" in text
    assert "指标：新增就业；单位：万人；目标：3\n" in text


def test_a_page_without_text_is_told_to_be_a_scan_with_the_way_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("planqa.readers.find_spec", lambda name: None)
    with pytest.raises(ReportError, match=r"scan without text; pip install 'planqa\[ocr\]'"):
        read(PATH, pdf([[], []]))


@pytest.mark.slow
def test_a_scanned_page_is_read_where_the_extra_is_installed() -> None:
    pytest.importorskip("rapidocr")
    from PIL import Image, ImageDraw, ImageFont

    page = Image.new("RGB", (1190, 1684), "white")
    draw = ImageDraw.Draw(page)
    font = ImageFont.load_default(40)
    draw.text((150, 200), "Gross regional product in 2022: 1106.7", "black", font)
    draw.text((150, 300), "Target for 2023: 5.5%", "black", font)
    file = io.BytesIO()
    page.save(file, "PDF", resolution=144)
    text = read(PATH, file.getvalue(), apart=True).text.replace(" ", "")
    assert "2022:1106.7" in text
    assert "2023:5.5%" in text


def test_a_locked_file_is_told_to_be_locked() -> None:
    with pytest.raises(ReportError, match="password"):
        read(PATH, pdf([[(72, 80, "完成了全年任务。")]], password="secret"))  # noqa: S106


@pytest.mark.parametrize("data", [b"%PDF-1.7", b"%PDF-1.4\nno more of it", b"plain text"])
def test_a_damaged_file_is_told_to_be_damaged(data: bytes) -> None:
    with pytest.raises(ReportError, match="damaged"):
        read(PATH, data)
