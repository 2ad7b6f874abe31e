"""Where a citation stands, in the words of an official document: 《…报告》第二部分（三）一是."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["label"]

_NUMBERS = (
    (re.compile(r"([一二三四五六七八九十百]+)\s*[、.．,，]"), "第{}部分"),
    (re.compile(r"(第[一二三四五六七八九十百\d]+[章节部分篇编]+)"), "{}"),
    (re.compile(r"([（(][一二三四五六七八九十百\d]+[）)])"), "{}"),
    (re.compile(r"([一二三四五六七八九十]+是|首先|其次|再次|最后)"), "{}"),
    (re.compile(r"(\d+)\s*[、.．](?!\d)"), "第{}项"),
    (re.compile(r"([①-⑳])"), "{}"),
)
LONGEST = 24
"""Characters of an unnumbered heading that are quoted."""


def label(title: str, section_path: tuple[str, ...]) -> str:
    """The report's title and the numbers of its headings; a heading without one stands in quotes."""
    return f"《{title}》" + "".join(_number(heading) for heading in section_path)


def _number(heading: str) -> str:
    text = unicodedata.normalize("NFC", heading).strip()
    for pattern, form in _NUMBERS:
        if match := pattern.match(text):
            return form.format(match[1])
    return f"“{text if len(text) <= LONGEST else text[:LONGEST] + '…'}”"
