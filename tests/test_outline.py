"""The outline: which lines are headings, how they nest, and where every paragraph belongs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

from planqa.outline import outline_of
from planqa.report import Paragraph, Section, SectionPath

ROOT = Path(__file__).parents[1]
REPORT = ROOT / "corpus" / "重庆市沙坪坝区-2023-国民经济和社会发展计划报告.txt"
GOLD = ROOT / "evaluation" / "outlines" / f"{REPORT.stem}.json"


def tree(sections: Iterable[Section]) -> list[tuple[int, str]]:
    """The headings with their levels, in reading order."""
    return [(s.level, s.heading) for top in sections for _, s in top.walk()]


def paths(rows: Iterable[tuple[int, str]]) -> Counter[SectionPath]:
    """The path of each heading: two outlines agree on one where all above it agrees too."""
    above: list[str] = []
    found: Counter[SectionPath] = Counter()
    for level, heading in rows:
        above = [*above[: level - 1], heading]
        found[tuple(above)] += 1
    return found


def f1(gold: Counter[SectionPath], found: Counter[SectionPath]) -> float:
    return 2 * (gold & found).total() / (gold.total() + found.total())


def path_of(text: str, paragraphs: Iterable[Paragraph], words: str) -> SectionPath:
    """The section path of the paragraph that holds `words`."""
    (path,) = {p.section_path for p in paragraphs if words in text[p.start : p.end]}
    return path


@pytest.fixture(scope="module")
def report_text() -> str:
    return REPORT.read_text(encoding="utf-8")


def test_the_corpus_report_has_the_54_headings_that_a_careful_reader_sees(report_text: str) -> None:
    gold = [(level, heading) for level, heading in json.loads(GOLD.read_text("utf-8"))["headings"]]
    assert Counter(level for level, _ in gold) == {1: 2, 2: 9, 3: 27, 4: 16}
    assert f1(paths(gold), paths(tree(outline_of(report_text).sections))) == 1.0


def test_a_paragraph_that_closes_a_part_belongs_to_the_part(report_text: str) -> None:
    paragraphs = outline_of(report_text).paragraphs
    assert len(path_of(report_text, paragraphs, "惟其艰难，方显勇毅")) == 1
    assert path_of(report_text, paragraphs, "受区人民政府委托") == ()


def test_headings_begin_and_sections_end_where_they_say(report_text: str) -> None:
    outline = outline_of(report_text)
    sections, paragraphs = outline.sections, outline.paragraphs
    for top in sections:
        for path, section in top.walk():
            assert report_text.startswith(section.heading, section.start)
            assert all(section.start < c.start and c.end <= section.end for c in section.children)
            for p in paragraphs:
                inside = section.start <= p.start and p.end <= section.end
                assert inside == (p.section_path[: len(path)] == path and inside)
    owned = {p.section_path for p in paragraphs if p.section_path}
    assert owned <= {path for top in sections for path, _ in top.walk()}


def test_nothing_of_the_text_is_lost(report_text: str) -> None:
    outline = outline_of(report_text)
    sections, paragraphs = outline.sections, outline.paragraphs
    kept = bytearray(len(report_text))
    for top in sections:
        for _, s in top.walk():
            kept[s.start : s.start + len(s.heading)] = b"\1" * len(s.heading)
    end = 0
    for p in paragraphs:
        assert end <= p.start < p.end
        assert report_text[p.start : p.end] == report_text[p.start : p.end].strip()
        kept[p.start : p.end] = b"\1" * (p.end - p.start)
        end = p.end
    assert [c for c, k in zip(report_text, kept, strict=True) if not k and not c.isspace()] == []


def test_a_run_in_item_is_quoted_with_its_heading(report_text: str) -> None:
    paragraphs = outline_of(report_text).paragraphs
    starts = [report_text[p.start : p.end][:2] for p in paragraphs if len(p.section_path) == 3]
    assert starts.count("一是") == 9


def test_sections_that_lost_their_numbers_are_restored() -> None:
    text = (
        "一、任务\n抓好生产\n一是种粮。种好。\n二是养猪。养好。\n"
        "抓好生活\n一是建房。建好。\n（三）抓好生态\n"
    )
    assert tree(outline_of(text).sections) == [
        (1, "一、任务"),
        (2, "抓好生产"),
        (3, "一是种粮"),
        (3, "二是养猪"),
        (2, "抓好生活"),
        (3, "一是建房"),
        (2, "（三）抓好生态"),
    ]


def test_a_line_broken_off_in_a_sentence_goes_on_in_the_next() -> None:
    text = "一、回顾\n坚持开放。积极推动加入\n全面协定\n（CPTPP）等，成绩很大。\n各位代表！\n"
    outline = outline_of(text)
    sections, paragraphs = outline.sections, outline.paragraphs
    assert tree(sections) == [(1, "一、回顾")]
    assert [text[p.start : p.end] for p in paragraphs] == [
        "坚持开放。积极推动加入\n全面协定\n（CPTPP）等，成绩很大。",
        "各位代表！",
    ]


@pytest.mark.parametrize(
    "line", ["12.3万人实现就业。", "1、2月份增长。", "二、三产业增长。", "3亿元。"]
)
def test_a_figure_at_the_head_of_a_line_is_no_heading(line: str) -> None:
    assert outline_of(f"一、回顾\n{line}\n").sections[0].children == ()
