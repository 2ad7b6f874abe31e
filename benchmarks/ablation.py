"""What each part of the search gives: the measures with one part left out at a time.

    planqa index corpus --index index
    python benchmarks/ablation.py index evaluation/dev.jsonl [INDEX QUESTIONS ...]

And what parts would give that others have and planqa left out: pseudo relevance feedback (Rocchio's, on vectors) and
late interaction (the most similar token of a passage for each of the question's, after ColBERT).

Takes pairs of a built index and development questions on it. Prints for every variant hit@1, hit@5 and MRR@10 over the
answerable questions of all pairs, the difference of hit@1 to the whole, and the p of a paired randomisation test
on MRR@10; then the same of what respelling is for, with a character of every question replaced by another of its
sound. Writes benchmarks/results/ablation.json.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
from contest import machine
from numpy.typing import NDArray

from planqa.bert import Output, Session, build_model
from planqa.blob import open_blob
from planqa.candidates import Candidates
from planqa.e5 import Embeddings
from planqa.evaluation import metrics
from planqa.evaluation.judge import holds_evidence
from planqa.evaluation.questions import GoldQuestion, read_questions
from planqa.evaluation.resample import paired_p
from planqa.index import Index, open_index
from planqa.qa import ask
from planqa.query import understand
from planqa.search import Hit, Weights, search
from planqa.spelling import homophones
from planqa.times import Times

ROOT = Path(__file__).parent.parent
DEPTH = 10
SEED = 3

Vector = NDArray[np.float32]
Context = Callable[[], AbstractContextManager[Any]]


class WithoutVectors:
    """An index that finds by words alone."""

    def __init__(self, index: Index) -> None:
        self._index = index

    def __getattr__(self, name: str) -> Any:
        return getattr(self._index, name)

    def candidates(self, *given: Any) -> Candidates:
        found = self._index.candidates(*given)
        return replace(found, nearness=np.zeros_like(found.nearness))

    def fetch(self, *given: Any) -> Any:
        return [(passage, np.zeros_like(near)) for passage, near in self._index.fetch(*given)]


class WithFeedback:
    """An index whose questions move towards the sentences that are nearest to them."""

    NEAREST, SHARE = 3, 0.3

    def __init__(self, index: Index) -> None:
        self._index = index
        self.encoder = self

    def __getattr__(self, name: str) -> Any:
        return getattr(self._index, name)

    def encode_query(self, text: str) -> Vector:
        vector = self._index.encoder.encode_query(text)
        rows, _ = self._index.vectors.search(vector, self.NEAREST, None)
        moved = vector + self.SHARE * self._index.rows[rows].mean(axis=0)
        return np.asarray(moved / np.linalg.norm(moved), np.float32)


class TokenVectors:
    """The packaged model's vectors of single tokens, in float32."""

    SHARE = 0.3
    """What late interaction counts beside a hit's own score."""

    def __init__(self) -> None:
        blob = open_blob()
        self._embeddings = Embeddings(blob)
        self._session = Session(build_model(blob.weights(), blob.shape, [Output("tokens")]))
        self.of = cache(self._of)

    def _of(self, text: str) -> Vector:
        """One of length 1 for each token of a text with its prefix, (tokens, dimensions)."""
        rows = self._embeddings.rows(self._embeddings.tokens(text))
        found = self._session.run(rows[None])[0][0]
        return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), np.float32)

    def reordered(self, question: str, hits: Sequence[Hit]) -> list[Hit]:
        """The hits by their score and by how near each token of the question comes to one of theirs."""
        asked = self.of(f"query: {question}")

        def score(hit: Hit) -> float:
            own = self.of(f"passage: {hit.passage.text}")
            return hit.score + self.SHARE * float((asked @ own.T).max(axis=1).mean())

        return sorted(hits, key=lambda hit: -score(hit))


def _plain_question() -> AbstractContextManager[Any]:
    """Place and years stay in what is matched, and weigh nothing of their own."""
    stack = ExitStack()
    stack.enter_context(patch("planqa.query.take_times", lambda text, *_: (text, Times())))
    stack.enter_context(patch("planqa.query.take_places", lambda text, *_: (text, frozenset())))
    return stack


def _without_terms() -> AbstractContextManager[Any]:
    return patch("planqa.query.official_terms", lambda text: [])


def _without_respelling() -> AbstractContextManager[Any]:
    return patch("planqa.qa.respelled", lambda question, weight: question)


def _searched(
    index: Any, gold: GoldQuestion, weights: Weights | None = None
) -> list[tuple[str, str]]:
    return _texts(search(index, gold.question, top_k=DEPTH, today=gold.today, weights=weights))


def _asked(index: Any, gold: GoldQuestion, **given: Any) -> list[tuple[str, str]]:
    return _texts(ask(index, gold.question, top_k=DEPTH, today=gold.today, **given).hits)


def _interacting(index: Index, gold: GoldQuestion) -> list[tuple[str, str]]:
    hits = search(index, gold.question, top_k=DEPTH, today=gold.today)
    query = understand(gold.question, index.catalogue.places, index.catalogue.years, gold.today)
    return _texts(_token_vectors().reordered(query.content, hits))


def _texts(hits: Iterable[Hit]) -> list[tuple[str, str]]:
    """Of each hit the report's id and the passage's text."""
    return [(hit.passage.report_id, hit.passage.text) for hit in hits]


