"""Whether a passage, a quote, a section path is the one that the gold asks for. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence

from planqa.answer import Citation
from planqa.evaluation.questions import GoldQuestion

__all__ = ["first_rank", "holds_evidence", "is_right_path", "quotes_evidence"]


def holds_evidence(gold: GoldQuestion, report_id: str, text: str) -> bool:
    """Whether a passage holds an evidence whole; one that is cut in two by a passage's border is
    not found.
    """
    return gold.report in (None, report_id) and any(each in text for each in gold.evidence)


def quotes_evidence(gold: GoldQuestion, citation: Citation) -> bool:
    """Whether the quote holds an evidence, or is itself a part of one that holds an answer."""
    quote = citation.quote
    return gold.report in (None, citation.report_id) and any(
        each in quote or (quote in each and any(answer in quote for answer in gold.answers))
        for each in gold.evidence
    )


def is_right_path(gold: GoldQuestion, citation: Citation) -> bool:
    """Whether the citation stands under the gold's headings, space aside."""
    return _without_space(citation.section_path) == _without_space(gold.section_path)


def _without_space(path: Sequence[str]) -> list[str]:
    return ["".join(heading.split()) for heading in path]


def first_rank(relevant: Sequence[bool]) -> int | None:
    """The rank, from 1, of the first relevant one."""
    return next((rank for rank, found in enumerate(relevant, 1) if found), None)
