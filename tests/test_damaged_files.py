"""Damaged and hostile files: each gets one clear line, and nothing else breaks."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest
from office_files import docx, numbered_list, paragraph, pdf, printed, table

from planqa.corpus import read_report
from planqa.errors import ReportError
from planqa.readers import read
from planqa.readers.apart import read_apart

TEXT = "各位代表：\n一、2022年回顾\n（一）经济。地区生产总值增长5.3%。\n二、2023年安排\n好。\n"
BODY = (
    numbered_list("回顾", "安排")
    + paragraph("完成了。")
    + table([["指标", "目标"], ["就业", "3万"]])
)
FILES = {
    "报告.txt": TEXT.encode("gb18030"),
    "报告.html": f"<html><body><h1>报告</h1><p>{TEXT}</p><table><tr><td>1<td>2</table>".encode(),
    "报告.docx": docx(BODY, numbering="<w:abstractNum/><w:num/>", styles="<w:style/>"),
}


def damaged(data: bytes, seed: int) -> bytes:
    """The file with bytes changed, cut out, doubled, or its end gone."""
    chance = random.Random(seed)
    broken = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(broken))
        size = chance.randint(1, max(1, len(broken) // 8))
        how = chance.randrange(4)
        if how == 0:
            broken[at] = chance.randrange(256)
        elif how == 1 and len(broken) > size:
            del broken[at : at + size]
        elif how == 2:
            broken[at:at] = broken[at : at + size]
        elif at > 0:
            del broken[at:]
    return bytes(broken)


@pytest.mark.parametrize("name", FILES)
def test_a_damaged_file_is_read_or_refused_in_one_line(name: str) -> None:
    refused = 0
    for seed in range(100):
        try:
            read(Path(name), damaged(FILES[name], seed))
        except ReportError as error:
            refused += 1
            assert str(error).startswith(f"{name}: ")
            assert "\n" not in str(error)
    assert refused > 0


@pytest.mark.slow
def test_a_damaged_pdf_is_read_or_refused_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("planqa.readers.find_spec", lambda name: None)  # no OCR of what is left
    data = printed(TEXT * 5)
    outcomes = set()
    for seed in range(25):
        try:
            read(Path("报告.pdf"), damaged(data, seed), apart=True)
            outcomes.add("read")
        except ReportError as error:
            assert "\n" not in str(error)
            outcomes.add("refused")
    assert outcomes == {"read", "refused"}


def test_each_part_of_a_word_file_may_be_damaged() -> None:
    for broken in ("<w:body", "<w:p><w:r>", "&amp", "\x00"):
        with pytest.raises(ReportError, match="damaged"):
            read(Path("报告.docx"), docx(BODY, numbering=broken))


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("空.txt", b"", "empty"),
        ("空.docx", docx(""), "empty"),
        ("乱.txt", bytes(range(256)) * 40, "utf-8 or gb18030|not text"),
        ("假.txt", FILES["报告.docx"], "inside it is a .docx file"),
        ("假.docx", pdf([[(72, 72, "好。")]]), "inside it is a .pdf file"),
        ("假.pdf", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old Word", "inside it is a .doc file"),
        ("长.txt", "好".encode() * 2_000_001, "more than .* characters"),
        ("大.txt", b"a" * 20_000_001, "more than 20 MB"),
    ],
)  # fmt: skip
def test_what_is_no_report_is_refused_with_its_reason(
    tmp_path: Path, name: str, data: bytes, reason: str
) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(ReportError, match=reason):
        read_report(tmp_path / name, tmp_path)


def test_a_folder_and_a_device_are_no_files(tmp_path: Path) -> None:
    (tmp_path / "夹.txt").mkdir()
    for path in (tmp_path / "夹.txt", Path("/dev/zero")):
        with pytest.raises(ReportError, match=r"no file|unknown format"):
            read_report(path)


def test_an_old_word_file_says_how_to_convert_it_where_libreoffice_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ReportError, match=r"save it as \.docx, or install LibreOffice"):
        read(Path("报告.doc"), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")


def test_a_reader_that_breaks_down_is_reported_with_the_kind_of_error() -> None:
    with pytest.raises(ReportError, match=r"broke down on it \(ModuleNotFoundError\)"):
        read_apart(Path("报告.xyz"), b"", "no_such_reader")


def test_a_reader_that_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("planqa.readers.apart._SECONDS", 0.01)
    with pytest.raises(ReportError, match="took over"):
        read_apart(Path("报告.docx"), FILES["报告.docx"], "docx")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps a process to its memory")
def test_a_reader_cannot_fill_the_memory() -> None:
    code = (
        "from planqa.readers import apart\napart._limit_itself(60)\n"
        "try:\n bytearray(5 * 1024**3)\nexcept MemoryError:\n print('refused')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "refused\n"
