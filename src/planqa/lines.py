"""Text -> its lines that hold something, each as a span without the space around it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from planqa.numbering import Number, number_of

__all__ = ["Line", "lines_of"]

_LINE = re.compile(r"[^\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")
_SENTENCE_END = frozenset("。！？；：，、.!?;:,")
_CLOSERS = "”’」』》）)]】"
_SHORT = 45
_INSIDE = re.compile(r"[。！？；]")


@dataclass(frozen=True, slots=True)
class Line:
    """`text[start:end]`, without space around it; `number` is what it is numbered with."""

    start: int
    end: int
    text: str
    number: Number | None
    after_gap: bool
    """Whether an empty line stands before it."""

    @property
    def ends_sentence(self) -> bool:
        """Whether it ends in punctuation, closing quotation marks aside."""
        return self.text.rstrip(_CLOSERS)[-1:] in _SENTENCE_END

    @property
    def looks_like_heading(self) -> bool:
        """Short, of one clause or two, with no number and no punctuation at its end."""
        return (
            self.number is None
            and 2 <= len(self.text) <= _SHORT
            and not self.ends_sentence
            and _INSIDE.search(self.text) is None
        )


def lines_of(text: str) -> list[Line]:
    """The lines of `text` that hold more than space, in order."""
    lines: list[Line] = []
    previous_end = 0
    for found in _LINE.finditer(text):
        printed = found.group()
        stripped = printed.strip()
        if not stripped:
            continue
        start = found.start() + len(printed) - len(printed.lstrip())
        end = start + len(stripped)
        gap = text.count("\n", previous_end, start) > 1
        lines.append(Line(start, end, stripped, number_of(stripped), gap))
        previous_end = end
    return lines
