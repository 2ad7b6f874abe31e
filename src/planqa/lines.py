"""Text -> its lines that hold something, each as a span without the space around it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from planqa.numbering import Number, number_of

__all__ = ["Line", "lines_of"]

_LINE = re.compile(r"[^\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")
_INVISIBLE = ("\u200b", "\u2060", "\ufeff", "&nbsp;", "<U+00A0>")  # the last two: badly saved pages
_MARK = re.compile(r"(#{1,6})[ \t]+(?=\S)")
_SENTENCE_END = frozenset("。！？；：，、.!?;:,…")
_CLOSERS = "”’」』》）)]】"
_CLAUSES = re.compile(r"[。！？；]")
_UNFINISHED = re.compile(r"(?:[的和与及或对为将于]|以及)$")
_DATE = re.compile(r"[\d０-９〇○零一二三四五六七八九十]{2,4}\s*年.{1,6}月.{1,6}日$")
_SHORT = 45


@dataclass(frozen=True, slots=True)
class Line:
    """`text`, which begins at `start` in the whole text and has no space around it."""

    start: int
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
    def end(self) -> int:
        """Where it ends in the whole text."""
        return self.start + len(self.text)

    @property
    def ends_sentence(self) -> bool:
        """Whether it ends in punctuation, closing quotation marks aside."""
        return self.is_row or self.text.rstrip(_CLOSERS)[-1:] in _SENTENCE_END

    @property
    def looks_like_title(self) -> bool:
        """Short, a clause or two without a number or punctuation at the end, and no date."""
        return (
            self.number is None
            and not self.is_row
            and 2 <= len(self.text) <= _SHORT
            and not self.ends_sentence
            and _CLAUSES.search(self.text) is None
            and _UNFINISHED.search(self.text) is None
            and not self.is_date
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
        lines.append(Line(start, printed, number, gap, mark, is_row))
        previous_end = end
    return lines


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
