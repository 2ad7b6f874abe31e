"""Text -> what is known about a report: its title, kind, place, issuer, day, and years.

What the text says of itself comes first, then what the file's name says. A file `<name>.meta.toml`
beside the report corrects it (`corrected`).
"""

from __future__ import annotations

import calendar
import datetime
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from planqa.chrome import sifted
from planqa.errors import ReportError
from planqa.lines import lines_of
from planqa.numbering import value_of
from planqa.report import Section

__all__ = ["Metadata", "corrected", "metadata_of", "sidecar_of"]

_FRONT = 6000
"""Characters in which the front of a report lies."""
_SPACED = re.compile(r"(?:[\u4e00-\u9fff]\s+){2,}[\u4e00-\u9fff]$")
_NUMERALS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_NUMERAL_YEAR = re.compile(r"[〇○零一二三四五六七八九]{4}(?=年)")
_NUMERAL_DAY = re.compile(r"[一二三四五六七八九十]{1,3}(?=[月日])")
_PART_OF_A_YEAR = re.compile(r"上半年|前三季度|[1一][-－—至]?[6六九9]月")

_TITLE_END = re.compile(r"(?:报告|纲要|规划|计划|方案|草案|公报)(?:[（(][^）)]{1,8}[）)])?$")
_TITLE_NOTE = re.compile(r"[（(](?:全文|摘要|摘登|实录|文字实录|书面|审议稿|[一二三四]审稿)[）)]$")
_KINDS = (
    ("计划报告", re.compile(r"国民经济和社会发展计划|计划(?:草案)?的?报告|计划执行情况")),
    ("预算报告", re.compile(r"预算(?:草案)?的?报告|预算执行情况|财政预算|决算")),
    ("政府工作报告", re.compile(r"政府工作报告|政府工作的报告")),
    ("规划纲要", re.compile(r"规划纲要|远景目标纲要|五年规划|五年计划")),
    ("统计公报", re.compile(r"统计公报")),
)
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d|年?(?:远景|中长期))")
_DAY = re.compile(r"((?:19|20)\d\d)\s*[年\-/.]\s*(\d{1,2})\s*[月\-/.]\s*(\d{1,2})(?:\s*日)?")
_SPOKEN = re.compile(r"[—\-－–（(]*\s*(?:19|20)\d\d年\d{1,2}月\d{1,2}日.*(?:会议|大会)")
_REVIEW = re.compile(r"((?:19|20)\d\d)年?.{0,20}(?:回顾|执行情况|完成情况|总结|主要工作|取得)")
_ISSUER = re.compile(
    r".{2,30}(?:人民政府|发展和改革委员会|发展改革委(?:员会)?|发改委|财政[厅局]|统计局|办公[厅室])$"
)
_AREA = r"[\u4e00-\u9fff]"
_PLACE = re.compile(
    rf"(?:{_AREA}{{2,7}}?(?:特别行政区|自治区|省|市))?(?:{_AREA}{{2,9}}?(?:自治州|地区|盟|州|市))?"
    rf"(?:{_AREA}{{1,10}}?(?:自治县|自治旗|新区|林区|特区|区|县|市|旗))?"
)
_NO_PLACE = re.compile(
    r"^[全本我各该][省市县区州]$|国民|经济|社会|发展|政府|工作|计划|关于|报告|规划|预算"
)
_CONGRESS = re.compile(rf"在({_AREA}{{2,25}}?)第[一二三四五六七八九十〇\d]+届人民代表大会")
_LONGEST_LINE = 60
"""Characters of a line that may be a title or say when a report was given; a longer one is text."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known about a report; None where nothing says."""

    title: str
    kind: str | None = None
    """政府工作报告, 计划报告, 预算报告, 规划纲要 or 统计公报."""
    place: str | None = None
    """重庆市沙坪坝区; None for the whole country."""
    issuer: str | None = None
    """Who gives it: 沙坪坝区发展和改革委员会."""
    date: str | None = None
    """The day it was given, as 2023-01-10."""
    reviewed: int | None = None
    """The year that it looks back on."""
    year: int | None = None
    """The year that it plans, which is the year it was given in."""


def metadata_of(text: str, sections: Sequence[Section], name: str) -> Metadata:
    """What `text`, with its `sections`, says about itself; where it does not, what `name` says."""
    front = _front(text, sections)
    plain = [_plain(line) for line in front]
    headings = [_plain(section.heading) for section in sections]
    printed = _title(front)
    title = _plain(printed or name)
    kind = _kind(title) or _kind(name)
    congress = next((found[1] for line in plain if (found := _CONGRESS.search(line))), None)
    nation = congress is not None and congress.startswith("全国")
    place = None if nation else _place(title) or _place(congress or "") or _place(name)
    short = [line for line in plain if len(line) <= _LONGEST_LINE]
    spoken = _day(line for line in short if _SPOKEN.match(line))
    day = spoken or _day(short)
    year = _planned(spoken, title, name, headings) or (day.year if day else None)
    return Metadata(
        title=_full_title(printed or _named(name), kind, place, year),
        kind=kind,
        place=place,
        issuer=_issuer(front, kind, place),
        date=day.isoformat() if day else None,
        reviewed=_reviewed(year, title, headings),
        year=year,
    )


