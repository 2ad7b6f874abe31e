"""The commands, run as their users run them: what they print where, and how they end."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest
from command import ROOT, Result, environment, planqa
from made_up import made_up_report

pytestmark = pytest.mark.slow  # each test starts planqa as a process of its own

COMMANDS = ["index", "ask", "chat", "search", "outline", "reports", "serve", "evaluate", "doctor"]
QUESTION = "2023年全县地区生产总值达到多少？"
ANSWER = "386.5亿元"


@pytest.fixture
def county(tmp_path: Path) -> Path:
    """A folder with a corpus of one made-up report, and no index yet."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "云溪县-2024.txt").write_text(made_up_report().text, encoding="utf-8")
    return tmp_path


# --- help ----------------------------------------------------------------------------------------


def test_planqa_alone_prints_its_help_and_what_to_do_next() -> None:
    shown = planqa().succeeded()
    assert shown.err == ""
    for command in COMMANDS:
        assert re.search(rf"^  {command} ", shown.out, re.MULTILINE)
    _, following = shown.out.split("What to do next:\n")
    assert [line.split()[1] for line in following.splitlines()] == ["ask", "serve", "index"]
    assert planqa("--help").out == shown.out


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command: str) -> None:
    shown = planqa(command, "--help").succeeded()
    assert re.search(rf"Examples?:\n +planqa {command}\b", shown.out)


def test_the_first_sentence_of_a_command_is_shown_whole_in_the_list() -> None:
    _, commands = planqa().out.split("Commands:\n")
    assert "..." not in commands


def test_the_version_is_printed() -> None:
    import planqa as package

    assert planqa("--version").succeeded().out == f"{package.__version__}\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["ask"],
        ["ask", "一", "二"],
        ["ask", "一", "--input", "q.jsonl"],
        ["ask", "一", "--output", "a.jsonl"],
        ["ask", "一", "--top-k", "0"],
        ["ask", "一", "--year", "今年"],
        ["search"],
        ["serve", "--port", "70000"],
        ["nonsense"],
        ["index", "--nonsense"],
    ],
    ids=" ".join,
)
def test_wrong_usage_ends_with_2_and_says_how_to_get_help(arguments: list[str]) -> None:
    done = planqa(*arguments)
    assert (done.status, done.out) == (2, "")
    assert "Try 'planqa" in done.err


# --- ask -----------------------------------------------------------------------------------------


def test_an_answer_is_printed_bare_where_stdout_is_no_terminal(county_index: Path) -> None:
    shown = planqa("ask", QUESTION, "--index", county_index).succeeded()
    assert ANSWER in shown.out.splitlines()[0]
    assert "[1] 《" in shown.out
    assert "\x1b" not in shown.out
    assert shown.err == ""


def test_json_is_what_the_contract_says(county_index: Path) -> None:
    answer = planqa("ask", QUESTION, "--json", "--index", county_index).succeeded().json
    assert list(answer) == [
        "question",
        "standalone_question",
        "answered",
        "confidence",
        "text",
        "answers",
        "citations",
        "hits",
    ]
    assert answer["question"] == answer["standalone_question"] == QUESTION
    assert answer["answered"] is True
    assert 0 <= answer["confidence"] <= 1
    assert ANSWER in answer["answers"][0]
    text = made_up_report().text
    for citation in answer["citations"]:
        assert citation["quote"] == text[citation["start"] : citation["end"]]
        assert len(citation["quote"]) <= 200
    assert [hit["rank"] for hit in answer["hits"]] == list(range(1, len(answer["hits"]) + 1))
    for hit in answer["hits"]:
        assert hit["text"] == text[hit["start"] : hit["end"]]
        assert len(hit["text"]) <= 400


def test_top_k_is_how_many_hits_come_back(county_index: Path) -> None:
    answer = planqa("ask", QUESTION, "--json", "--top-k", 2, "--index", county_index).json
    assert len(answer["hits"]) == 2


def test_markdown_is_printed_on_demand(county_index: Path) -> None:
    shown = planqa("ask", QUESTION, "--markdown", "--index", county_index).succeeded().out
    assert shown.startswith(f"## {QUESTION}\n")
    assert f"{ANSWER}</b>" in shown


