"""The web face without a browser: what its calls return, what it offers, how it serves."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from made_up import HOSTILE, MadeUpAsk, made_up_report

from planqa.errors import PlanqaError, QuestionError
from planqa.qa import LONGEST_QUESTION
from planqa.render import CONFIDENT, LIKELY
from planqa.report import Paragraph, Report, Section
from planqa.web import serve
from planqa.web.endpoints import Endpoints
from planqa.web.examples import example_questions
from planqa.web.page import PAGE_FILES
from planqa.web.source import report_source
from planqa.web.turnstile import Full, Turnstile

TESTS = Path(__file__).parent


@pytest.fixture
def report() -> Report:
    return made_up_report()


def endpoints(report: Report) -> Endpoints:
    return Endpoints(MadeUpAsk(report), lambda: [report])


# --- the source panel


@pytest.mark.parametrize("hostile", [False, True])
def test_each_block_is_a_slice_of_the_report_and_together_they_are_all_of_it(hostile: bool) -> None:
    report = made_up_report(hostile=hostile)
    blocks = report_source(report)["blocks"]
    for block in blocks:
        line = "".join(piece["text"] for piece in block["pieces"])
        assert report.text[block["start"] : block["start"] + len(line)] == line
    printed = "".join("".join(piece["text"] for piece in block["pieces"]) for block in blocks)
    assert printed.split() == "".join(report.text.split("\n")).split()


def test_every_section_of_the_outline_has_its_heading_in_the_text(report: Report) -> None:
    source = report_source(report)
    headings = {
        piece["section"]: piece["text"]
        for block in source["blocks"]
        for piece in block["pieces"]
        if "section" in piece
    }
    assert headings == dict(enumerate(section.heading for _, section in report.walk()))
    assert source["outline"][0]["children"][1]["heading"] == "（二）民生保障"


def test_a_run_in_heading_is_a_piece_of_its_paragraph_and_others_are_blocks(report: Report) -> None:
    kinds = {block["pieces"][0]["text"]: block["kind"] for block in report_source(report)["blocks"]}
    assert kinds["一、2023年计划执行情况"] == "heading"
    assert kinds["一是推动工业提质"] == "text"
    assert kinds["关于云溪县2023年国民经济和社会发展"] == "title"


def test_two_run_in_headings_of_one_line_are_both_pieces() -> None:
    text = "　　一是修路。修通了。二是架桥。架好了。"
    sections = (Section("一是修路", 1, 2, 11), Section("二是架桥", 1, 11, 20))
    report = Report("r", "t", None, None, "r.txt", "", text, sections, ())
    (block,) = report_source(report)["blocks"]
    assert block["start"] == 2
    assert [piece.get("section") for piece in block["pieces"]] == [0, None, 1, None]


def test_a_report_that_is_gone_is_said(report: Report) -> None:
    with pytest.raises(PlanqaError, match="reload"):
        endpoints(report).source("another")


# --- asking


@pytest.mark.parametrize("question", ["", " \n", "问" * (LONGEST_QUESTION + 1), None, 7])
def test_what_cannot_be_asked_never_reaches_ask(report: Report, question: object) -> None:
    ask = MadeUpAsk(report)
    with pytest.raises(QuestionError):
        Endpoints(ask, lambda: [report]).ask(question)  # type: ignore[arg-type]
    assert ask.calls == []


def test_the_page_knows_how_long_a_question_may_be() -> None:
    script = (PAGE_FILES / "scripts" / "composer.js").read_text(encoding="utf-8")
    assert f"MAX_QUESTION = {LONGEST_QUESTION};" in script


def test_the_page_says_a_confidence_in_the_words_of_the_terminal() -> None:
    script = (PAGE_FILES / "scripts" / "turn.js").read_text(encoding="utf-8")
    assert f"LIKELY = {LIKELY};" in script
    assert f"CONFIDENT = {CONFIDENT};" in script


def test_filters_and_history_reach_ask_as_they_are(report: Report) -> None:
    ask = MadeUpAsk(report)
    Endpoints(ask, lambda: [report]).ask("那明年呢", ["建成了什么"], "云溪县-2024", 2024, "云溪县")
    options = {"history": ["建成了什么"], "report": "云溪县-2024", "year": 2024, "place": "云溪县"}
    assert ask.calls == [("那明年呢", options)]


def test_a_newer_index_shows_at_the_next_call() -> None:
    reports = [made_up_report("云溪县-2024")]
    calls = Endpoints(MadeUpAsk(reports[0]), lambda: reports)
    reports = [made_up_report("云溪县-2024"), made_up_report("云溪县-2025")]
    assert [one["report_id"] for one in calls.reports()] == ["云溪县-2024", "云溪县-2025"]


# --- the questions of the first screen


def test_example_questions_are_the_reports_own_words(report: Report) -> None:
    assert example_questions([report]) == [
        "2023年全县地区生产总值是多少？",
        "2023年规上工业增加值增长了多少？",
        "2023年新增规上企业多少家？",
        "2024年怎样持续改善生态环境质量？",
    ]


def test_example_questions_of_several_reports_name_the_place(report: Report) -> None:
    questions = example_questions([report, made_up_report("云溪县-2025")])
    assert len(questions) == 4
    assert all(question.startswith("云溪县20") for question in questions)


def test_a_report_without_figures_or_plans_offers_no_questions() -> None:
    report = Report("r", "t", None, None, "r", "", "各位代表。", (), (Paragraph(0, 5, ()),))
    assert example_questions([report]) == []
    assert example_questions([]) == []


def test_example_questions_hold_nothing_but_words() -> None:
    for question in example_questions([made_up_report(hostile=True)]):
        assert HOSTILE not in question


# --- serving


def test_a_question_that_takes_too_long_is_given_up_with_a_line() -> None:
    async def ask() -> None:
        await Turnstile(seconds=0.05).run(time.sleep, 0.3)

    with pytest.raises(PlanqaError, match=r"0\.05 seconds: ask again"):
        asyncio.run(ask())


def test_the_turnstile_runs_two_lets_three_wait_and_turns_the_rest_away() -> None:
    running: list[int] = []
    most = 0

    def work(number: int) -> int:
        nonlocal most
        running.append(number)
        most = max(most, len(running))
        time.sleep(0.05)
        running.remove(number)
        return number

    async def crowd() -> list[object]:
        turnstile = Turnstile(at_once=2, waiting=3)
        calls = (turnstile.run(work, number) for number in range(8))
        return list(await asyncio.gather(*calls, return_exceptions=True))

    results = asyncio.run(crowd())
    assert results[:5] == [0, 1, 2, 3, 4]
    assert [type(result) for result in results[5:]] == [Full] * 3
    assert most == 2


def test_a_taken_port_is_one_line_with_the_next_command(report: Report) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PlanqaError, match=rf"--port {port + 1}"):
            serve(MadeUpAsk(report), lambda: [report], port=port)


def test_a_host_that_is_not_this_machine_is_one_line(report: Report) -> None:
    with pytest.raises(PlanqaError, match=r"203\.0\.113\.1"):
        serve(MadeUpAsk(report), lambda: [report], host="203.0.113.1", port=0)


@pytest.mark.slow
def test_ctrl_c_ends_the_server_cleanly() -> None:
    program = (
        "from made_up import *; from planqa.web import serve; r = made_up_report();"
        "serve(MadeUpAsk(r), lambda: [r], port=0, announce=lambda at: print(at, flush=True))"
    )
    path = os.pathsep.join(["src", str(TESTS), *sys.path])
    with subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
        cwd=TESTS.parent,
    ) as server:
        assert server.stdout and server.stderr
        assert server.stdout.readline().startswith("http://127.0.0.1:")
        server.send_signal(signal.SIGINT)
        assert server.stderr.read() == ""
    assert server.returncode == 0
