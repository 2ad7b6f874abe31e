"""Bad input: one clear line that says what to do, no traceback, and nothing lost."""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path

import pytest
from command import planqa
from made_up import made_up_report

pytestmark = pytest.mark.slow  # each test starts planqa as a process of its own

QUESTION = "2023年全县地区生产总值是多少？"


@pytest.fixture
def index(county_index: Path, tmp_path: Path) -> Path:
    """An index that may be damaged."""
    return Path(shutil.copytree(county_index, tmp_path / "index"))


def report_in(corpus: Path, name: str = "云溪县-2024.txt") -> Path:
    corpus.mkdir(exist_ok=True)
    path = corpus / name
    path.write_text(made_up_report().text, encoding="utf-8")
    return path


# --- the corpus ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command", [["index"], ["ask", QUESTION], ["chat"], ["serve"]], ids=" ".join
)
def test_without_a_corpus_the_folder_is_named(command: list[str], tmp_path: Path) -> None:
    assert "corpus: no such folder" in planqa(*command, cwd=tmp_path).failed()


def test_an_empty_corpus_is_said(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    failed = planqa("index", cwd=tmp_path).failed()
    assert "corpus holds no report" in failed
    assert "planqa index" in failed


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("空.txt", b"", "empty"),
        ("白.txt", " \n\u3000\n".encode(), "empty"),
        ("图.txt", bytes(range(256)) * 9, "bytes are not|is not text"),
        ("半.docx", b"PK\x03\x04half of a zip", r"docx|zip|Word"),
        ("假.pdf", b"%PDF-1.7\nnothing follows", "PDF"),
    ],
)
def test_a_corpus_of_one_unreadable_file_is_said_and_outline_says_why(
    name: str, data: bytes, why: str, tmp_path: Path
) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / name).write_bytes(data)
    failed = planqa("index", cwd=tmp_path).failed()
    assert "planqa outline" in failed
    assert re.search(why, planqa("outline", f"corpus/{name}", cwd=tmp_path).failed())


@pytest.mark.slow
def test_an_unreadable_file_beside_a_good_one_is_named_and_the_good_one_is_indexed(
    tmp_path: Path,
) -> None:
    report_in(tmp_path / "corpus")
    (tmp_path / "corpus" / "空.txt").touch()
    shown = planqa("index", cwd=tmp_path).succeeded()
    assert shown.out.startswith("1 added")
    assert "failed: 空.txt: it is empty" in shown.out


def test_a_corpus_that_lost_its_reports_does_not_cost_the_index(
    index: Path, tmp_path: Path
) -> None:
    (tmp_path / "corpus").mkdir()
    planqa("index", cwd=tmp_path).failed()
    assert "386.5亿元" in planqa("ask", QUESTION, cwd=tmp_path).succeeded().out