@pytest.mark.parametrize(
    ("option", "value"), [("--report", "云溪县-2024"), ("--year", 2024), ("--place", "云溪")]
)
def test_a_filter_that_fits_leaves_the_answer(
    county_index: Path, option: str, value: object
) -> None:
    shown = planqa("ask", QUESTION, option, value, "--index", county_index).succeeded()
    assert ANSWER in shown.out.splitlines()[0]


@pytest.mark.parametrize(
    ("option", "value"), [("--report", "云溪"), ("--year", 1999), ("--place", "上海")]
)
def test_a_filter_that_fits_no_report_is_an_error(
    county_index: Path, option: str, value: object
) -> None:
    failed = planqa("ask", QUESTION, option, value, "--index", county_index).failed()
    assert "planqa reports" in failed


def test_output_is_utf8_whatever_the_locale_says(county_index: Path) -> None:
    ascii_only = {"LC_ALL": "C", "LANG": "C", "PYTHONIOENCODING": "ascii"}
    shown = planqa("ask", QUESTION, "--index", county_index, **ascii_only).succeeded()
    assert ANSWER in shown.out.splitlines()[0]


def test_the_index_may_be_named_by_an_environment_variable(county_index: Path) -> None:
    shown = planqa("ask", QUESTION, PLANQA_INDEX=county_index).succeeded()
    assert ANSWER in shown.out.splitlines()[0]


@pytest.mark.slow
def test_ask_builds_a_missing_index_and_says_so_on_stderr(county: Path) -> None:
    shown = planqa("ask", QUESTION, cwd=county).succeeded()
    assert ANSWER in shown.out.splitlines()[0]
    first, *_, last = shown.err.splitlines()
    assert first.startswith("There is no index in index/ yet")
    assert last == "Reports indexed: 1."
    again = planqa("ask", QUESTION, cwd=county).succeeded()
    assert (again.out, again.err) == (shown.out, "")


@pytest.mark.slow
def test_an_index_that_another_model_built_is_not_asked_in_the_name_of_a_model(
    county_index: Path,
) -> None:
    failed = planqa("ask", QUESTION, "--model", "some/model", "--index", county_index).failed()
    assert "planqa index --rebuild --model some/model" in failed


# --- many questions ------------------------------------------------------------------------------


