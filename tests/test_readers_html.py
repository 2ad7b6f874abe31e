"""Web pages: the article, whole, and nothing of the site around it."""

from __future__ import annotations

from pathlib import Path

import pytest

from planqa.readers import read

PATH = Path("报告.html")
SENTENCE = "坚持稳中求进，地区生产总值增长5.3%，城镇新增就业12.3万人。"
PAGE = f"""<!DOCTYPE html><html><head><meta charset="{{charset}}"><title>报告_某网</title>
<style>p {{{{}}}}</style></head><body>
<div class="top"><a>首页</a> <a>政务公开</a> <a>互动交流</a> <a>办事服务</a></div>
<nav>您的位置：首页</nav>
<div id="content"><h1>2023年某县政府工作报告</h1>
<p>　　各位代表：</p><p>&nbsp;&nbsp;一、2022年<b>工作</b>回顾</p>
<p>{SENTENCE}{SENTENCE}朱镕基到
㙍头村。</p><p style="display:none">看不见。</p>
<p>二、安排<br>{SENTENCE}</p></div>
<footer>版权所有</footer><script>alert("一、")</script></body></html>"""


@pytest.mark.parametrize(
    ("charset", "encoding"), [("utf-8", "utf-8"), ("gb2312", "gb18030"), ("gbk", "gb18030")]
)
def test_the_article_is_read_without_the_site_in_the_encoding_it_is_in(
    charset: str, encoding: str
) -> None:
    data = PAGE.format(charset=charset).encode(encoding)
    assert [line.strip() for line in read(PATH, data).text.split("\n")][:-1] == [
        *("2023年某县政府工作报告", "各位代表：", "一、2022年工作回顾"),
        *(f"{SENTENCE}{SENTENCE}朱镕基到㙍头村。", "二、安排", SENTENCE),
    ]


def test_headings_of_the_page_are_marked() -> None:
    text = read(PATH, f"<h1>题</h1><p>{SENTENCE}</p><h3>节</h3><p>{SENTENCE}</p>".encode())
    assert {text.text[offset]: level for offset, level in text.marks.items()} == {"题": 1, "节": 3}


def test_a_title_outside_the_article_is_kept() -> None:
    page = f"<div><h1>某县报告</h1></div><div><p>{SENTENCE}</p><p>{SENTENCE}</p></div>"
    assert read(PATH, page.encode()).text.startswith("某县报告\n")


def test_a_row_of_a_table_keeps_the_heads_of_its_columns() -> None:
    page = f"""<p>{SENTENCE}</p><table>
    <tr><th rowspan="2">指标</th><th colspan="2">2023年</th></tr><tr><th>目标</th><th>完成</th></tr>
    <tr><td>就业</td><td>1万人</td><td>2万人</td></tr></table>"""
    reading = read(PATH, page.encode())
    assert "\n指标：就业；2023年 目标：1万人；2023年 完成：2万人\n" in reading.text
    assert {reading.text[offset : offset + 2] for offset in reading.rows} == {"指标"}


def test_a_table_that_lays_out_the_page_is_text() -> None:
    page = f"<table><tr><td>{SENTENCE * 9}</td><td>一、回顾<br>{SENTENCE}</td></tr></table>"
    assert read(PATH, page.encode()).text.split("\n")[:3] == [SENTENCE * 9, "一、回顾", SENTENCE]


def test_elements_without_end_are_read_all_the_same() -> None:
    assert read(PATH, ("<div>" * 5000 + SENTENCE).encode()).text == f"{SENTENCE}\n"
