"""(question, nearest passages) -> what a refusal says: what was looked for, and what of it the reports mention."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from planqa.query import Query
from planqa.search import Hit
from planqa.tokens import UNHEARD, Weigh, is_chinese, simplified, tokenize

__all__ = ["refusal"]

SAID = 2
"""How many words of a question a refusal names at most, of those that are mentioned and of those that are not."""
_ASKING = re.compile(
    r"[^\u3400-\u9fff]+|多少|什么|哪[些个里年几]?|怎么样?|怎样|如何|为何|是否|是不是|有没有|几[个家项年]?|多[大高长远]"
    r"|谁|吗|呢|请问|一共|总共|分别|[的了是有在和与及各被把将到]"
)
"""What stands between the words that a question is about."""


def refusal(question: str, query: Query, hits: Sequence[Hit], nearest: str, weigh: Weigh) -> str:
    """What a person reads in place of an answer, in the language of the question.

    `hits` are the nearest passages, and `nearest` is the label of the best; empty where there is none.
    """
    near = "\n".join(
        simplified("\n".join([*hit.passage.section_path, hit.passage.text])) for hit in hits
    )
    chinese = is_chinese(question)
    words = [word for word in _ASKING.split(query.content if chinese else query.expanded) if word]
    pieces = [piece for word in words for piece in _pieces(word, near)]
    never = weigh(UNHEARD)
    said = _listed([piece for piece, is_said in pieces if is_said], weigh, chinese)
    unsaid = _listed(
        [
            piece
            for piece, is_said in pieces
            if not is_said
            and len(piece) > 1
            and all(weigh(token) >= never for token in tokenize(piece))
        ],
        weigh,
        chinese,
    )
    if chinese:
        parts = [f"报告中没有提到“{question.strip()}”。"]
        parts += [f"没有一份报告里有{unsaid}这样的字样。"] if unsaid else []
        if nearest:
            parts.append(f"最接近的段落（不是答案）{f'提到{said}，' if said else ''}见{nearest}。")
        return "".join(parts)
    parts = [f"The reports do not say: “{question.strip()}”."]
    if nearest:
        mentions = f" and mentions {said}" if said else ""
        parts.append(f"The nearest passage, which is no answer, is in {nearest}{mentions}.")
    return " ".join(parts)


def _pieces(word: str, text: str) -> Iterator[tuple[str, bool]]:
    """A word cut, from left to right, into the longest pieces that the text holds, two characters at least, and
    what is left between them; each with whether the text holds it."""
    left = at = 0
    while at < len(word):
        end = at
        while end < len(word) and word[at : end + 1] in text:
            end += 1
        if end - at > 1:
            yield word[left:at], False
            yield word[at:end], True
            left = end
        at = max(end, at + 1)
    yield word[left:], False


def _listed(pieces: Sequence[str], weigh: Weigh, chinese: bool) -> str:
    """The pieces that tell most, quoted, as they stand in the question."""

    def telling(piece: str) -> float:
        return sum(map(weigh, tokenize(piece)))

    kept = sorted(dict.fromkeys(pieces), key=telling, reverse=True)[:SAID]
    return ("、" if chinese else ", ").join(
        f"“{piece}”" for piece in sorted(kept, key=pieces.index)
    )