def lines_of(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_two_hundred_questions_are_answered_by_one_process_in_their_order(
    county_index: Path, tmp_path: Path
) -> None:
    questions = [
        {"question": f"{QUESTION}{'？' * (n % 3)}", "id": n, "kind": {"a": [n]}} for n in range(200)
    ]
    source, target = tmp_path / "问题 1.jsonl", tmp_path / "答 案.jsonl"
    source.write_text("\n".join(json.dumps(each) for each in questions), encoding="utf-8")
    done = planqa("ask", "--input", source, "--output", target, "--index", county_index).succeeded()
    assert done.out == ""
    answers = lines_of(target)
    assert [answer["id"] for answer in answers] == list(range(200))
    assert answers[7]["kind"] == {"a": [7]}
    assert all(ANSWER in str(answer["answers"]) for answer in answers)


def test_a_bad_line_becomes_an_error_in_its_place_and_costs_no_other_its_answer(
    county_index: Path, tmp_path: Path
) -> None:
    bad: list[tuple[bytes, str]] = [
        (b"nonsense", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[1]", "not a JSON object"),
        (b'{"id": 7}', 'no "question"'),
        (b'{"question": 5, "id": 7}', 'no "question"'),
        (b'{"question": "  "}', "empty"),
        (json.dumps({"question": "长" * 100_000}).encode(), "100,000 characters"),
        (b'{"question": "a", "year": "2024"}', '"year"'),
        (b'{"question": "a", "history": [1]}', '"history"'),
        (b'{"question": "a", "report": "none"}', "no indexed report"),
        (b"\xff\xfe", "not UTF-8"),
    ]
    good = json.dumps({"question": QUESTION}).encode()
    lines = [good, *(line for line, _ in bad), b"", good]
    source, target = tmp_path / "q.jsonl", tmp_path / "a.jsonl"
    source.write_bytes(b"\xef\xbb\xbf" + b"\r\n".join(lines))
    failed = planqa("ask", "--input", source, "--output", target, "--index", county_index).failed()
    assert f"{len(bad)} of {len(bad) + 2} lines" in failed
    first, *errors, last = lines_of(target)
    assert ANSWER in str(first["answers"])
    assert first["answers"] == last["answers"]
    for number, (error, (_, why)) in enumerate(zip(errors, bad, strict=True), 2):
        assert str(error["error"]).startswith(f"line {number}: ")
        assert why in str(error["error"])
    assert errors[4]["id"] == 7


def test_the_history_of_a_line_is_taken_into_account(county_index: Path, tmp_path: Path) -> None:
    line = {"question": "那2024年呢？", "history": [QUESTION]}
    source = tmp_path / "q.jsonl"
    source.write_text(json.dumps(line), encoding="utf-8")
    answer = planqa("ask", "--input", source, "--index", county_index).succeeded().json
    assert answer["question"] == "那2024年呢？"
    assert "地区生产总值" in answer["standalone_question"]
    assert answer["history"] == [QUESTION]


def test_a_long_history_is_no_burden(county_index: Path, tmp_path: Path) -> None:
    source = tmp_path / "q.jsonl"
    source.write_text(
        json.dumps({"question": "那呢？", "history": ["那呢？"] * 5000}), encoding="utf-8"
    )
    planqa("ask", "--input", source, "--index", county_index).succeeded()


def test_questions_may_come_from_stdin_and_their_answers_go_to_stdout(county_index: Path) -> None:
    line = json.dumps({"question": QUESTION}).encode()
    shown = planqa("ask", "--input", "-", "--index", county_index, stdin=line + b"\n" + line)
    answers = [json.loads(each) for each in shown.succeeded().out.splitlines()]
    assert [ANSWER in str(answer["answers"]) for answer in answers] == [True, True]


def test_what_is_no_text_in_a_line_still_makes_json(county_index: Path, tmp_path: Path) -> None:
    source, target = tmp_path / "q.jsonl", tmp_path / "a.jsonl"
    source.write_bytes(b'{"question": "\\ud800 GDP", "note": "\\udfff"}')
    planqa("ask", "--input", source, "--output", target, "--index", county_index).succeeded()
    assert lines_of(target)[0]["note"] == "\udfff"


def test_answers_never_overwrite_their_questions(county_index: Path, tmp_path: Path) -> None:
    source = tmp_path / "q.jsonl"
    source.write_text('{"question": "a"}', encoding="utf-8")
    failed = planqa("ask", "--input", source, "--output", source, "--index", county_index).failed()
    assert "--output" in failed
    assert source.read_text(encoding="utf-8") == '{"question": "a"}'


# --- the other commands --------------------------------------------------------------------------


def test_search_prints_ranked_passages_in_words_and_as_json(county_index: Path) -> None:
    shown = planqa("search", "高标准农田", "--top-k", 2, "--index", county_index).succeeded()
    assert shown.out.startswith("1. ")
    found = planqa("search", "高标准农田", "--top-k", 2, "--json", "--index", county_index).json
    assert found["query"] == "高标准农田"
    first, second = found["hits"]
    assert "高标准农田" in first["text"]
    assert list(first) == ["rank", "score", "report_id", "section_path", "start", "end", "text"]
    assert (first["rank"], second["rank"]) == (1, 2)
    assert first["score"] >= second["score"]


def test_outline_of_a_file_and_of_an_indexed_report_are_the_same(
    county: Path, county_index: Path
) -> None:
    file = county / "corpus" / "云溪县-2024.txt"
    of_file = planqa("outline", file, "--json").succeeded().json
    of_report = planqa("outline", "云溪县-2024", "--json", "--index", county_index).succeeded().json
    assert of_file == of_report
    assert list(of_file) == ["report_id", "title", "place", "year", "sections"]
    first = of_file["sections"][0]
    assert list(first) == ["heading", "level", "start", "end", "children"]
    assert first["heading"] == "一、2023年计划执行情况"
    assert first["children"][0]["children"][0]["heading"] == "一是推动工业提质"
    shown = planqa("outline", file).succeeded().out
    assert "\n  一、2023年计划执行情况\n    （一）产业发展\n      一是推动工业提质" in shown


def test_reports_lists_what_is_indexed(county_index: Path) -> None:
    (report,) = planqa("reports", "--json", "--index", county_index).succeeded().json
    assert report["id"] == "云溪县-2024"
    assert (report["place"], report["year"], report["file"]) == ("云溪县", 2024, "云溪县-2024.txt")
    assert report["sections"] == sum(1 for _ in made_up_report().walk())
    assert report["passages"] > 5
    assert len(report["sha256"]) == 64
    assert "云溪县 · 2024" in planqa("reports", "--index", county_index).succeeded().out


def test_chat_answers_each_line_with_those_before_it_in_mind(county_index: Path) -> None:
    lines = f"{QUESTION}\n\n那2024年呢？\n{'长' * 2000}\n/new\n有多少家？\n/quit\n不再回答\n"
    shown = planqa("chat", "--index", county_index, stdin=lines.encode()).succeeded()
    answers = re.split(r"\n\n(?=\S)(?!\[|最接近的段落)", shown.out.strip())
    assert ANSWER in shown.out.splitlines()[0]
    assert "按“2024年全县地区生产总值达到多少？”查找" in shown.out
    assert len(answers) == 3, "an empty line, /new, /quit and what follows it get no answer"
    assert "2,000 characters" in shown.err


def test_evaluate_prints_a_table_and_json_with_the_number_of_questions(
    county_index: Path, tmp_path: Path
) -> None:
    questions = [
        {
            "id": "1",
            "question": QUESTION,
            "evidence": ["全县地区生产总值达到386.5亿元"],
            "answers": [ANSWER],
        },
        {"id": "2", "question": "火星基地在哪里？", "evidence": []},
    ]
    source = tmp_path / "q.jsonl"
    source.write_text("\n".join(map(json.dumps, questions)), encoding="utf-8")
    files = {name: tmp_path / f"{name}.txt" for name in ("run", "qrels", "misses")}
    options = [each for name, file in files.items() for each in (f"--{name}", file)]
    shown = planqa("evaluate", source, *options, "--index", county_index).succeeded()
    assert re.search(r"^hit@1 +1\.000 .* 1$", shown.out, re.MULTILINE)
    assert all(file.exists() for file in files.values())
    compared = planqa(
        "evaluate", source, "--json", "--compare", files["run"], "--index", county_index
    ).succeeded()
    assert compared.json["measures"]["all"]["hit@1"]["n"] == 1
    assert compared.json["comparison"]["hit@1"]["difference"] == 0


@pytest.mark.slow
def test_index_says_what_changed(county: Path) -> None:
    def indexed() -> Result:
        return planqa("index", cwd=county).succeeded()

    report = county / "corpus" / "云溪县-2024.txt"
    assert indexed().out.splitlines() == [
        "1 added, 0 changed, 0 removed, 0 renamed, 0 unchanged, 0 failed",
        "  added: 云溪县-2024.txt",
    ]
    assert indexed().out == "0 added, 0 changed, 0 removed, 0 renamed, 1 unchanged, 0 failed\n"
    report.write_text(report.read_text("utf-8").replace("386.5", "400.1"), encoding="utf-8")
    (county / "corpus" / "空.txt").touch()
    changed = indexed().out
    assert changed.startswith("0 added, 1 changed, 0 removed, 0 renamed, 0 unchanged, 1 failed\n")
    assert "failed: 空.txt: it is empty" in changed
    assert "400.1亿元" in planqa("ask", QUESTION, cwd=county).succeeded().out.splitlines()[0]


def test_doctor_finds_nothing_wrong_with_a_whole_index(county_index: Path) -> None:
    shown = planqa("doctor", county_index.parent / "corpus", "--index", county_index).succeeded()
    assert {line.split()[0] for line in shown.out.splitlines()} == {"ok"}


def test_doctor_ends_with_1_and_the_next_command_where_something_is_wrong(county: Path) -> None:
    done = planqa("doctor", cwd=county)
    assert done.status == 1
    assert done.out.startswith("error ")
    assert "planqa index" in done.out


# --- processes -----------------------------------------------------------------------------------


@contextmanager
def running(*arguments: object) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "planqa", *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env=environment(PYTHONPATH=ROOT / "src"),
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def output_of(process: subprocess.Popen[str]) -> IO[str]:
    assert process.stdout is not None
    return process.stdout


@pytest.mark.slow
def test_serve_says_its_address_answers_and_ends_with_0_at_ctrl_c(county_index: Path) -> None:
    with running("serve", "--port", 0, "--index", county_index) as process:
        line = output_of(process).readline()
        address = line.split()[0]
        with urllib.request.urlopen(f"{address}/healthz", timeout=10) as response:  # noqa: S310
            assert json.load(response) == {"status": "ok", "reports": 1}
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=20)
        assert (process.returncode, errors) == (0, "")


@pytest.mark.slow
def test_a_port_that_is_taken_is_said(county_index: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert (
            f"--port {port + 1}"
            in planqa("serve", "--port", port, "--index", county_index).failed()
        )


def test_ctrl_c_ends_a_chat_with_0_and_other_commands_with_130(county_index: Path) -> None:
    with running("chat", "--index", county_index) as process:
        assert process.stdin is not None
        process.stdin.write(f"{QUESTION}\n")
        process.stdin.flush()
        output_of(process).readline()
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=20)
        assert (process.returncode, errors) == (0, "")
    with running("ask", "--input", "-", "--index", county_index) as process:
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=3)
        process.send_signal(signal.SIGINT)
        process.wait(timeout=20)  # with stdin still open: its end is another way out
        _, errors = process.communicate()
        assert (process.returncode, errors) == (130, "")