_token_vectors = cache(TokenVectors)


def _fed_back(index: Index, gold: GoldQuestion) -> list[tuple[str, str]]:
    return _searched(WithFeedback(index), gold)


def _worded(index: Index, gold: GoldQuestion) -> list[tuple[str, str]]:
    return _searched(WithoutVectors(index), gold)


Variant = tuple[Callable[..., list[tuple[str, str]]], Context]
VARIANTS: dict[str, Variant] = {
    "whole: search, respelling, reader": (_asked, nullcontext),
    "without the reader": (partial(_asked, reader=None), nullcontext),
    "without reader and respelling (search alone)": (_searched, nullcontext),
    "search without BM25": (partial(_searched, weights=Weights(lexical=0)), nullcontext),
    "search without vectors": (_worded, nullcontext),
    "search by the nearest sentence alone": (
        partial(_searched, weights=Weights(mean=0)),
        nullcontext,
    ),
    "search without characters": (partial(_searched, weights=Weights(characters=0)), nullcontext),
    "search without the figure bonus": (
        partial(_searched, weights=Weights(figure=0)),
        nullcontext,
    ),
    "search without the weights of years": (
        partial(_searched, weights=Weights(year=0, report_year=0, mode=0)),
        nullcontext,
    ),
    "search without the weight of places": (
        partial(_searched, weights=Weights(place=0)),
        nullcontext,
    ),
    "search, place and years left in the question": (_searched, _plain_question),
    "search without official terms": (_searched, _without_terms),
    "search with pseudo relevance feedback": (_fed_back, nullcontext),
    "search with late interaction": (_interacting, nullcontext),
}
WHOLE, UNREAD, ALONE = list(VARIANTS)[:3]
SLIPPED: dict[str, Variant] = {
    WHOLE: VARIANTS[WHOLE],
    "without respelling": (_asked, _without_respelling),
    UNREAD: VARIANTS[UNREAD],
    ALONE: VARIANTS[ALONE],
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pairs", nargs="+", type=Path, metavar="INDEX QUESTIONS")
    pairs = parser.parse_args().pairs
    if len(pairs) % 2:
        parser.error("an index without questions")
    trials = [
        (open_index(folder), [gold for gold in read_questions(path) if gold.answerable])
        for folder, path in zip(pairs[::2], pairs[1::2], strict=True)
    ]
    chance = np.random.default_rng(SEED)
    slips = [(index, [slip(gold, chance) for gold in asked]) for index, asked in trials]
    rows, slipped = compared(trials, VARIANTS), compared(slips, SLIPPED)
    count = sum(len(questions) for _, questions in trials)
    print(table(rows, f"{count} questions"))
    print(table(slipped, f"{count} questions with a typo"))
    out = ROOT / "benchmarks" / "results" / "ablation.json"
    whole = {
        **machine(),
        "questions": [path.name for path in pairs[1::2]],
        "variants": rows,
        "with a typo": slipped,
    }
    out.write_text(json.dumps(whole, ensure_ascii=False, indent=1) + "\n", "utf-8")


def slip(gold: GoldQuestion, chance: np.random.Generator) -> GoldQuestion:
    """The question with a Chinese character replaced by another of its sound; one without any as it is."""
    text = gold.question
    places = [at for at, character in enumerate(text) if homophones(character)]
    if not places:
        return gold
    at = int(chance.choice(places))
    wrong = str(chance.choice(homophones(text[at])))
    return replace(gold, question=text[:at] + wrong + text[at + 1 :])


def compared(
    trials: Sequence[tuple[Index, list[GoldQuestion]]], variants: Mapping[str, Variant]
) -> dict[str, dict[str, float]]:
    """The figures of each variant, set against the first."""
    found = {name: measured(trials, *variant) for name, variant in variants.items()}
    return dict(_rows(found))


def measured(
    trials: Sequence[tuple[Index, list[GoldQuestion]]],
    find: Callable[..., list[tuple[str, str]]],
    context: Context,
) -> np.ndarray:
    """hit@1, hit@5 and MRR@10 of every question, (questions, 3)."""
    rows = []
    with context():
        for index, questions in trials:
            for gold in questions:
                relevant = [holds_evidence(gold, *passage) for passage in find(index, gold)]
                rows.append(
                    (
                        metrics.hit_at(relevant, 1),
                        metrics.hit_at(relevant, 5),
                        metrics.reciprocal_rank(relevant),
                    )
                )
    return np.array(rows)


def _rows(found: dict[str, np.ndarray]) -> Iterator[tuple[str, dict[str, float]]]:
    whole = next(iter(found.values()))
    for name, rows in found.items():
        hit1, hit5, mrr = rows.mean(axis=0)
        yield (
            name,
            {
                "hit@1": hit1,
                "hit@5": hit5,
                "MRR@10": mrr,
                "difference": hit1 - whole[:, 0].mean(),
                "p": paired_p(rows[:, 2] - whole[:, 2]),
            },
        )


def table(rows: dict[str, dict[str, float]], title: str) -> str:
    """The variants as a Markdown table."""
    lines = [f"| {title} | hit@1 | hit@5 | MRR@10 | hit@1 to the whole | p |"]
    lines.append("|---" * 6 + "|")
    lines += [
        "| {} | {:.3f} | {:.3f} | {:.3f} | {:+.3f} | {:.3f} |".format(name, *row.values())
        for name, row in rows.items()
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
