"""The corpus: which files are reports, and what a report is called."""

from __future__ import annotations

from pathlib import Path

import pytest

from planqa.corpus import find_files, read_report
from planqa.errors import CorpusError, ReportError

TEXT = "2024年某县政府工作报告\n各位代表：\n一、回顾\n完成了。\n"


def test_readmes_hidden_files_and_other_formats_are_no_reports(tmp_path: Path) -> None:
    for name in [
        "b/乙.txt",
        "甲.TXT",
        "README.md",
        "readme.zh-CN.md",
        ".hidden.txt",
        ".git/x.txt",
        "x.py",
    ]:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(TEXT, encoding="utf-8")
    assert find_files(tmp_path) == [tmp_path / "b/乙.txt", tmp_path / "甲.TXT"]


def test_a_link_that_leaves_the_corpus_is_not_followed(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (tmp_path / "secret.txt").write_text(TEXT, encoding="utf-8")
    (corpus / "link.txt").symlink_to(tmp_path / "secret.txt")
    assert find_files(corpus) == []


def test_a_missing_corpus_says_so(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="no such folder"):
        find_files(tmp_path / "none")


def test_a_report_is_named_by_its_path_and_keeps_its_suffix_where_two_would_share_a_name(
    tmp_path: Path,
) -> None:
    (tmp_path / "区").mkdir()
    for name in ["区/报告.md", "区/报告.txt"]:
        (tmp_path / name).write_text(TEXT, encoding="utf-8")
    reports = [read_report(path, tmp_path) for path in find_files(tmp_path)]
    assert [r.report_id for r in reports] == ["区/报告", "区/报告.txt"]
    assert [r.file for r in reports] == ["区/报告.md", "区/报告.txt"]


def test_a_report_is_its_own_text_with_what_is_known_about_it(tmp_path: Path) -> None:
    path = tmp_path / "某县.txt"
    path.write_bytes(TEXT.encode("gb18030"))
    report = read_report(path)
    assert (report.text, report.title, report.year) == (TEXT, "2024年某县政府工作报告", 2024)
    assert [section.heading for section in report.sections] == ["一、回顾"]


def test_a_file_that_cannot_be_opened_is_a_report_error(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="No such file"):
        read_report(tmp_path / "none.txt", tmp_path)


def test_a_correction_beside_a_report_is_no_report_and_is_followed(tmp_path: Path) -> None:
    (tmp_path / "某县.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "某县.meta.toml").write_text('place = "河南省某县"', encoding="utf-8")
    (path,) = find_files(tmp_path)
    assert read_report(path, tmp_path).place == "河南省某县"


def test_what_is_not_indexed_of_a_file_is_said(tmp_path: Path) -> None:
    path = tmp_path / "某县.txt"
    body = "".join(
        f"第{n}件事，地区生产总值增长5.3%，城镇新增就业12.3万人，民生持续改善，环境更加优美。\n"
        for n in range(9)
    )
    path.write_text((TEXT + body) * 2, encoding="utf-8")
    assert "indexed once" in read_report(path).left_out