def seen_in_a_terminal(*arguments: object, typed: Sequence[str] = ()) -> str:
    """What a person sees on a terminal, who types a line at each prompt."""
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "planqa", *map(str, arguments)],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=environment(PYTHONPATH=ROOT / "src", TERM="xterm-256color", COLUMNS=80),
    ) as process:
        os.close(theirs)
        seen, lines = b"", iter(typed)
        with contextlib.suppress(OSError):  # Linux says so when the other end is closed
            while data := os.read(ours, 4096):
                seen += data
                if seen.endswith(b"> "):
                    os.write(ours, next(lines).encode())
        assert process.wait(timeout=60) == 0
    os.close(ours)
    return seen.decode("utf-8")


def test_in_a_terminal_the_answer_is_bold_and_marked_in_its_quote(county_index: Path) -> None:
    seen = seen_in_a_terminal("ask", QUESTION, "--index", county_index)
    assert re.search(rf"^\x1b\[1m[^\x1b]*{re.escape(ANSWER)}\x1b\[0m", seen)
    assert re.search(rf"\x1b\[1;4m[^\x1b]*{re.escape(ANSWER)}\x1b\[0m", seen)


def test_in_a_terminal_chat_says_how_to_begin_and_prompts_until_ctrl_d(county_index: Path) -> None:
    seen = seen_in_a_terminal("chat", "--index", county_index, typed=[f"{QUESTION}\n", "\x04"])
    assert "Ctrl-D ends" in seen
    assert "> " in seen
    assert ANSWER in seen


