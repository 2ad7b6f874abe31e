"""Hard negatives: what search ranks high for a question and does not answer it."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from examples import LONGEST, Example, Paragraph, around, head_line, sentences, without
from generate import Asked

from planqa.tokens import tokenize

if TYPE_CHECKING:
    from planqa.index import Index
    from planqa.passage import Passage

__all__ = ["from_paragraphs", "from_reports"]

_NEAREST = 8
"""How many hits are looked at."""


def from_reports(
    asked: Iterable[Asked], index: Index, allowed: Collection[str], chance: random.Random
) -> Iterator[Example]:
    """Each question with a passage that search ranks high, that does not hold its answer.

    Only passages of the reports with the ids `allowed` are taken.
    """
    from planqa.search import search

    entries = {entry.report_id: entry for entry in index.catalogue}
    for each in asked:
        answer = each.example.answer or ""
        hits = [
            hit.passage
            for hit in search(index, each.example.question, top_k=_NEAREST)
            if hit.passage.report_id in allowed
            and not _may_answer(each, hit.passage)
            and answer not in hit.passage.text
            and (hit.passage.report_id, hit.passage.start)
            != (each.passage.report_id, each.passage.start)
        ]
        if hits:
            # The first are the hardest; the question of a pair is the same, the passages differ.
            passage = hits[min(len(hits) - 1, int(chance.expovariate(0.7)))]
            entry = entries[passage.report_id]
            yield Example(
                each.example.question,
                head_line(entry.place, entry.year, passage.section_path),
                passage.text,
                -1,
                -1,
                f"{each.example.source}-mined",
            )


def _may_answer(asked: Asked, passage: Passage) -> bool:
    """Whether a passage may answer in other words: 完善什么机制 has as many answers as texts that improve one."""
    if asked.example.source.partition("-")[0] not in ("name", "list", "title", "time"):
        return False
    words = set(tokenize(asked.example.question))
    own, other = (len(words & set(tokenize(text))) for text in (asked.passage.text, passage.text))
    return other > 0.6 * own


def from_paragraphs(
    paragraphs: Sequence[Paragraph], source: str, chance: random.Random, others: float = 0.5
) -> Iterator[Example]:
    """Every question with its paragraph; a share of `others` of them also with a text that does not answer."""
    windows = _Windows([_window(paragraph.text, chance) for paragraph in paragraphs])
    for number, paragraph in enumerate(paragraphs):
        for question, start, end in paragraph.questions:
            if found := around(paragraph.text, start, end, chance):
                yield Example(question, "", *found, source)
            if chance.random() >= others:
                continue
            rest = without(paragraph.text, start, end)
            if chance.random() < 0.5 and rest:
                yield Example(question, "", _window(rest, chance), -1, -1, f"{source}-cut")
            elif near := windows.near(question, number, paragraph.text[start:end]):
                yield Example(question, "", chance.choice(near), -1, -1, f"{source}-mined")


class _Windows:
    """Texts and the words in them."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = texts
        self._places: defaultdict[str, list[int]] = defaultdict(list)
        for number, text in enumerate(texts):
            for token in set(tokenize(text)):
                self._places[token].append(number)

    def near(self, question: str, own: int, answer: str, count: int = 4) -> list[str]:
        """The texts that share most with the question, rare words counting more, and do not hold the answer."""
        scores: defaultdict[int, float] = defaultdict(float)
        for token in sorted(set(tokenize(question)) & self._places.keys()):
            for number in self._places[token]:
                scores[number] += 1 / len(self._places[token])
        best = sorted(scores, key=lambda number: (-scores[number], number))[: count + 4]
        fitting = (number for number in best if number != own and answer not in self.texts[number])
        return [self.texts[number] for number in fitting][:count]


def _window(text: str, chance: random.Random) -> str:
    """A run of whole sentences of the text that is short enough; a too long sentence is cut."""
    if len(text) <= LONGEST:
        return text.strip()
    start, end = chance.choice(sentences(text))
    found = around(text, start, end, chance)
    return found[0] if found else text[start : start + LONGEST].strip()
