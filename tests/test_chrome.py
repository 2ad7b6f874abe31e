"""What of a file is not the report: the web page around it, copies, the table of contents."""

from __future__ import annotations

from texts import BODY, report, tree

from planqa.outline import outline_of


def test_the_web_page_around_a_report_is_left_out() -> None:
    page = ["下载", "打印", "【字号：", "大", "中", "小", "】", "<!--", "x", "-->", "<U+00A0>"]
    tail = ["责任编辑：某某", "扫一扫在手机打开当前页", "相关链接>>", "另一篇文章", "关闭窗口"]
    text = "\n".join(
        [*page, report("一、回顾", "　<U+00A0>" + BODY, "二、安排", *["…"] * 9), *tail]
    )
    outline = outline_of(text)
    assert [text[p.start : p.end] for p in outline.paragraphs] == ["各位代表：", BODY, *[BODY] * 9]


def test_a_text_that_stands_three_times_in_a_file_is_indexed_once() -> None:
    paragraphs = [f"第{n}件事，{BODY}" for n in range(12)]
    once = report("一、回顾", *paragraphs, "二、安排", "…")
    outline = outline_of(once * 3)
    assert [s.heading for s in outline.sections] == ["一、回顾", "二、安排"]
    assert len(outline.paragraphs) == len(outline_of(once).paragraphs)
    assert outline.notes == ("The file holds its text more than once; it is indexed once.",)


def test_the_table_of_contents_is_not_indexed_again() -> None:
    contents = "目  录\n一、回顾……………1\n（一）经济…………2\n二、安排\t5\n"
    text = contents + report("一、回顾", "（一）经济", "…", "二、安排", "…")
    assert tree(text) == [(1, "一、回顾"), (2, "（一）经济"), (1, "二、安排")]
    assert outline_of(text).notes == ("The table of contents is not indexed again.",)


def test_a_report_about_downloads_and_printing_loses_nothing() -> None:
    lines = [
        "扫一扫即可办理，群众满意度达98%。",
        "打印、复印等服务免费提供。",
        "大",
        "版权登记增长12%。",
    ]
    text = report("一、回顾", *lines, "二、安排", "…")
    assert [text[p.start : p.end] for p in outline_of(text).paragraphs[1:5]] == [
        *lines[:2],
        "大\n" + lines[3],
        BODY,
    ]
