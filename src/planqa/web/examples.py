"""Reports -> a few questions that they answer, drawn from their own words for the first screen."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from planqa.report import Paragraph, Report

__all__ = ["example_questions"]

# Where a subject may begin, and what stands before it or in it without belonging to a name.
_CLAUSE_START = r"(?:^|(?<=[。；：，、\s]))(?:全年|预计|实现|其中|全年实现|预计全年)?"
_NO_NAME = r"(?![\u4e00-\u9fff]{0,12}(?:[等将比的了]|分别|超过|同比|年均|今年|设立|带动|拉动))"
_MEASURE = re.compile(
    _CLAUSE_START + _NO_NAME + r"(?P<what>[\u4e00-\u9fff]{3,11}"
    r"(?:总值|总额|收入|支出|产值|规模|面积|人口|产量|总量))"
    r"(?:达到?|为|约|突破|超过)?\d[\d.]*(?:万亿|亿|万)?[\u4e00-\u9fff]"
)
_GROWTH = re.compile(
    _CLAUSE_START + _NO_NAME + r"(?P<what>[\u4e00-\u9fff]{4,12}?)"
    r"(?P<verb>增长|下降)\d[\d.]*%"
)
_COUNT = re.compile(
    _CLAUSE_START
    + _NO_NAME
    + r"(?P<what>(?:新增|建成|完成|引进|培育|实施|开工)[\u4e00-\u9fff“”]{2,14}?)"
    r"\d[\d.]*(?P<unit>万?(?:家|个|项|套|公里|所|户|人|名|辆|座|亩))"
)
_RUN_IN = re.compile(
    r"^[一二三四五六七八九十]+是(?P<what>"
    r"(?:加快|推动|推进|持续|全面|加强|扩大|提升|促进|深化|保障)[\u4e00-\u9fff]{4,16})$"
)
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)年")


def example_questions(reports: Sequence[Report], count: int = 4) -> list[str]:
    """At most `count` questions, of different kinds, and from different reports of several."""
    spread = _spread(reports, count)
    kinds = (_measured, _grown, _counted, _planned)
    questions: list[str] = []
    for turn in range(len(kinds) * count if spread else 0):
        if len(questions) == count:
            break
        report, kind = spread[turn % len(spread)], kinds[(turn + turn // len(kinds)) % len(kinds)]
        place = (report.place or "") if len(reports) > 1 else ""
        found = (place + question for question in kind(report))
        questions.extend(islice((q for q in found if q not in questions), 1))
    return questions


def _spread(reports: Sequence[Report], count: int) -> list[Report]:
    """At most `count` of the reports, evenly spaced, so that the first screen shows their range."""
    if len(reports) <= count:
        return list(reports)
    return [reports[i * (len(reports) - 1) // (count - 1)] for i in range(count)]


def _measured(report: Report) -> Iterator[str]:
    return _from_text(report, _MEASURE, lambda m: f"{m['what']}是多少？")


def _grown(report: Report) -> Iterator[str]:
    return _from_text(report, _GROWTH, lambda m: f"{m['what']}{m['verb']}了多少？")


def _counted(report: Report) -> Iterator[str]:
    return _from_text(report, _COUNT, lambda m: f"{m['what']}多少{m['unit'].removeprefix('万')}？")


def _planned(report: Report) -> Iterator[str]:
    """From run-in headings; those at the report's end come first, where the plans stand."""
    for path, section in reversed(list(report.walk())):
        if match := _RUN_IN.match(section.heading):
            yield f"{_year_of(path)}怎样{match['what']}？"


def _from_text(
    report: Report, pattern: re.Pattern[str], ask: Callable[[re.Match[str]], str]
) -> Iterator[str]:
    for paragraph in report.paragraphs:
        for match in pattern.finditer(report.text, paragraph.start, paragraph.end):
            yield _year(paragraph) + ask(match)


def _year(paragraph: Paragraph) -> str:
    return _year_of(paragraph.section_path)


def _year_of(section_path: Sequence[str]) -> str:
    """The year that the innermost heading with one names, as a prefix; empty where none does."""
    years = [year for heading in section_path for year in _YEAR.findall(heading)]
    return f"{years[-1]}年" if years else ""
