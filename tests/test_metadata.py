"""Metadata: what the front of a report says about it."""

from __future__ import annotations

from planqa.metadata import Metadata, metadata_of


def test_a_title_over_two_lines_is_joined_and_its_later_year_is_the_one_planned() -> None:
    text = (
        "\n关于重庆市沙坪坝区2022年国民经济和社会\n\n发展计划执行情况及2023年计划草案的报告\n\n"
        "沙坪坝区发展和改革委员会\n\n各位代表：\n一、2022年执行情况\n"
    )
    title = "关于重庆市沙坪坝区2022年国民经济和社会发展计划执行情况及2023年计划草案的报告"
    assert metadata_of(text, "x") == Metadata(title, "重庆市沙坪坝区", 2023)


def test_the_day_it_was_given_outranks_the_horizon_in_the_title() -> None:
    text = (
        "关于“九五”计划和２０１０年远景目标纲要的报告\n"
        "——１９９６年３月５日在全国人民代表大会会议上\n各位代表：\n"
    )
    assert metadata_of(text, "x").year == 1996


def test_the_file_name_fills_what_the_text_leaves_open() -> None:
    found = metadata_of("各位代表：\n一、回顾\n", "湖北省-2025-政府工作报告")
    assert (found.title, found.place, found.year) == ("湖北省-2025-政府工作报告", "湖北省", 2025)
