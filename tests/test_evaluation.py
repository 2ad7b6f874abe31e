"""Measures, intervals, runs, comparisons: how the answers are judged."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Sequence
from pathlib import Path

import ir_measures
import numpy as np
import pytest
from ir_measures import RR, Success, nDCG

from planqa.answer import Answer, Citation
from planqa.errors import IndexCorrupt, ModelError, PlanqaError, QuestionError
from planqa.evaluation import metrics
from planqa.evaluation.compare import compare
from planqa.evaluation.evaluate import Outcome, evaluate
from planqa.evaluation.measures import MEASURES, Estimate
from planqa.evaluation.misses import misses, write_misses
from planqa.evaluation.questions import GoldQuestion
from planqa.evaluation.resample import interval, paired_p
from planqa.evaluation.runs import RunHit, read_run, write_qrels, write_run
from planqa.evaluation.table import as_dict, as_text, measure
from planqa.passage import Passage
from planqa.report import Report
from planqa.search import Hit

SENTENCES = [f"第{number}项支出{number * 7}亿元。" for number in range(40)]
TEXT = "".join(SENTENCES)


def passage(number: int, report_id: str = "甲 2023") -> Passage:
    """The passage that is sentence `number` of the report."""
    start = sum(map(len, SENTENCES[:number]))
    end = start + len(SENTENCES[number])
    return Passage(report_id, ("一、支出",), start, end, TEXT[start:end], ((start, end),))


PASSAGES = [passage(number) for number in range(len(SENTENCES))]
REPORT = Report("甲 2023", "甲报告", "甲", 2023, "甲 2023.txt", "", TEXT, (), ())


def report_by_id(report_id: str) -> Report:
    return {"甲 2023": REPORT}[report_id]


def gold(
    number: int | None, *, name: str = "", kind: str = "number", report: str | None = None
) -> GoldQuestion:
    """A question that sentence `number` answers, or none."""
    if number is None:
        return GoldQuestion(name or "none", "海水有多咸？", kind, ())
    evidence = SENTENCES[number].rstrip("。")
    answer = f"{number * 7}亿元"
    return GoldQuestion(
        name or f"q{number}", f"第{number}项？", kind, (evidence,), (answer,), report
    )


def citation(number: int, path: Sequence[str] = ("一、支出",)) -> Citation:
    cited = passage(number)
    return Citation(
        cited.report_id, "甲报告", "甲", 2023, tuple(path), "", cited.text, cited.start, cited.end
    )


def answer(
    *numbers: int,
    short: str | None = None,
    confidence: float = 0.9,
    answered: bool = True,
    scores: Sequence[float] | None = None,
) -> Answer:
    """An answer whose hits are these sentences, the first three of them cited unless it refuses."""
    ranked = scores or [1.0 - rank / 100 for rank in range(len(numbers))]
    hits = [
        Hit(rank, score, PASSAGES[number])
        for rank, (number, score) in enumerate(zip(numbers, ranked, strict=True), 1)
    ]
    return Answer(
        question="",
        standalone_question="",
        answered=answered,
        confidence=confidence,
        text="",
        answers=(short,) if short else (),
        citations=tuple(citation(number) for number in numbers[:3]) if answered else (),
        hits=tuple(hits),
    )


def outcomes_of(*pairs: tuple[GoldQuestion, Answer | Exception]) -> list[Outcome]:
    """What `evaluate` makes of each question when it is answered so."""
    came = {question.question_id: response for question, response in pairs}

    def respond(question: GoldQuestion) -> Answer:
        response = came[question.question_id]
        if isinstance(response, Exception):
            raise response
        return response

    texts = [(each.report_id, each.text) for each in PASSAGES]
    return evaluate([question for question, _ in pairs], respond, texts)


def value(name: str, outcomes: Sequence[Outcome]) -> Estimate:
    """One measure of the outcomes."""
    (found,) = (each.of(outcomes) for each in MEASURES if each.name == name)
    return found


# --- metrics -------------------------------------------------------------------------------------


def test_a_hit_counts_up_to_its_rank() -> None:
    assert metrics.hit_at([False, True], 1) == 0
    assert metrics.hit_at([False, True], 2) == 1


def test_the_reciprocal_rank_is_that_of_the_first_relevant_one_and_0_beyond_the_tenth() -> None:
    assert metrics.reciprocal_rank([False, False, True, True]) == 1 / 3
    assert metrics.reciprocal_rank([False] * 10 + [True]) == 0


def test_ndcg_is_the_gain_as_a_share_of_the_best_ranking() -> None:
    expected = (1 / math.log2(3) + 1 / math.log2(5)) / (1 / math.log2(2) + 1 / math.log2(3))

    assert metrics.ndcg([False, True, False, True], total=2) == pytest.approx(expected)
    assert metrics.ndcg([False], total=0) == 0


def test_a_short_answer_with_another_figure_scores_nothing() -> None:
    assert metrics.character_f1("1.8亿元", ["1.9亿元"]) == 0
    assert metrics.character_f1("约1.9亿元", ["1.9亿元"]) == pytest.approx(2 * 5 / (6 + 5))


def test_an_exact_match_is_blind_to_width_and_punctuation() -> None:
    assert metrics.exact_match("《规划》", ["规划"]) == 1
    assert metrics.exact_match("１．９％", ["1.9%"]) == 1
    assert metrics.exact_match("19%", ["1.9%"]) == 0


def test_a_list_is_compared_whatever_its_order() -> None:
    assert metrics.list_f1(["乙", "甲"], ["甲", "乙"]) == 1
    assert metrics.list_f1(["甲"], ["甲", "乙"]) == pytest.approx(2 / 3)


def test_the_area_under_the_curve_counts_ties_half() -> None:
    assert metrics.area_under_roc([0.9, 0.5], [0.5, 0.1]) == (1 + 1 + 0.5 + 1) / 4
    assert math.isnan(metrics.area_under_roc([0.9], []))


def test_the_calibration_error_weighs_each_bins_gap_by_its_size() -> None:
    confidences, right = [0.95, 0.91, 0.15, 1.0], [True, False, False, True]
    gap_of_the_top_bin = abs((0.95 + 0.91 + 1.0) - 2)

    found = metrics.expected_calibration_error(confidences, right)

    assert found == pytest.approx((gap_of_the_top_bin + 0.15) / 4)


# --- resampling ----------------------------------------------------------------------------------


def mean(rows: np.ndarray) -> float:
    return float(rows.mean())


def test_an_interval_holds_the_mean_and_comes_out_the_same_again() -> None:
    rows = np.array([1.0] * 70 + [0.0] * 30)

    low, high = interval(rows, mean)

    assert 0.55 < low < 0.65 < 0.75 < high < 0.85
    assert interval(rows, mean) == (low, high)


def test_an_interval_narrows_with_the_number_of_questions() -> None:
    few, many = np.array([1.0, 0.0] * 10), np.array([1.0, 0.0] * 500)

    assert np.ptp(interval(many, mean)) < np.ptp(interval(few, mean)) / 4


def test_nothing_has_no_interval() -> None:
    assert all(map(math.isnan, interval(np.empty(0), mean)))


def test_two_equal_systems_do_not_differ() -> None:
    assert paired_p(np.zeros(20)) == 1
    assert paired_p(np.array([1.0, -1.0] * 10)) == 1


def test_a_difference_on_ten_of_ten_questions_is_as_rare_as_its_coins() -> None:
    assert paired_p(np.ones(10)) == pytest.approx(2 / 2**10, rel=0.6)


# --- judging -------------------------------------------------------------------------------------


def test_a_question_that_cannot_be_asked_is_counted_and_scores_0() -> None:
    outcomes = outcomes_of(
        (gold(1), answer(1, short="7亿元")),
        (gold(2), QuestionError("the question is empty: ask in a sentence")),
    )

    assert value("hit@5", outcomes).value == 1 / 2
    assert value("F1", outcomes).value == 1 / 2
    assert value("answered", outcomes).value == 1 / 2
    assert {each.of(outcomes).n for each in MEASURES if each.name != "section path"} == {2, 0}
    assert measure(outcomes).failures == 1


def test_an_unanswerable_question_that_fails_was_not_refused() -> None:
    outcomes = outcomes_of((gold(1), answer(1)), (gold(None), QuestionError("no")))

    assert value("refused", outcomes).value == 0
    assert value("AUROC", outcomes).value == 0


def test_a_failure_never_looks_well_calibrated() -> None:
    outcomes = outcomes_of((gold(1), QuestionError("no")))

    assert value("calibration error", outcomes).value == 1


def test_the_confidence_of_a_refusal_is_that_of_what_it_withheld() -> None:
    outcomes = outcomes_of(
        (gold(1), answer(1, answered=False, confidence=0.3)),
        (gold(2), answer(9, answered=False, confidence=0.3)),
        (gold(None), answer(3, answered=False, confidence=0.3)),
    )

    assert value("calibration error", outcomes).value == pytest.approx(abs(3 * 0.3 - 1) / 3)


@pytest.mark.parametrize("error", [ModelError("no model"), IndexCorrupt("no index")])
def test_what_hinders_every_question_ends_the_evaluation(error: PlanqaError) -> None:
    with pytest.raises(type(error)):
        outcomes_of((gold(1), error))


def test_evidence_that_lies_across_two_passages_is_not_found_and_is_counted() -> None:
    across = GoldQuestion("across", "？", "number", (SENTENCES[3] + SENTENCES[4],))

    outcomes = outcomes_of((across, answer(3, 4)))

    assert value("hit@5", outcomes).value == 0
    assert value("nDCG@10", outcomes).value == 0
    assert measure(outcomes).cut_apart == 1
    assert "no passage holds the evidence whole" in as_text(measure(outcomes))


def test_the_same_words_in_another_report_are_not_the_evidence() -> None:
    outcomes = outcomes_of((gold(1, report="乙 2023"), answer(1)))

    assert value("hit@1", outcomes).value == 0
    assert value("citation", outcomes).value == 0


def test_only_the_first_citation_counts_as_right() -> None:
    outcomes = outcomes_of((gold(1), answer(1, 2)), (gold(5), answer(2, 5)))

    assert [each.right_citation for each in outcomes] == [True, False]


def test_a_quote_cut_out_of_the_evidence_is_right_when_it_holds_the_answer() -> None:
    wide = GoldQuestion("wide", "？", "number", (SENTENCES[1] + SENTENCES[2],), ("14亿元",))

    outcomes = outcomes_of(
        (wide, answer(2)), (dataclasses.replace(wide, question_id="o"), answer(1))
    )

    assert [each.right_citation for each in outcomes] == [True, False]


def test_the_section_path_is_that_of_the_first_right_citation() -> None:
    at_home = dataclasses.replace(gold(1), section_path=("一、 支出",))
    elsewhere = dataclasses.replace(gold(5), section_path=("二、收入",))
    not_cited = dataclasses.replace(gold(7), section_path=("一、支出",))

    outcomes = outcomes_of(
        (at_home, answer(2, 1)),
        (elsewhere, answer(5)),
        (not_cited, answer(8)),
        (gold(9), answer(9)),
    )

    assert [each.right_path for each in outcomes] == [True, False, None, None]
    assert (value("section path", outcomes).value, value("section path", outcomes).n) == (0.5, 2)


def test_a_refusal_is_right_where_no_report_answers_and_wrong_elsewhere() -> None:
    outcomes = outcomes_of(
        (gold(None), answer(3, answered=False, confidence=0.1)),
        (gold(4), answer(4, answered=False, confidence=0.2)),
    )

    assert value("refused", outcomes).value == 1
    assert value("answered", outcomes).value == 0
    assert value("citation", outcomes).value == 0


# --- the table -----------------------------------------------------------------------------------


def some_outcomes() -> list[Outcome]:
    return outcomes_of(
        (gold(1), answer(1, 2, short="7亿元")),
        (gold(2, kind="plan"), answer(5, 2, short="35亿元", confidence=0.4)),
        (gold(None), answer(6, answered=False, confidence=0.2)),
    )


def test_each_kind_has_its_own_measures_with_their_n() -> None:
    table = measure(some_outcomes())

    assert list(table.kinds) == ["number", "plan"]
    assert {e.name: (e.value, e.n) for e in table.kinds["plan"]}["hit@1"] == (0, 1)
    assert {e.name: (e.value, e.n) for e in table.all}["hit@1"] == (0.5, 2)


def test_the_json_is_json_even_where_a_measure_does_not_exist() -> None:
    shown = json.loads(json.dumps(as_dict(measure(some_outcomes())), allow_nan=False))

    assert shown["questions"] == 3
    assert shown["measures"]["plan"]["AUROC"] == {"value": None, "low": None, "high": None, "n": 1}
    assert shown["measures"]["all"]["hit@1"]["n"] == 2


def test_the_text_shows_every_measure_with_its_interval_and_n() -> None:
    lines = as_text(measure(some_outcomes())).splitlines()

    assert lines[1].split() == ["hit@1", "0.500", "0.00–1.00", "2"]
    assert any(line.split()[:4] == ["plan", "1", "0.000", "0.00–0.00"] for line in lines)


# --- misses --------------------------------------------------------------------------------------


def test_the_misses_are_the_questions_with_a_fault_and_say_which() -> None:
    outcomes = [
        *some_outcomes(),
        *outcomes_of((gold(8), QuestionError("too long")), (gold(9), answer(*range(20, 30)))),
    ]

    found = {each["id"]: each["faults"] for each in misses(outcomes)}

    assert found == {
        "q2": ["rank 2", "the first citation is another", "the short answer is another"],
        "q8": ["failed: too long"],
        "q9": [
            "not among the first 10 hits",
            "the first citation is another",
            "the short answer is another",
        ],
    }


def test_the_misses_are_written_one_json_object_a_line(tmp_path: Path) -> None:
    path = tmp_path / "misses.jsonl"

    assert write_misses(path, some_outcomes()) == 1

    (miss,) = map(json.loads, path.read_text("utf-8").splitlines())
    assert miss["gold"]["evidence"] == ["第2项支出14亿元"]
    assert (miss["rank"], miss["relevant_passages"]) == (2, 1)
    assert miss["came"]["hits"][0]["text"] == SENTENCES[5]


# --- runs ----------------------------------------------------------------------------------------


def mixed_outcomes() -> list[Outcome]:
    """Hits at several ranks, ties, two relevant passages, none at all, evidence cut apart, a failure."""
    either = GoldQuestion("either", "？", "any", (SENTENCES[30], SENTENCES[31], SENTENCES[32]))
    return outcomes_of(
        (gold(1), answer(1, 2, 3)),
        (gold(2), answer(9, 8, 7, 2, 5, scores=[0.5] * 5)),
        (gold(3), answer(4, 5, 6, 7, 8, 3, scores=[2.0, 1.0, 1.0, 1.0, 1.0 - 1e-9, 1.0 - 1e-9])),
        (gold(4), answer(*range(10, 20))),
        (either, answer(32, 5, 30)),
        (GoldQuestion("across", "？", "any", (SENTENCES[3] + SENTENCES[4],)), answer(3, 4)),
        (gold(6), QuestionError("no")),
        (gold(None), answer(3)),
    )


def test_the_measures_equal_those_of_ir_measures_on_the_same_run(tmp_path: Path) -> None:
    outcomes = mixed_outcomes()
    write_run(tmp_path / "run", outcomes)
    write_qrels(tmp_path / "qrels", outcomes, PASSAGES)

    theirs = ir_measures.calc_aggregate(
        [Success @ 1, Success @ 3, Success @ 5, RR @ 10, nDCG @ 10],
        list(ir_measures.read_trec_qrels(str(tmp_path / "qrels"))),
        list(ir_measures.read_trec_run(str(tmp_path / "run"))),
    )

    ours = {"hit@1": Success @ 1, "hit@3": Success @ 3, "hit@5": Success @ 5}
    for name, their in {**ours, "MRR@10": RR @ 10, "nDCG@10": nDCG @ 10}.items():
        assert value(name, outcomes).value == pytest.approx(theirs[their], abs=1e-9), name
        assert value(name, outcomes).n == 7


def test_a_run_is_read_as_it_was_written_whatever_its_ids_and_ties(tmp_path: Path) -> None:
    tied = outcomes_of((gold(1, name="一 问%"), answer(9, 8, 7, scores=[0.5] * 3)))
    write_run(tmp_path / "run", tied)

    assert all(len(line.split()) == 6 for line in (tmp_path / "run").read_text().splitlines())
    assert read_run(tmp_path / "run") == {
        "一 问%": [RunHit("甲 2023", PASSAGES[n].start, PASSAGES[n].end) for n in (9, 8, 7)]
    }


@pytest.mark.parametrize("line", ["q1 Q0 doc-7 1 0.5 other", "q1 0 doc 1", "q1 Q0 甲:1-2 a 1 t"])
def test_a_line_that_is_no_hit_of_a_run_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / "run").write_text(f"q1 Q0 甲:1-2 1 0.5 planqa\n{line}\n", "utf-8")

    with pytest.raises(PlanqaError, match="line 2"):
        read_run(tmp_path / "run")


def test_a_run_that_cannot_be_written_is_an_error_that_names_the_file(tmp_path: Path) -> None:
    with pytest.raises(PlanqaError, match="cannot be written"):
        write_run(tmp_path / "none" / "run", mixed_outcomes())


# --- comparing -----------------------------------------------------------------------------------


def written(tmp_path: Path, outcomes: Sequence[Outcome]) -> dict[str, list[RunHit]]:
    write_run(tmp_path / "run", outcomes)
    return read_run(tmp_path / "run")


def test_a_run_compared_with_itself_differs_in_nothing(tmp_path: Path) -> None:
    outcomes = mixed_outcomes()

    for each in compare(outcomes, written(tmp_path, outcomes), report_by_id):
        assert (each.difference, each.low, each.high, each.p, each.n) == (0, 0, 0, 1, 7)


def test_a_better_run_is_told_from_a_worse_one_by_the_pairs(tmp_path: Path) -> None:
    better = outcomes_of(*((gold(n), answer(n, n + 1)) for n in range(20)))
    worse = outcomes_of(*((gold(n), answer(n + 1, n)) for n in range(20)))

    first = compare(better, written(tmp_path, worse), report_by_id)[0]

    assert (first.name, first.value, first.other, first.difference) == ("hit@1", 1, 0, 1)
    assert first.p < 0.001


def test_a_question_that_the_other_run_failed_on_scores_0_there(tmp_path: Path) -> None:
    ours = outcomes_of((gold(1), answer(1)), (gold(2), answer(2)))
    theirs = outcomes_of((gold(1), answer(1)), (gold(2), QuestionError("no")))

    first = compare(ours, written(tmp_path, theirs), report_by_id)[0]

    assert (first.other, first.n) == (0.5, 2)


def test_a_run_over_other_questions_is_not_compared(tmp_path: Path) -> None:
    other = written(tmp_path, outcomes_of((gold(1, name="other"), answer(1))))

    with pytest.raises(PlanqaError, match="none of these questions"):
        compare(outcomes_of((gold(1), answer(1))), other, report_by_id)


def test_a_run_over_other_reports_is_not_compared() -> None:
    other = {"q1": [RunHit("乙", 0, 5)]}

    with pytest.raises(PlanqaError, match="not indexed"):
        compare(outcomes_of((gold(1), answer(1))), other, report_by_id)
