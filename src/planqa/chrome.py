"""Lines -> those that are the report: without the web page around it, contents list and copies."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from planqa.lines import Line

__all__ = ["Sifted", "sifted"]

_CHROME = re.compile(
    r"<!--|-->|【?(?:字体|字号|大小)\s*[:：]|【?E-?mail|当前位置|您?(?:现在)?(?:的|所在)位置[:：]"
    r"|.{0,30}www\.|打印(?:本页|此页|文章)?】?$|【?关闭(?:本页|窗口|此页)?】?$"
    r"|扫一扫|扫码|分享(?:到)?[:：]?$|相关(?:报道|链接|附件|新闻|阅读|稿件|专题|解读|文章)[:：>》]*$"
    r"|[（(]?(?:责任|网站|本文)?编辑[:：]|版权(?:所有|声明)|主办(?:单位)?[:：]|承办(?:单位)?[:：]"
    r"|\S{0,2}ICP[备证]|\S?公网安备|网站(?:标识码|地图)|copyright|©|上一[篇条页]|下一[篇条页]"
    r"|返回(?:顶部|首页|列表|上一页)|(?:浏览|点击|阅读)(?:次数|量|数)?[:：]|public domain$"
    r"|本作品是中华人民共和国的",
    re.IGNORECASE,
)
_BESIDE_CHROME = re.compile(
    r"(?:下载|打印|全屏|收藏|分享|[大中小]|加大|还原|减小|[】）]+|关闭|首页|朗读|纠错|false|true)$"
)
"""What is chrome only next to other chrome."""
_TAIL = re.compile(
    r"[（(]?责任编辑|相关(?:报道|链接|附件|新闻|阅读|稿件|专题|解读|文章)[:：>》]*$"
    r"|扫一扫|打印本页|关闭窗口|本作品是中华人民共和国的"
)
_CONTENTS = re.compile(r"目\s*[录次]$")
_LEADER = re.compile(r"[\s.…·．\-—_]*\d{0,3}$")
_DOTTED = re.compile(r"(?:[.…·．]{3,}|\t)\s*\d{1,3}$")

_MOST_ENTRIES = 300
_ANCHOR = 40
"""Characters that a line has at least whose repetition is no chance."""
_COPY = 5
"""Such lines in a row that make a copy of the text."""
_NEAR = 12
"""How far apart, in lines, the originals of two neighbours in a copy may stand."""


@dataclass(frozen=True, slots=True)
class Sifted:
    """The lines to index, and one plain sentence for each kind of text that was left out."""

    lines: list[Line]
    notes: tuple[str, ...]


def sifted(lines: Sequence[Line]) -> Sifted:
    """The lines of the report itself, once each."""
    kept, notes = list(lines), []
    for leave_out, note in (
        (_copies, "The file holds its text more than once; it is indexed once."),
        (_chrome, ""),
        (_contents, "The table of contents is not indexed again."),
    ):
        out = leave_out(kept)
        kept = [line for at, line in enumerate(kept) if at not in out]
        if out and note:
            notes.append(note)
    return Sifted(kept, tuple(notes))


def _copies(lines: Sequence[Line]) -> set[int]:
    """The lines of every stretch that stands in the same order further up."""
    first: dict[str, int] = {}
    for at, line in enumerate(lines):
        first.setdefault(line.text, at)
    out: set[int] = set()
    run: list[int] = []
    previous = -1
    for at, line in enumerate(lines):
        if len(line.text) < _ANCHOR:
            continue
        original = first[line.text]
        if original != at and run and previous < original <= previous + _NEAR:
            run.append(at)
        else:
            out |= _copy(lines, run, first)
            run = [at] if original != at else []
        previous = original
    return out | _copy(lines, run, first)


def _copy(lines: Sequence[Line], run: Sequence[int], first: dict[str, int]) -> set[int]:
    """The stretch around a run of repeated lines, with the short lines that belong to it."""
    if len(run) < _COPY:
        return set()

    def belongs(at: int) -> bool:
        return len(lines[at].text) < _ANCHOR and first[lines[at].text] < run[0]

    start, stop = run[0], run[-1] + 1
    while start > 0 and belongs(start - 1):
        start -= 1
    while stop < len(lines) and belongs(stop):
        stop += 1
    return set(range(start, stop))


def _chrome(lines: Sequence[Line]) -> set[int]:
    """What the web page has around the report: buttons, notices, comments, what follows the end."""
    out = {at for at, line in enumerate(lines) if _is_chrome(line.text)}
    out |= _comments(lines)
    for order in (range(1, len(lines)), range(len(lines) - 2, -1, -1)):
        step = 1 if order.step > 0 else -1
        out.update(at for at in order if at - step in out and _BESIDE_CHROME.match(lines[at].text))
    tail = next((at for at, line in enumerate(lines) if _TAIL.match(line.text)), None)
    if tail is not None and tail > len(lines) // 2 and _is_short(lines, tail):
        out.update(range(tail, len(lines)))
    return out


def _is_chrome(text: str) -> bool:
    return len(text) < 80 and not text.endswith("。") and _CHROME.match(text) is not None


def _comments(lines: Sequence[Line]) -> set[int]:
    out: set[int] = set()
    inside = False
    for at, line in enumerate(lines):
        inside = inside or line.text.startswith("<!--")
        if inside:
            out.add(at)
        inside = inside and "-->" not in line.text
    return set() if inside else out


def _is_short(lines: Sequence[Line], tail: int) -> bool:
    """Whether what follows is too little to be the report."""
    after = sum(len(line.text) for line in lines[tail:])
    return after * 10 < sum(len(line.text) for line in lines)


def _contents(lines: Sequence[Line]) -> set[int]:
    """The table of contents: entries below its title that stand again as lines further down, or
    three lines or more in a row that end in dots and a page number."""
    out: set[int] = set()
    for at, line in enumerate(lines):
        if _CONTENTS.match(line.text):
            entries = _entries(lines, at + 1)
            if len(entries) > 1:
                out.update((at, *entries))
    dotted = {at for at, line in enumerate(lines) if _DOTTED.search(line.text)}
    in_a_row = (range(at, at + 3) for at in dotted)
    return out.union(*(run for run in in_a_row if dotted.issuperset(run)))


def _entries(lines: Sequence[Line], start: int) -> list[int]:
    """The lines from `start` on that stand again, without their page numbers, further down."""
    entries: list[int] = []
    for at in range(start, min(start + _MOST_ENTRIES, len(lines))):
        entry = _LEADER.sub("", lines[at].text)
        below = range(at + 1, len(lines))
        if not entry or not any(lines[line].text.startswith(entry) for line in below):
            break
        entries.append(at)
    return entries
