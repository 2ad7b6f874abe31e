"""Short texts of the form of a report, and their outlines."""

from __future__ import annotations

from planqa.outline import outline_of

BODY = "坚持稳中求进，地区生产总值增长5.3%，城镇新增就业12.3万人，民生持续改善。"


def report(*lines: str) -> str:
    """A text of lines, in which … is a paragraph of its own."""
    return "".join(f"{BODY if line == '…' else line}\n" for line in ("各位代表：", *lines))


def tree(text: str) -> list[tuple[int, str]]:
    """The headings with their levels, in reading order."""
    return [(s.level, s.heading) for top in outline_of(text).sections for _, s in top.walk()]
