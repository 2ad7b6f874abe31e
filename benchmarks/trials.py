"""What a system is tried on: documents to index, and questions whose right passages are known."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

__all__ = ["Document", "Found", "Question", "Trial", "drcd_trial", "report_trial"]

DEPTH = 10
"""How many hits are judged."""


@dataclass(frozen=True, slots=True)
class Document:
    """A text to index; `path` is the file that it was read from, where there is one."""

    document_id: str
    text: str
    path: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A question. Right is a passage of `document` that holds one of `evidence`; None or () ask for no more."""

    question_id: str
    text: str
    document: str | None
    evidence: tuple[str, ...]
    today: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A passage that a system came up with."""

    document_id: str
    text: str


@dataclass(frozen=True, slots=True)
class Trial:
    """A named set of documents and questions."""

    name: str
    documents: tuple[Document, ...]
    questions: tuple[Question, ...]
    whole_documents: bool = False
    """Whether documents are ranked rather than passages: of each only the best passage counts."""

    @property
    def hits(self) -> int:
        """How many passages to ask a system for, so that DEPTH can be judged."""
        return 3 * DEPTH if self.whole_documents else DEPTH

    def relevant(self, question: Question, found: Sequence[Found]) -> list[bool]:
        """Of each of the first DEPTH hits whether it is right."""
        ranked = list(found)
        if self.whole_documents:
            best: dict[str, Found] = {}
            for each in found:
                best.setdefault(each.document_id, each)
            ranked = list(best.values())
        return [_is_right(question, each) for each in ranked[:DEPTH]]

    def write(self, path: Path) -> None:
        """Write the trial as JSON."""
        path.write_text(json.dumps(asdict(self), ensure_ascii=False), "utf-8")

    @classmethod
    def read(cls, path: Path) -> Trial:
        """What `write` wrote."""
        fields = json.loads(path.read_text("utf-8"))
        return cls(
            name=fields["name"],
            documents=tuple(Document(**each) for each in fields["documents"]),
            questions=tuple(
                Question(**{**each, "evidence": tuple(each["evidence"])})
                for each in fields["questions"]
            ),
            whole_documents=fields["whole_documents"],
        )


def _is_right(question: Question, found: Found) -> bool:
    if question.document not in (None, found.document_id):
        return False
    return not question.evidence or any(each in found.text for each in question.evidence)


def report_trial(name: str, folder: Path, questions: Path) -> Trial:
    """The reports in a folder, as planqa reads them, and the answerable ones of the questions in a file."""
    from planqa.corpus import find_files, read_report
    from planqa.evaluation.questions import read_questions

    reports = [(path, read_report(path, folder)) for path in find_files(folder)]
    return Trial(
        name=name,
        documents=tuple(
            Document(report.report_id, report.text, str(path.resolve())) for path, report in reports
        ),
        questions=tuple(
            Question(
                gold.question_id,
                gold.question,
                gold.report,
                gold.evidence,
                gold.today.isoformat() if gold.today else None,
            )
            for gold in read_questions(questions)
            if gold.answerable
        ),
    )


def drcd_trial(path: Path) -> Trial:
    """The paragraphs of a SQuAD-form file as documents, each the right one for its own questions.

    In simplified characters where opencc is installed; the trial's name says which.
    """
    simplified, convert = _simplifier()
    paragraphs = list(_paragraphs(json.loads(path.read_text("utf-8"))))
    ids = [f"p{number:05}" for number in range(len(paragraphs))]
    return Trial(
        name=f"{path.stem} ({'simplified' if simplified else 'as it is'})",
        documents=tuple(
            Document(id_, convert(each["context"]))
            for id_, each in zip(ids, paragraphs, strict=True)
        ),
        questions=tuple(
            Question(str(asked["id"]), convert(asked["question"]), id_, ())
            for id_, each in zip(ids, paragraphs, strict=True)
            for asked in each["qas"]
        ),
        whole_documents=True,
    )


def _paragraphs(squad: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for article in squad["data"]:
        yield from article["paragraphs"]


def _simplifier() -> tuple[bool, Callable[[str], str]]:
    if importlib.util.find_spec("opencc") is None:
        return False, str
    import opencc

    return True, opencc.OpenCC("t2s").convert
