"""What people say -> what reports print: everyday words and English for the official terms."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

__all__ = ["official_terms"]


def official_terms(question: str) -> list[str]:
    """The official terms for the everyday and the English ones in a question, each once.

    A term that the question already says is left out.
    """
    pattern, table = _table()
    found = (term for match in pattern.finditer(question) for term in table[match[0].lower()])
    return [term for term in dict.fromkeys(found) if term not in question]


@cache
def _table() -> tuple[re.Pattern[str], dict[str, tuple[str, ...]]]:
    """A pattern that finds the longest terms first, and the official terms by term in lower case."""
    text = resources.files("planqa").joinpath("data/terms.tsv").read_text("utf-8")
    pairs = (line.split("\t") for line in text.splitlines() if line and line[0] != "#")
    table = {said.lower(): tuple(printed.split("|")) for said, printed in pairs}
    terms = sorted(table, key=lambda term: (-len(term), term))
    latin = [re.escape(term) for term in terms if term[0].isascii()]
    han = [re.escape(term) for term in terms if not term[0].isascii()]
    return (
        re.compile(rf"(?<![a-z])(?:{'|'.join(latin)})(?![a-z])|{'|'.join(han)}", re.IGNORECASE),
        table,
    )
