"""A conversation -> one question that stands by itself."""

from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = ["standalone"]

_YEAR = re.compile(r"(?:19|20)\d\d\s*年|今年|去年|明年|前年")
_LEANS = re.compile(
    r"^(?:那么?|那|其中|它们?|他们|这些|这个|该|另外|还有|以及|and\b|what about|how about"
    r"|of (?:them|these|those))|呢[？?]?$",
    re.IGNORECASE,
)
_ASKS = re.compile(r"多少|几|哪|什么|谁|如何|怎么|吗|how|what|which|who|when|where", re.IGNORECASE)


def standalone(question: str, history: Sequence[str]) -> str:
    """`question` with what it leans on taken from the questions before it, oldest first.

    A question about another year is the earlier question with its year replaced; any other that leans on
    what was said is put after the earlier question.
    """
    if not history or not _LEANS.search(question):
        return question
    earlier = standalone(history[-1], history[:-1])
    rest = _LEANS.sub("", question).strip(" ，,？?的")
    year = _YEAR.search(question)
    if year and len(_YEAR.sub("", rest).strip(" ，,？?的")) <= 4 and not _ASKS.search(rest):
        if _YEAR.search(earlier):
            changed = _YEAR.sub(year[0], earlier, count=1)
        else:
            changed = year[0] + earlier
        return changed if not (kept := _YEAR.sub("", rest).strip("的 ")) else f"{changed}（{kept}）"
    return f"{earlier.rstrip('？?。')}，{question}"
