"""Metadata: what a report says about itself, its file's name, and the correction beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from planqa.errors import ReportError
from planqa.metadata import Metadata, corrected, metadata_of
from planqa.outline import outline_of


def known(text: str, name: str = "x") -> Metadata:
    return metadata_of(text, outline_of(text).sections, name)


def test_a_plan_report_names_its_issuer_and_reviews_the_earlier_year_of_its_title() -> None:
    text = (
        "\n关于重庆市沙坪坝区2022年国民经济和社会\n\n发展计划执行情况及2023年计划草案的报告\n\n"
        "沙坪坝区发展和改革委员会\n\n各位代表：\n一、2022年执行情况\n好。\n"
    )
    assert known(text) == Metadata(
        title="关于重庆市沙坪坝区2022年国民经济和社会发展计划执行情况及2023年计划草案的报告",
        kind="计划报告",
        place="重庆市沙坪坝区",
        issuer="沙坪坝区发展和改革委员会",
        reviewed=2022,
        year=2023,
    )


def test_the_day_it_was_given_outranks_the_horizon_in_the_title() -> None:
    found = known(
        "关于“九五”计划和２０１０年远景目标纲要的报告\n"
        "——１９９６年３月５日在第八届全国人民代表大会第四次会议上\n各位代表：\n"
    )
    assert (found.date, found.year, found.reviewed, found.place) == ("1996-03-05", 1996, 1995, None)


def test_a_day_in_numerals_and_a_letter_spaced_title_are_understood() -> None:
    found = known(
        "政 府 工 作 报 告\n（一九八三年六月六日在第六届全国人民代表大会第一次会议上）\n各位代表：\n"
    )
    assert (found.title, found.date) == ("1983年国务院政府工作报告", "1983-06-06")


def test_a_title_goes_on_to_the_line_that_says_what_it_is() -> None:
    found = known("关于某市2022年计划\n执行情况与2023年计划（草案）的报告\n各位代表：\n")
    assert found.title == "关于某市2022年计划执行情况与2023年计划（草案）的报告"


def test_a_report_in_the_middle_of_a_year_reviews_that_year() -> None:
    found = known("关于河南省2023年上半年国民经济和社会发展计划执行情况的报告\n主任、各位委员：\n")
    assert (found.year, found.reviewed) == (2023, 2023)


def test_a_page_put_online_later_does_not_move_the_day_of_the_meeting() -> None:
    found = known(
        "来源：某报\n时间：2026-02-02\n2026年河南省政府工作报告\n"
        "——2026年1月25日在河南省第十四届人民代表大会第四次会议上\n各位代表：\n"
    )
    assert (found.date, found.place, found.issuer) == ("2026-01-25", "河南省", "河南省人民政府")


def test_a_meeting_late_in_the_year_plans_the_next_one_where_it_says_so() -> None:
    day = "——2022年12月28日在某县第十九届人民代表大会第二次会议上\n各位代表：\n"
    this_year = known(f"政府工作报告\n{day}一、2022年工作回顾\n好。\n")
    next_year = known(f"政府工作报告\n{day}一、2022年工作回顾\n好。\n二、2023年工作安排\n好。\n")
    assert (this_year.year, next_year.year, next_year.reviewed) == (2022, 2023, 2022)


def test_a_bare_title_gets_its_place_and_year_so_that_a_citation_tells_reports_apart() -> None:
    day = "——2024年3月5日在第十四届全国人民代表大会第二次会议上\n各位代表：\n"
    assert known(f"政府工作报告\n{day}").title == "2024年国务院政府工作报告"
    assert known("各位代表：\n", "湖北省-2025-政府工作报告").title == "2025年湖北省政府工作报告"


@pytest.mark.parametrize(
    ("title", "place"),
    [
        ("2026年北京市政府工作报告", "北京市"),
        ("关于四川省凉山彝族自治州2023年预算执行情况的报告", "四川省凉山彝族自治州"),
        ("关于国民经济和社会发展计划执行情况的报告", None),
    ],
)
def test_the_place_is_what_the_title_begins_with(title: str, place: str | None) -> None:
    assert known(f"{title}\n各位代表：\n").place == place


def test_the_file_beside_a_report_corrects_what_was_found(tmp_path: Path) -> None:
    report = tmp_path / "报告.txt"
    found = Metadata(title="报告", year=2022)
    assert corrected(found, report) == found
    (tmp_path / "报告.meta.toml").write_text(
        'title = "2023年某区政府工作报告"\nplace = "某区"\nyear = 2023\ndate = 2023-01-10\n',
        "utf-8",
    )
    assert corrected(found, report) == Metadata(
        title="2023年某区政府工作报告", place="某区", year=2023, date="2023-01-10"
    )


@pytest.mark.parametrize("line", ["year = '2023'", "yaer = 2023", "year = 99", "year = "])
def test_a_correction_that_says_nothing_known_is_refused(tmp_path: Path, line: str) -> None:
    (tmp_path / "报告.meta.toml").write_text(line, "utf-8")
    with pytest.raises(ReportError, match=r"报告\.meta\.toml"):
        corrected(Metadata(title="报告"), tmp_path / "报告.txt")


def test_a_day_in_a_paragraph_is_not_the_day_that_the_report_was_given() -> None:
    text = "该市议会由市民选举产生，" * 6 + "2004年5月20日起任期四年。"
    found = metadata_of(text, (), "0024")
    assert (found.year, found.date, found.place) == (None, None, None)
