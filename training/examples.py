"""What the reader learns from: a question, where a text stands, the text, and the span that answers."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import opencc

from planqa.reading import head_line

__all__ = [
    "LONGEST",
    "NOWHERE",
    "Example",
    "Paragraph",
    "around",
    "head_line",
    "read_examples",
    "read_squad",
    "sentences",
    "without",
    "write_examples",
]

LONGEST = 380
"""Characters of an example's text, as a passage has them."""
NOWHERE = (-1, -1)
"""The span of a text that does not answer."""

_SENTENCE = re.compile(r"[^。！？!?；;\n]*(?:[。！？!?；;]+[”’」』）)]*|\n|$)")


@dataclass(frozen=True, slots=True)
class Example:
    """One line of the data file; `text[start:end]` answers, or `start` is -1 where nothing does."""

    question: str
    head: str
    text: str
    start: int
    end: int
    source: str
    """What it was made from, and with a dash how it was made unanswerable: figure, figure-year."""

    def __post_init__(self) -> None:
        """Raises ValueError for a span that is no clean part of the text."""
        if not self.question.strip() or not self.text.strip():
            raise ValueError(f"an empty question or text: {self}")
        if (self.start, self.end) == NOWHERE:
            return
        answer = self.text[self.start : self.end]
        if not 0 <= self.start < self.end <= len(self.text) or answer != answer.strip():
            raise ValueError(f"the span {self.start}:{self.end} is no clean part of {self.text!r}")

    @property
    def answer(self) -> str | None:
        """The answer's text; None where the text does not answer."""
        return self.text[self.start : self.end] if self.start >= 0 else None


def write_examples(examples: Iterable[Example], path: Path) -> None:
    """One JSON object a line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        for example in examples:
            file.write(json.dumps(asdict(example), ensure_ascii=False) + "\n")


def read_examples(path: Path) -> Iterator[Example]:
    """What `write_examples` wrote. Raises ValueError for a span that does not fit its text."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield Example(**json.loads(line))


# --- texts and the sentences in them -------------------------------------------------------------


def sentences(text: str) -> list[tuple[int, int]]:
    """Spans of the sentences, which together are the whole text."""
    return [match.span() for match in _SENTENCE.finditer(text) if match.end() > match.start()]


def around(
    text: str, start: int, end: int, chance: random.Random, longest: int = LONGEST
) -> tuple[str, int, int] | None:
    """A window of whole sentences that holds the span, and the span in it.

    The window grows to a random side at a time, so that the answer's position in it says nothing.
    None where the span's own sentences are too long.
    """
    spans = sentences(text)
    first = max(i for i, span in enumerate(spans) if span[0] <= start)
    last = min(i for i, span in enumerate(spans) if span[1] >= end)
    if spans[last][1] - spans[first][0] > longest:
        return None
    while True:
        left = first > 0 and spans[last][1] - spans[first - 1][0] <= longest
        right = last + 1 < len(spans) and spans[last + 1][1] - spans[first][0] <= longest
        if not left and not right:
            break
        if left and (not right or chance.random() < 0.5):
            first -= 1
        else:
            last += 1
    return _trimmed(text[spans[first][0] : spans[last][1]], start - spans[first][0], end - start)


def without(text: str, start: int, end: int) -> str | None:
    """The text less the sentences that hold the span; None where too little is left, or it says the span again."""
    left = [text[slice(*span)] for span in sentences(text) if span[1] <= start or span[0] >= end]
    rest = "".join(left).strip()
    return rest if len(rest) >= 40 and text[start:end] not in rest else None


def _trimmed(window: str, start: int, length: int) -> tuple[str, int, int]:
    shift = len(window) - len(window.lstrip())
    return window.strip(), start - shift, start - shift + length


# --- questions and paragraphs in SQuAD's form ------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph with its questions, each with the span of its first answer."""

    text: str
    questions: tuple[tuple[str, int, int], ...]


def read_squad(path: Path) -> list[Paragraph]:
    """The paragraphs of a SQuAD file, in simplified characters; those whose length changes are left out."""
    data: Any = json.loads(path.read_text(encoding="utf-8"))
    convert = opencc.OpenCC("t2s").convert
    paragraphs = []
    for article in data["data"]:
        for paragraph in article["paragraphs"]:
            text = convert(paragraph["context"])
            if len(text) == len(paragraph["context"]):
                paragraphs.append(Paragraph(text, tuple(_questions(paragraph, convert, text))))
    return paragraphs


def _questions(paragraph: Any, convert: Any, text: str) -> Iterator[tuple[str, int, int]]:
    for asked in paragraph["qas"]:
        answer = asked["answers"][0]
        start = int(answer["answer_start"])
        stop = start + len(answer["text"])
        if paragraph["context"][start:stop] != answer["text"]:
            continue
        inner = text[start:stop]
        start += len(inner) - len(inner.lstrip())
        stop -= len(inner) - len(inner.rstrip())
        if start < stop and asked["question"].strip():
            yield convert(asked["question"]).strip(), start, stop
