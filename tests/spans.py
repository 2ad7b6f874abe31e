"""What holds for the outline of every text."""

from __future__ import annotations

from planqa.outline import Outline


def check(text: str, outline: Outline) -> None:
    """What holds for every text: spans in order and inside each other, no space around paragraphs,
    and each of them in a section that there is."""
    end = 0
    for p in outline.paragraphs:
        assert end <= p.start < p.end <= len(text)
        assert text[p.start : p.end] == text[p.start : p.end].strip()
        end = p.end
    paths = {()} | {path for top in outline.sections for path, _ in top.walk()}
    assert {p.section_path for p in outline.paragraphs} <= paths
    for top in outline.sections:
        for _, s in top.walk():
            assert s.start < s.end <= len(text)
            assert all(
                s.start < c.start and c.end <= s.end and s.level < c.level for c in s.children
            )
            assert text.startswith(s.heading[:3], s.start)


def lost(text: str, outline: Outline) -> str:
    """The characters other than space that are in no paragraph and no heading."""
    kept = bytearray(len(text))
    for top in outline.sections:
        for _, s in top.walk():
            line_end = text.find("\n", s.start + len(s.heading))
            stop = line_end if line_end >= 0 else len(text)
            kept[s.start : stop] = b"\1" * (stop - s.start)
    for p in outline.paragraphs:
        kept[p.start : p.end] = b"\1" * (p.end - p.start)
    return "".join(c for c, k in zip(text, kept, strict=True) if not k and not c.isspace())
