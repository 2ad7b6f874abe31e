"""Text -> its lines that hold something, each as a span without the space around it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from planqa.numbering import Number, number_of

__all__ = ["Line", "lines_of"]

_LINE = re.compile(r"[^\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")
_INVISIBLE = ("\u200b", "\u2060", "\ufeff", "&nbsp;", "<U+00A0>", "**")
"""What is no more than space: badly saved pages have the names of one, Markdown has its bold."""
_MARK = re.compile(r"(#{1,6})[ \t]+(?=\S)")
_SENTENCE_END = frozenset("。！？；：.!?;:…")
_PUNCTUATION = _SENTENCE_END | frozenset("，、,")
_CLOSERS = "”’」』》）)]】"
_CLAUSES = re.compile(r"[。！？；]")
_UNFINISHED = re.compile(r"(?:[的和与及或对为将于]|以及)$")
_DATE = re.compile(r"[\d０-９〇○零一二三四五六七八九十]{2,4}\s*年.{1,6}月.{1,6}日$")
_SALUTATION = re.compile(r"[^。]{0,30}(?:各位|同志们|代表们|委员们)[^。]{0,12}[：:]$")
_SHORT = 45
_WIDEST = 64
_NARROWEST = 15
_RAGGED = 3
"""By how much lines of one width differ, in characters."""


@dataclass(frozen=True, slots=True)
class Line:
    """The span `[start, end)` of the whole text, without space around it.

    `text` is what it says, which is the span itself, or where a paragraph was broken into lines of
    one width, those lines put together again.
    """

    start: int
    end: int
    text: str
    number: Number | None
    """What it is numbered with."""
    after_gap: bool
    """Whether an empty line stands before it."""
    mark: int = 0
    """The level at which the file itself marks it as a heading; 0 where it does not."""
    is_row: bool = False
    """Whether it is a row of a table, which is no heading."""

    @property
    def is_whole(self) -> bool:
        """Whether it ends as paragraphs do: the next line does not go on with its sentence."""
        text = self.text.rstrip(_CLOSERS)
        broken = text.endswith(".") and text[-2:-1].isdigit()  # in the middle of a figure
        return self.is_row or (text[-1:] in _SENTENCE_END and not broken)

    @property
    def ends_in_punctuation(self) -> bool:
        """Whether it ends in punctuation, closing quotation marks aside."""
        return self.text.rstrip(_CLOSERS)[-1:] in _PUNCTUATION

    @property
    def looks_like_title(self) -> bool:
        """Short, a clause or two without a number or punctuation at the end, and no date."""
        return (
            self.number is None
            and not self.is_row
            and 2 <= len(self.text) <= _SHORT
            and not self.ends_in_punctuation
            and _CLAUSES.search(self.text) is None
            and _UNFINISHED.search(self.text) is None
            and not self.is_date
        )

    @property
    def is_marked_title(self) -> bool:
        """Whether the file marks it as a heading, as it may well be by its length and its end."""
        return self.mark > 0 and len(self.text) <= 2 * _SHORT and not self.text.endswith("。")

    @property
    def is_salutation(self) -> bool:
        """Whether it is what a report begins with: 各位代表： or 主任、各位副主任、各位委员：."""
        return (
            self.text.startswith(("各位代表", "各位委员"))
            or _SALUTATION.match(self.text) is not None
        )

    @property
    def is_date(self) -> bool:
        """Whether it is a day, as below a signature."""
        return _DATE.match(self.text) is not None


def lines_of(
    text: str, marks: Mapping[int, int] | None = None, rows: Collection[int] = ()
) -> list[Line]:
    """The lines of `text` that hold more than space, in order.

    `marks` gives the level of the lines that the file marks as headings, and `rows` are the rows of
    tables, both by the offset where the line begins. A # as in Markdown is a mark too.
    """
    lines: list[Line] = []
    previous_end = 0
    for found in _LINE.finditer(text):
        start, end = _trimmed(text, *found.span())
        if start == end:
            continue
        mark = marks.get(found.start(), 0) if marks else 0
        is_row = found.start() in rows
        if sharp := _MARK.match(text, start, end):
            mark, start = len(sharp[1]), sharp.end()
        gap = text.count("\n", previous_end, start) > 1
        printed = text[start:end]
        number = None if is_row else number_of(printed)
        lines.append(Line(start, end, printed, number, gap, mark, is_row))
        previous_end = end
    width = _wrapped_at(lines)
    return _unwrapped(text, lines, width) if width else lines


def _wrapped_at(lines: Sequence[Line]) -> int:
    """The width, in characters, that a text typed into lines of one width has; 0 of any other."""
    lengths = [len(line.text) for line in lines]
    if len(lines) < 20 or max(lengths) > _WIDEST:
        return 0
    width = sorted(lengths)[len(lines) * 9 // 10]
    full = [line for line in lines if len(line.text) > width - _RAGGED]
    broken = sum(not line.is_whole for line in full)
    typed = 2 * len(full) > len(lines) and 2 * broken > len(full)
    return width if width > _NARROWEST and typed else 0


def _unwrapped(text: str, lines: Sequence[Line], width: int) -> list[Line]:
    """Each paragraph as one line: it goes on below a full line that is not indented."""
    whole: list[Line] = []
    above: Line | None = None
    for line in lines:
        indented = (
            line.start > 0 and text[line.start - 1].isspace() and text[line.start - 1] != "\n"
        )
        goes_on = above is not None and len(above.text) > width - 2 * _RAGGED
        if not goes_on or indented or line.after_gap or line.is_row or line.mark:
            whole.append(line)
        else:
            joined = whole[-1].text + line.text
            whole[-1] = replace(whole[-1], end=line.end, text=joined)
        above = line
    return whole


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without the space around it; empty where there is nothing else."""
    while start < end:
        if text[start].isspace():
            start += 1
        elif text.startswith(_INVISIBLE, start, end):
            start += next(len(word) for word in _INVISIBLE if text.startswith(word, start, end))
        else:
            break
    while start < end:
        if text[end - 1].isspace():
            end -= 1
        elif text.endswith(_INVISIBLE, start, end):
            end -= next(len(word) for word in _INVISIBLE if text.endswith(word, start, end))
        else:
            break
    return start, end
