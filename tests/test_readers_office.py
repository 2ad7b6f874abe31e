"""Old Word files, through LibreOffice where it is installed."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from planqa.corpus import read_report

PARAGRAPHS = ("云溪县2024年政府工作报告", "各位代表：", "一、2023年工作回顾", "粮食产量12万吨。")
OFFICE = shutil.which("soffice") or shutil.which("libreoffice")


@pytest.mark.slow
@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")
def test_an_old_word_file_reads_as_the_new_one_does(tmp_path: Path) -> None:
    plain = tmp_path / "云溪县 2024.txt"
    plain.write_text("\n".join(PARAGRAPHS), encoding="utf-8")
    filters = ["--infilter=Text (encoded):UTF8,LF,,,", "--convert-to", "doc:MS Word 97"]
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    subprocess.run(
        [str(OFFICE), profile, "--headless", *filters, "--outdir", str(tmp_path), str(plain)],
        check=True,
        capture_output=True,
        timeout=120,
    )
    old, new = read_report(plain.with_suffix(".doc")), read_report(plain)
    assert [line for line in old.text.splitlines() if line.strip()] == list(PARAGRAPHS)
    assert (old.title, old.year) == (new.title, new.year)
    assert [path for path, _ in old.walk()] == [path for path, _ in new.walk()]
