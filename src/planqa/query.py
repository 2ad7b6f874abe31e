"""Question -> query: what is asked about, for which place and which years.

A report names its place and its years in its title and its headings, hardly ever in the sentence that answers.
So they are taken out of what is matched against sentences, and weigh as what they are.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from planqa.places import Place, take_places
from planqa.terms import official_terms
from planqa.times import Times, take_times, with_years
from planqa.tokens import is_chinese, simplified

__all__ = ["Kind", "Query", "asks_for", "understand"]

Kind = Literal["figure", "list", "name"]
"""What a question wants to hear."""


@dataclass(frozen=True, slots=True)
class Query:
    """A question as search understands it."""

    text: str
    """The question as it was asked, in simplified characters of one width."""
    content: str
    """The same without its place and its years; never empty."""
    places: frozenset[Place]
    """Those of the indexed places that the question names."""
    times: Times
    kind: Kind
    dated: str
    """The question with 今年 and the like as years."""
    terms: tuple[str, ...] = ()
    """Official terms for its everyday and its English words."""

    @property
    def expanded(self) -> str:
        """The content with the official terms after it."""
        return " ".join([self.content, *self.terms])

    @property
    def is_chinese(self) -> bool:
        """Whether there is any Han in the content."""
        return is_chinese(self.content)


# --- what is asked for ---------------------------------------------------------------------------

_ASKS_LIST = re.compile(
    r"哪[些几]|哪[两三四五六七八九十\d]++(?!个?字)|列出|列举|分别|(?:包括|包含)些?(?:什么|啥)|[都是有]些(?:什么|啥)"
    r"|有什么项目"
    r"|\b(?:list|which \w+s|which (?:two|three|four|five|six|seven|eight|nine|ten|\d\d?)|what are|name the)\b(?!-)",
    re.IGNORECASE,
)
_ASKS_NUMBER = re.compile(r"多少|(?<!哪)几[家个项]")
_ASKS_FIGURE = re.compile(
    r"多少|(?<!第)几(?!乎)|多大|多高|多长|多宽|多远|好多|幅度|增幅|降幅|增速|百分|比例|占比"
    r"|\bhow (?:many|much|long|large|big|far|fast)\b|\bpercent|\bgrowth\b|\brate\b",
    re.IGNORECASE,
)


def asks_for(question: str) -> Kind:
    """What kind of thing a question asks for."""
    if _ASKS_LIST.search(question) and not _ASKS_NUMBER.search(question):
        return "list"
    return "figure" if _ASKS_FIGURE.search(question) else "name"


# --- what about ----------------------------------------------------------------------------------


def understand(
    question: str,
    places: Collection[Place],
    years: Collection[int],
    today: datetime.date | None = None,
) -> Query:
    """What a question asks, seen against the places and the years of the indexed reports.

    今年 and the like count from `today` where a report was given in that year, otherwise from the
    newest report.
    """
    text = simplified(question).strip()
    known = {*years, *(year - 1 for year in years)}
    now = (today or datetime.date.today()).year
    current = now if now in years else max(years, default=None)
    content, times = take_times(text, known, current)
    content, named = take_places(content, places)
    content = content.strip(" ,，、的:：") or text
    return Query(
        text=text,
        content=content,
        places=named,
        times=times,
        kind=asks_for(content),
        dated=with_years(text, current),
        terms=tuple(official_terms(content)),
    )
