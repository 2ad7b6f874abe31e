"""Text -> what is known about a report: its title, its place, the year that it plans."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from planqa.lines import Line, lines_of

__all__ = ["Metadata", "metadata_of"]

_FRONT_LINES = 40
_SALUTATIONS = ("各位代表", "各位委员")
_TITLE_END = re.compile(r"(?:报告|纲要|规划|计划|方案|草案|公报)(?:[（(][^）)]{1,8}[）)])?$")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)年?(?!\d)")
_GIVEN = re.compile(r"^[—\-－（(]*((?:19|20)\d\d)年\d{1,2}月\d{1,2}日.*(?:会议|大会)")
_PLACE = re.compile(
    r"(?:[\u4e00-\u9fff]{2,8}?(?:特别行政区|自治区|省|市))?"
    r"(?:[\u4e00-\u9fff]{1,10}?(?:自治州|地区|盟|州|市))?"
    r"(?:[\u4e00-\u9fff]{1,10}?(?:自治县|自治旗|新区|区|县|市|旗))?"
)


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the front of a report and its file name say about it."""

    title: str
    place: str | None
    year: int | None
    """The year that the report plans, which is the year it was given in."""


def metadata_of(text: str, name: str) -> Metadata:
    """What `text` says about itself, and where it says nothing, what the file's `name` says."""
    front = _front(lines_of(text[:5000]))
    title = _title(front) or name
    return Metadata(title, _place(title) or _place(name), _year(front, title, name))


def _front(lines: Sequence[Line]) -> list[str]:
    """The lines above the first numbered one or the salutation."""
    front: list[str] = []
    for line in lines[:_FRONT_LINES]:
        if line.text.startswith(_SALUTATIONS) or line.number is not None:
            break
        front.append(line.text)
    return front


def _title(front: Sequence[str]) -> str | None:
    """The first line that ends as titles do, with the lines above that begin it."""
    for at, line in enumerate(front):
        if not _TITLE_END.search(line):
            continue
        first = at
        while first > 0 and "关于" not in line and front[first - 1].startswith("关于"):
            first -= 1
            line = front[first] + line
        return line
    return None


def _place(text: str) -> str | None:
    """The administrative area that `text` begins with, after 关于: 重庆市沙坪坝区."""
    found = _PLACE.match(text.removeprefix("关于"))
    return found.group() or None if found else None


def _year(front: Sequence[str], title: str, name: str) -> int | None:
    plain = [unicodedata.normalize("NFKC", text) for text in (title, name, *front)]
    for text in plain:
        if given := _GIVEN.search(text):
            return int(given[1])
    years = ([int(year) for year in _YEAR.findall(text)] for text in plain)
    return next((max(found) for found in years if found), None)