def corrected(found: Metadata, report: Path) -> Metadata:
    """What was found, with what the file `<name>.meta.toml` beside the report says instead.

    Raises ReportError where that file cannot be read or says something unknown.
    """
    path = sidecar_of(report)
    try:
        fields = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return found
    except (OSError, ValueError) as error:
        raise ReportError(path, f"it cannot be read: {error}") from error
    checked: dict[str, Any] = {key: _checked(path, key, fields[key]) for key in fields}
    return replace(found, **checked)


def sidecar_of(report: Path) -> Path:
    """The file beside a report that corrects what is known of it."""
    return report.with_suffix(".meta.toml")


def _checked(path: Path, key: str, value: object) -> str | int | None:
    if key in ("year", "reviewed") and isinstance(value, int) and 1900 <= value <= 2200:
        return value
    if key == "date" and isinstance(value, datetime.date):
        return value.isoformat()
    if key in ("title", "kind", "place", "issuer") and isinstance(value, str):
        return value.strip() or None
    known = "title, kind, place, issuer (text), date (2023-01-10), year, reviewed (2023)"
    raise ReportError(path, f"{key} = {value!r} is none of what it may say: {known}")


def _plain(text: str) -> str:
    """The text with figures in half width, and dates in figures that are written in numerals."""
    text = unicodedata.normalize("NFKC", text)
    text = _NUMERAL_YEAR.sub(lambda found: found.group().translate(_NUMERALS), text)
    return _NUMERAL_DAY.sub(lambda found: str(value_of(found.group())), text)


def _front(text: str, sections: Sequence[Section]) -> list[str]:
    """The lines above the first section and the salutation: title, issuer, day and the like."""
    end = sections[0].start if sections else _FRONT
    front: list[str] = []
    for line in sifted(lines_of(text[: min(end, _FRONT)])).lines:
        if line.is_salutation:
            break
        spaced = _SPACED.match(line.text) is not None
        front.append("".join(line.text.split()) if spaced else line.text)
    return front


def _title(front: Sequence[str]) -> str | None:
    """The line that ends as titles do, with the lines above that begin it; 关于…的报告 first."""
    titles = list(_titles(front))
    formal = next((title for title in titles if title.startswith("关于")), None)
    return formal or next(iter(titles), None)


def _titles(front: Sequence[str]) -> Iterator[str]:
    """What ends as titles do: a line, or 关于… and the lines up to the one that ends in 报告."""
    for at, line in enumerate(front):
        begin = line.find("关于")
        if 0 <= begin < len(line) <= _LONGEST_LINE and not line.endswith("报告"):
            ends = (n for n in range(at, at + 4) if "报告" in (front[n] if n < len(front) else ""))
            if (end := next(ends, None)) is not None:
                yield _TITLE_NOTE.sub("", "".join(front[at : end + 1])[begin:])
        elif _TITLE_END.search(line) and len(line) <= 60:
            yield _TITLE_NOTE.sub("", line)


def _named(name: str) -> str:
    """The title in a file's name such as 某市-2025-政府工作报告; the whole name without one."""
    last = name.rpartition("-")[2]
    return last if _TITLE_END.search(last) else name


def _full_title(title: str, kind: str | None, place: str | None, year: int | None) -> str:
    """A title that only says what kind of report it is, with its place and year before it."""
    if title != kind or year is None:
        return title
    return f"{year}年{place or '国务院'}{title}"


def _kind(title: str) -> str | None:
    return next((kind for kind, pattern in _KINDS if pattern.search(title)), None)


def _place(text: str) -> str | None:
    """The area that a title begins with, after its year or 关于: 重庆市沙坪坝区."""
    found = _PLACE.match(re.sub(r"^(?:关于|(?:19|20)\d\d年?)+", "", text))
    place = found.group() if found else ""
    return place if place and not _NO_PLACE.search(place) else None


def _issuer(front: Sequence[str], kind: str | None, place: str | None) -> str | None:
    named = next((line for line in front if _ISSUER.match(line)), None)
    if named is None and kind == "政府工作报告":
        return f"{place}人民政府" if place else "国务院"
    return named


def _day(lines: Iterable[str]) -> datetime.date | None:
    """The first day that the lines name."""
    for line in lines:
        if found := _DAY.search(line):
            year, month, day = (int(part) for part in found.groups())
            if 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]:
                return datetime.date(year, month, day)
    return None


def _planned(
    day: datetime.date | None, title: str, name: str, headings: Sequence[str]
) -> int | None:
    """The year planned: that of the meeting, or the next where one late in the year speaks of it;
    else the latest of the title, of the file's name, of the headings."""
    if day is not None:
        late = day.month > 10 and any(str(day.year + 1) in text for text in (title, *headings))
        return day.year + late
    for text in (title, name, " ".join(headings)):
        if years := [int(year) for year in _YEAR.findall(text)]:
            return max(years)
    return None


def _reviewed(year: int | None, title: str, headings: Sequence[str]) -> int | None:
    """The year reviewed: what the title or a heading calls so, or else the year before."""
    if _PART_OF_A_YEAR.search(title):
        return year
    for text in (title, *headings):
        if (found := _REVIEW.search(text)) and (year is None or int(found[1]) < year):
            return int(found[1])
    return year - 1 if year is not None else None
