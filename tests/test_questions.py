"""The questions that come with planqa have the form that the measures rest on.

No message here quotes a question: those that are only measured shall not be read by accident.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path

import pytest

from planqa.corpus import find_files, read_report
from planqa.errors import PlanqaError
from planqa.evaluation.questions import GoldQuestion, read_questions

ROOT = Path(__file__).parent.parent
KINDS = {"number", "entity", "list", "plan", "paraphrase", "colloquial", "english", "noisy"}
HELD_BACK = ("湖北省-2026", "国务院-2014", "四川省-2025")
"""Reports that the reader is not trained on."""
LEAST = {"dev": 100, "test": 200, "reports-dev": 100, "reports-test": 60}
SETS = list(LEAST)


def questions_of(name: str) -> list[GoldQuestion]:
    return read_questions(ROOT / "evaluation" / f"{name}.jsonl")


def texts_in(folder: Path) -> dict[str, str]:
    """The text of each report in a folder, by its id."""
    reports = (read_report(path, folder) for path in find_files(folder))
    return {report.report_id: report.text for report in reports}


@pytest.mark.parametrize("name", SETS)
def test_a_set_is_large_enough(name: str) -> None:
    assert len(questions_of(name)) >= LEAST[name]


@pytest.mark.parametrize("name", SETS)
def test_every_kind_is_asked_at_least_three_times_with_an_answer(name: str) -> None:
    counts = Counter(each.kind for each in questions_of(name) if each.answerable)

    assert set(counts) == KINDS
    assert min(counts.values()) >= 3


@pytest.mark.parametrize("name", SETS)
def test_a_fifth_of_a_set_has_no_answer_in_the_reports(name: str) -> None:
    found = questions_of(name)

    assert 0.18 <= sum(not each.answerable for each in found) / len(found) <= 0.22


@pytest.mark.parametrize("name", SETS)
def test_every_short_answer_stands_in_the_evidence(name: str) -> None:
    astray = [
        each.question_id
        for each in questions_of(name)
        if each.answerable
        and not (
            each.answers
            and all(any(answer in text for text in each.evidence) for answer in each.answers)
        )
    ]

    assert astray == []


@pytest.mark.parametrize("name", ["dev", "test"])
def test_evidence_is_an_exact_part_of_the_report_in_the_corpus(name: str) -> None:
    texts = texts_in(ROOT / "corpus")

    assert astray_in(texts, questions_of(name)) == []


@pytest.mark.parametrize("name", ["reports-dev", "reports-test", "written-dev"])
def test_evidence_is_an_exact_part_of_the_report_that_the_question_names(name: str) -> None:
    folder = os.environ.get("PLANQA_REPORTS")
    if folder is None:
        pytest.skip("PLANQA_REPORTS names no folder with the reports that these questions are on")

    assert astray_in(texts_in(Path(folder)), questions_of(name)) == []


def astray_in(texts: dict[str, str], questions: list[GoldQuestion]) -> list[str]:
    """The ids of questions with an evidence that their report does not hold."""
    return [
        each.question_id
        for each in questions
        for evidence in each.evidence
        if not any(evidence in text for id_, text in texts.items() if each.report in (None, id_))
    ]


@pytest.mark.parametrize("name", ["reports-dev", "reports-test", "written-dev"])
def test_a_question_over_many_reports_names_the_one_that_answers(name: str) -> None:
    assert [q.question_id for q in questions_of(name) if q.answerable and not q.report] == []


@pytest.mark.parametrize(("dev", "test"), [("dev", "test"), ("reports-dev", "reports-test")])
def test_no_question_is_both_developed_on_and_measured(dev: str, test: str) -> None:
    measured = {"".join(each.question.split()) for each in questions_of(test)}
    both = [q.question_id for q in questions_of(dev) if "".join(q.question.split()) in measured]

    assert both == []


@pytest.mark.parametrize("name", [*SETS, "written-dev"])
def test_the_reader_is_trained_on_no_question_that_is_measured_or_developed_on(name: str) -> None:
    folder = ROOT / "training" / "written"
    invented = [
        each["question"]
        for line in (folder / "passages.jsonl").read_text("utf-8").splitlines()
        for each in json.loads(line)["questions"]
    ]
    on_reports = [
        line
        for line in map(json.loads, (folder / "questions.jsonl").read_text("utf-8").splitlines())
        if not line["report"].startswith(HELD_BACK)
    ]
    learnt = {"".join(each.split()) for each in [*invented, *(q["question"] for q in on_reports)]}
    both = [q.question_id for q in questions_of(name) if "".join(q.question.split()) in learnt]

    assert both == []


# --- reading -------------------------------------------------------------------------------------


def read(tmp_path: Path, *lines: str) -> list[GoldQuestion]:
    path = tmp_path / "questions.jsonl"
    path.write_text("\n".join(lines), "utf-8")
    return read_questions(path)


def test_a_users_own_question_needs_only_its_text_and_its_evidence(tmp_path: Path) -> None:
    (question,) = read(tmp_path, '{"question": "增长多少？", "evidence": ["增长1.9%"]}')

    assert question.answerable
    assert (question.question_id, question.kind, question.answers) == ("1", "any", ())


def test_a_question_without_evidence_in_its_list_is_one_that_no_report_answers(
    tmp_path: Path,
) -> None:
    (question,) = read(tmp_path, '{"question": "海水有多咸？", "evidence": []}')

    assert not question.answerable


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("[1]", "not a JSON object"),
        ("{", "line 2"),
        ('{"evidence": []}', 'no "question"'),
        ('{"question": " ", "evidence": []}', 'no "question"'),
        ('{"question": "几？"}', 'no "evidence"'),
        ('{"question": "几？", "evidence": "三"}', '"evidence" is no list'),
        ('{"question": "几？", "evidence": [""]}', '"evidence" is no list'),
        ('{"question": "几？", "evidence": [], "answerable": true}', '"answerable" says'),
        ('{"question": "几？", "evidence": [], "today": "yesterday"}', "yesterday"),
        ('{"question": "几？", "evidence": [], "id": "1"}', "occurs twice"),
    ],
)
def test_a_line_that_is_no_question_is_named_with_the_reason(
    tmp_path: Path, line: str, reason: str
) -> None:
    with pytest.raises(PlanqaError, match="line 2") as caught:
        read(tmp_path, '{"id": "1", "question": "几？", "evidence": []}', line)

    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_without_a_question_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(PlanqaError, match="holds no question"):
        read(tmp_path, "", "  ")


def test_a_file_that_is_not_there_is_an_error_and_not_a_traceback(tmp_path: Path) -> None:
    with pytest.raises(PlanqaError, match="cannot be read"):
        read_questions(tmp_path / "none.jsonl")
