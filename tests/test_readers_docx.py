"""Word files: what Word prints, and nothing that it does not."""

from __future__ import annotations

from pathlib import Path

import pytest
from office_files import docx, package, paragraph, table, wrapped

from planqa.errors import ReportError
from planqa.outline import outline_of
from planqa.readers import read

PATH = Path("报告.docx")


def lines(data: bytes) -> list[str]:
    return [line for line in read(PATH, data).text.split("\n") if line]


def numbered(level: int, text: str) -> str:
    place = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="1"/></w:numPr>'
    return paragraph(text, place)


NUMBERING = """
<w:abstractNum w:abstractNumId="0">
  <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="japaneseCounting"/><w:lvlText w:val="%1、"/></w:lvl>
  <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="（%2）"/></w:lvl>
  <w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%3."/></w:lvl>
  <w:lvl w:ilvl="3"><w:numFmt w:val="bullet"/><w:lvlText w:val="•"/></w:lvl>
</w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>
"""


def test_numbers_that_stand_only_in_the_numbering_definitions_are_printed() -> None:
    body = [numbered(0, "回顾"), numbered(1, "经济"), numbered(2, "增长"), numbered(2, "投资")]
    body += [numbered(1, "民生"), numbered(3, "要点"), numbered(0, "安排"), numbered(1, "经济")]
    assert lines(docx("".join(body), numbering=NUMBERING)) == [
        *("一、回顾", "（一）经济", "1.增长", "2.投资"),
        *("（二）民生", "要点", "二、安排", "（一）经济"),
    ]


def test_a_style_can_give_the_number_and_the_level_of_a_heading() -> None:
    styles = """
    <w:style w:styleId="base"><w:pPr><w:outlineLvl w:val="0"/>
      <w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
    <w:style w:styleId="own"><w:basedOn w:val="base"/></w:style>"""
    body = paragraph("回顾", '<w:pStyle w:val="own"/>') + paragraph("完成了。")
    reading = read(PATH, docx(body, styles=styles, numbering=NUMBERING))
    assert reading.text == "一、回顾\n完成了。\n"
    assert dict(reading.marks) == {0: 1}


def test_a_title_that_only_its_style_marks_is_a_section() -> None:
    heading = '<w:outlineLvl w:val="1"/>'
    long_title = "加强政府自身建设，" * 6
    body = [paragraph("一、回顾"), paragraph("完成了。"), paragraph(long_title, heading)]
    reading = read(PATH, docx("".join([*body, paragraph("做好工作。")])))
    outline = outline_of(reading.text, reading.marks)
    assert [s.heading for top in outline.sections for _, s in top.walk()] == [
        "一、回顾",
        long_title,
    ]


def test_a_row_of_a_table_keeps_the_heads_of_its_columns() -> None:
    body = paragraph("表1 主要指标") + table(
        [
            ["指标", "2022年", "2023年目标"],
            ["地区生产总值", "1106.7亿元", "5%"],
            ["就业", "", "1万人"],
        ]
    )
    assert lines(docx(body)) == [
        "表1 主要指标",
        "指标：地区生产总值；2022年：1106.7亿元；2023年目标：5%",
        "指标：就业；2023年目标：1万人",
    ]


def test_rows_of_tables_are_paragraphs_under_the_title_of_the_table_and_no_headings() -> None:
    rows = [["指标", "目标"], ["一、经济", "5%"], ["二、民生", "6%"]]
    body = paragraph("一、目标") + paragraph("如下。") + paragraph("表1 主要指标") + table(rows)
    reading = read(PATH, docx(body))
    outline = outline_of(reading.text, reading.marks, reading.rows)
    last = outline.paragraphs[-1]
    assert reading.text[last.start : last.end] == "指标：二、民生；目标：6%"
    assert last.section_path == ("一、目标", "表1 主要指标")


def test_merged_cells_count_wherever_they_reach() -> None:
    def cell(text: str, properties: str = "") -> str:
        return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(text)}</w:tc>"

    wide, down = '<w:gridSpan w:val="2"/>', '<w:vMerge w:val="restart"/>'
    body = f"""<w:tbl>
    <w:tr>{cell("指标", down)}{cell("2023年", wide)}</w:tr>
    <w:tr>{cell("", "<w:vMerge/>")}{cell("目标")}{cell("完成")}</w:tr>
    <w:tr>{cell("就业")}{cell("1万人")}{cell("2万人")}</w:tr></w:tbl>"""
    assert lines(docx(body)) == ["指标：就业；2023年 目标：1万人；2023年 完成：2万人"]


def test_a_frame_around_text_is_no_table() -> None:
    body = (
        f"<w:tbl><w:tr><w:tc>{paragraph('一、回顾')}{paragraph('完成了。')}</w:tc></w:tr></w:tbl>"
    )
    assert lines(docx(body)) == ["一、回顾", "完成了。"]


def test_a_text_box_that_the_file_holds_twice_is_read_once_below_its_paragraph() -> None:
    box = f"<w:txbxContent>{paragraph('重点项目')}</w:txbxContent>"
    both = (
        '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        f"<mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent>"
    )
    body = f"<w:p><w:r><w:t>抓好</w:t>{both}<w:t>生产。</w:t></w:r></w:p>" + paragraph("又。")
    assert lines(docx(body)) == ["抓好生产。", "重点项目", "又。"]


def test_notes_stand_at_the_end_and_deleted_text_nowhere() -> None:
    notes = (
        f'<w:footnote w:type="separator" w:id="0">{paragraph("——")}</w:footnote>'
        f'<w:footnote w:id="1">{paragraph("指新增就业。")}</w:footnote>'
    )
    deleted = "<w:del><w:r><w:t>旧</w:t></w:r></w:del><w:ins><w:r><w:t>新</w:t></w:r></w:ins>"
    body = f'<w:p>{deleted}<w:r><w:footnoteReference w:id="1"/><w:t>目标。</w:t></w:r></w:p>'
    assert lines(docx(body, footnotes=notes)) == ["新目标。", "脚注", "[1] 指新增就业。"]


def test_a_small_file_that_unpacks_to_much_is_refused() -> None:
    with pytest.raises(ReportError, match="too large"):
        read(PATH, docx(" " * 70_000_000))


def test_entities_which_could_fill_the_memory_are_refused() -> None:
    bomb = '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    document = bomb + wrapped("document", "<w:body>&b;</w:body>").partition("?>")[2]
    with pytest.raises(ReportError, match="defines entities"):
        read(PATH, package({"document": document}))


@pytest.mark.parametrize("data", [b"PK\x03\x04 and no more", docx(paragraph("甲。"))[:200]])
def test_a_truncated_file_is_refused(data: bytes) -> None:
    with pytest.raises(ReportError, match="damaged"):
        read(PATH, data)
