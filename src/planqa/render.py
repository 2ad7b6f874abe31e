"""Answer -> what a person reads: runs of styled text for a terminal, and Markdown.

What comes from a document or from a user is shown, never interpreted: a control character becomes a visible
sign, and Markdown's own characters are escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planqa.tokens import is_chinese

if TYPE_CHECKING:
    from planqa.answer import Answer, Citation

__all__ = [
    "Styled",
    "answer_markdown",
    "answer_text",
    "one_line",
    "path_text",
    "plain",
    "printable",
]

Styled = Sequence[tuple[str, str]]
"""Runs of text, each with the name of a rich style; without the styles the texts read on."""

CONFIDENT, LIKELY = 0.75, 0.6
"""Confidences from which an answer is called so; the page says the same."""
NEAR_MISSES = 3
EXCERPT = 80
"""Characters that are shown of a near miss."""


@dataclass(frozen=True, slots=True)
class _Words:
    """What is said around an answer, in the language of its question."""

    confidence: tuple[str, str, str]
    searched: str
    near: str
    bracketed: str


_CHINESE = _Words(
    ("有把握", "可能", "不确定"), "按“{}”查找", "最接近的段落（不是答案）：", "（{}）"
)
_ENGLISH = _Words(
    ("confident", "likely", "unsure"),
    "searched for “{}”",
    "The nearest passages (not an answer):",
    " ({})",
)

# C0 and C1 controls, and the marks that turn the direction of what follows them.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def printable(text: str) -> str:
    """The text with every control character made visible (ESC as ␛), so that no terminal obeys it."""
    return _CONTROL.sub(_visible, text.replace("\r\n", "\n"))


def _visible(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else "\ufffd"


def plain(runs: Styled) -> str:
    """The texts without their styles."""
    return "".join(text for text, _ in runs)


def path_text(headings: Sequence[str]) -> str:
    """Where something stands, from the outermost in."""
    return printable(" › ".join(headings))


def one_line(text: str) -> str:
    """The text, printable, without its line breaks."""
    return printable(re.sub(r"\s*\n\s*", " ", text))


def answer_text(answer: Answer) -> Styled:
    """The answer for a terminal: short answer, confidence in words, then each citation with its quote."""
    words = _words(answer)
    runs: list[tuple[str, str]] = []
    if answer.standalone_question != answer.question:
        searched = words.searched.format(printable(answer.standalone_question))
        runs.append((f"{searched}\n", "dim"))
    if not answer.answered:
        return [*runs, *_refusal_runs(answer)]
    runs += [(_short(answer), "bold"), (_confidence(answer), "dim")]
    for number, (citation, pieces) in enumerate(_marked(answer), 1):
        runs += [(f"\n\n[{number}] ", "bold cyan"), (printable(citation.label), "cyan")]
        runs.append((f"\n    {path_text(citation.section_path)}\n    “", "dim"))
        runs += [(one_line(text), "bold underline" if on else "") for text, on in pieces]
        runs.append(("”", "dim"))
    return runs


def answer_markdown(answer: Answer) -> str:
    """The question, its answer and every citation, as Markdown to keep or to send."""
    blocks = [f"## {_escaped(answer.question)}"]
    if answer.answered:
        short = f"<b>{_escaped(_short(answer))}</b>" if answer.answers else ""
        blocks.append(short + _confidence(answer))
    else:
        blocks.append(_escaped(answer.text))
    for number, (citation, pieces) in enumerate(_marked(answer), 1):
        # Tags, since ** next to Chinese punctuation is not read as bold.
        quote = "".join(f"<b>{_escaped(t)}</b>" if on else _escaped(t) for t, on in pieces)
        blocks.append(f"> {quote}\n>\n> — \\[{number}\\] {_escaped(citation.label)}")
    if not answer.answered and answer.hits:
        near = "\n".join(f"- {_escaped(line)}" for line in _near_misses(answer))
        blocks += [_words(answer).near, near]
    return "\n\n".join(blocks)


def _refusal_runs(answer: Answer) -> Iterator[tuple[str, str]]:
    yield printable(answer.text), "bold"
    if answer.hits:
        yield f"\n\n{_words(answer).near}", "dim"
    for line in _near_misses(answer):
        yield f"\n  · {line}", "dim"


def _short(answer: Answer) -> str:
    return printable("；".join(answer.answers))


def _near_misses(answer: Answer) -> list[str]:
    return [
        f"{path_text((hit.passage.report_id, *hit.passage.section_path))}：{_excerpt(hit.passage.text)}"
        for hit in answer.hits[:NEAR_MISSES]
    ]


def _marked(answer: Answer) -> Iterator[tuple[Citation, list[tuple[str, bool]]]]:
    """Each citation with its quote in pieces, and whether a piece is the answer.

    A short answer is marked in the first quote that holds it.
    """
    left = list(answer.answers)
    for citation in answer.citations:
        held = [short for short in left if short and short in citation.quote]
        left = [short for short in left if short not in held]
        pattern = "|".join(re.escape(short) for short in sorted(held, key=len, reverse=True))
        pieces = re.split(f"({pattern})", citation.quote) if held else [citation.quote]
        yield citation, [(text, at % 2 == 1) for at, text in enumerate(pieces) if text]


def _confidence(answer: Answer) -> str:
    """The confidence in words, bracketed."""
    words = _words(answer)
    at = 0 if answer.confidence >= CONFIDENT else 1 if answer.confidence >= LIKELY else 2
    return words.bracketed.format(words.confidence[at])


def _words(answer: Answer) -> _Words:
    return _CHINESE if is_chinese(answer.question) else _ENGLISH


def _excerpt(text: str) -> str:
    line = one_line(text)
    return line if len(line) <= EXCERPT else f"{line[:EXCERPT]}…"


def _escaped(text: str) -> str:
    """Text that Markdown, and HTML in it, shows as it stands."""
    line = re.sub(r"([\\`*_{}\[\]<>&#|~!$])", r"\\\1", printable(re.sub(r"\s+", " ", text)))
    return re.sub(r"^(\d+)(?=[.)](?: |$))|^(?=[-+=])", r"\1\\", line)