@pytest.mark.skipif(sys.platform != "linux", reason="file names are bytes on Linux only")
def test_a_file_name_that_is_no_text_can_be_printed(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/\xff\x1b[31m.txt"
    with open(path, "wb") as file:  # noqa: PTH123 - pathlib has no such names
        file.write("一、工作回顾\n完成了。\n".encode())
    shown = planqa("outline", os.fsdecode(path)).succeeded()
    assert "一、工作回顾" in shown.out
    assert "\x1b" not in shown.out


@pytest.mark.parametrize("name", ["没有这份", "corpus"])
def test_outline_of_what_is_no_report_says_where_the_ids_are(
    name: str, index: Path, tmp_path: Path
) -> None:
    report_in(tmp_path / "corpus")
    assert "planqa reports" in planqa("outline", name, cwd=tmp_path).failed()


# --- the question --------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["ask", "search"])
@pytest.mark.parametrize(
    ("question", "why"),
    [
        ("", "empty"),
        (" \t\n\u3000", "empty"),
        ("\x01\x02\x1b\x7f", "empty"),
        ("x" * 100_000, "100,000 characters"),
    ],
    ids=["empty", "space", "control characters", "100,000 characters"],
)
def test_a_question_that_cannot_be_asked_is_an_error(
    command: str, question: str, why: str, county_index: Path
) -> None:
    assert why in planqa(command, question, "--index", county_index).failed()


def test_a_question_that_cannot_be_asked_builds_no_index(tmp_path: Path) -> None:
    report_in(tmp_path / "corpus")
    planqa("ask", " ", cwd=tmp_path).failed()
    assert not (tmp_path / "index").exists()


@pytest.mark.parametrize(
    "question",
    [
        "\x1b[31m\u202e2023年全县\0地区生产总值是多少？\x07",
        "<script>alert(1)</script> [red]地区生产总值[/red] %s {} \\n",
        "' OR 1=1; -- 地区生产总值",
        "😀🇨🇳👨‍👩‍👧 地区生产总值",
        "𠮷水大桥",
        "？",
        "a",
    ],
)
def test_a_strange_question_is_asked_and_nothing_of_it_is_interpreted(
    question: str, county_index: Path
) -> None:
    shown = planqa("ask", question.replace("\0", "\x01"), "--index", county_index).succeeded()
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", shown.out)
    planqa("ask", question.replace("\0", "\x01"), "--json", "--index", county_index).succeeded()


def test_a_question_in_bytes_that_are_no_text_is_asked_without_them(county_index: Path) -> None:
    question = os.fsdecode("地区生产总值".encode() + b"\xff\xfe")
    answer = planqa("ask", question, "--json", "--index", county_index).succeeded().json
    assert answer["question"] == "地区生产总值"


# --- files of questions --------------------------------------------------------------------------


@pytest.mark.parametrize("command", [["ask", "--input"], ["evaluate"]], ids=" ".join)
@pytest.mark.parametrize("name", ["none.jsonl", "empty.jsonl", "."])
def test_a_file_without_questions_is_said(
    command: list[str], name: str, county_index: Path, tmp_path: Path
) -> None:
    (tmp_path / "empty.jsonl").write_bytes(b"\n \n")
    failed = planqa(*command, tmp_path / name, "--index", county_index).failed()
    assert re.search("question|README", failed)


def test_answers_that_cannot_be_written_are_said(county_index: Path, tmp_path: Path) -> None:
    source = tmp_path / "q.jsonl"
    source.write_text('{"question": "a"}', encoding="utf-8")
    for target in (tmp_path, tmp_path / "no" / "folder.jsonl"):
        done = planqa("ask", "--input", source, "--output", target, "--index", county_index)
        assert "--output" in done.failed()


def test_a_line_that_is_no_gold_question_is_named(county_index: Path, tmp_path: Path) -> None:
    source = tmp_path / "q.jsonl"
    source.write_text('{"question": "a", "evidence": []}\n{"question": "a"}\n', encoding="utf-8")
    assert "line 2" in planqa("evaluate", source, "--index", county_index).failed()


# --- the index -----------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [["search", "a"], ["reports"], ["outline", "a"]], ids=" ".join)
def test_without_an_index_the_command_that_builds_it_is_named(
    command: list[str], tmp_path: Path
) -> None:
    assert "`planqa index`" in planqa(*command, cwd=tmp_path).failed()


def files_of_an_index() -> list[str]:
    """The files that the commands read; the index's own tests damage every one of them."""
    return ["CURRENT", "manifest.json", "passages.jsonl", "vectors.npy", "keys.npy"]


@pytest.mark.parametrize("damage", ["missing", "cut", "altered"])
@pytest.mark.parametrize("name", files_of_an_index())
def test_a_damaged_index_is_never_asked_and_the_next_command_is_named(
    name: str, damage: str, index: Path
) -> None:
    (path,) = index.rglob(name)
    data = path.read_bytes()
    if damage == "missing" and name != "CURRENT":  # without CURRENT there is no index at all
        path.unlink()
    elif damage == "altered":
        path.write_bytes(data[:-2] + bytes([data[-2] ^ 1]) + data[-1:])
    else:
        path.write_bytes(data[: len(data) // 2])
    failed = planqa("ask", QUESTION, "--index", index).failed()
    assert re.search("`planqa (index|doctor)", failed)


def test_an_index_folder_that_is_a_file_is_said(tmp_path: Path) -> None:
    report_in(tmp_path / "corpus")
    (tmp_path / "index").write_bytes(b"")
    failed = planqa("index", cwd=tmp_path).failed()
    assert "index" in failed
    assert (tmp_path / "index").read_bytes() == b""


def test_an_index_by_a_newer_planqa_is_left_as_it_is(index: Path, tmp_path: Path) -> None:
    report_in(tmp_path / "corpus")
    (manifest,) = index.rglob("manifest.json")
    data = manifest.read_bytes()
    manifest.write_bytes(re.sub(rb'"format": \d+', b'"format": 99', data))
    for command in (["ask", QUESTION], ["index"]):
        assert "newer planqa" in planqa(*command, cwd=tmp_path).failed()
    assert manifest.exists()