@pytest.mark.slow
def test_in_a_terminal_a_build_shows_a_bar_for_each_stage(county: Path) -> None:
    seen = seen_in_a_terminal("index", county / "corpus", "--index", county / "index")
    for stage in (
        "reading reports",
        "loading the model",
        "embedding sentences",
        "writing the index",
    ):
        assert stage in seen
    assert "100%" in seen
    assert "1 added" in seen


def test_a_reader_that_has_had_enough_ends_planqa_without_a_word(county_index: Path) -> None:
    source, sink = os.pipe()
    os.close(source)
    with os.fdopen(sink, "wb") as stdout:
        done = subprocess.run(
            [sys.executable, "-m", "planqa", "reports", "--index", str(county_index)],
            stdout=stdout,
            stderr=subprocess.PIPE,
            env=environment(PYTHONPATH=ROOT / "src"),
            timeout=60,
            check=False,
        )
    assert done.stderr == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_a_full_disk_below_stdout_is_said(county_index: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "planqa", "reports", "--index", str(county_index)],
            stdout=full,
            stderr=subprocess.PIPE,
            env=environment(PYTHONPATH=ROOT / "src"),
            timeout=60,
            check=False,
        )
    assert done.returncode == 1
    assert b"No space left on device" in done.stderr
    assert len(done.stderr.splitlines()) == 1
