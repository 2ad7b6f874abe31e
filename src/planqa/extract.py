"""(question, sentence) -> the short answer in it, by rules: what kind of thing is asked for, and which one.

Every answer is an exact substring of the sentence. A figure keeps its unit, its qualifier (约, 超, 以上) and the
verb that gives it its sign (增长, 下降); an enumeration comes as its items.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from planqa.query import Query
from planqa.tokens import Weigh, tokenize

__all__ = ["asked_unit", "short_answers"]

Span = tuple[int, int]
READ = 30.0
"""What it counts for a figure that a reader found it, beside the weights of words."""

_ASKS_SHARE = re.compile(
    r"百分|幅度|增幅|降幅|增速|比例|占比|升了还是降|(?:增长|下降|上涨|回落|涨|降)了?多少(?![一-龥])"
    r"|percent|growth|by how much",
    re.I,
)
_ASKS_MONEY = re.compile(r"多少钱|几个亿|金额|资金|投资额|贷款|规模|how much", re.I)
_ASKS_PERCENT = re.compile(r"百分|比例|占比|比重|增速|增幅|降幅|percent", re.I)
_ASKS_PRICE = re.compile(r"多少钱|好多钱|几个钱")
_ASKS_TIME = re.compile(r"年|多久|岁|时间|多长|how long|years", re.I)
_ASKS = re.compile(r"多少|百分之几|几(?=[家个项所条座亿万])")
_ASKS_EACH = re.compile(r"[和与及、].{1,20}(?:分别|各(?:自|是|为|有|达)?)")
_MEASURE = re.compile(r"(?:多少|几|好多)([亿万]?[一-龥])")

_FIGURE = re.compile(
    r"(?:(?:增长|下降|提高|提升|上升|降低|减少|增加|回落|上涨)(?:了|到|至)?)?"
    r"(?:约|超过|超|近|逾|达到|达|不低于|不少于|不超过|低于|高于|突破|至少)?"
    r"(?<![A-Za-z\d.．])\d[\d,]*(?:[.．]\d+)?(?:\s*[—~～至-]\s*\d+(?:[.．]\d+)?)?"
    r"(?:[余多])?(?:个百分点|[%％‰]|(?:万亿|千亿|百亿|亿|千万|百万|万|千|百)?[余多]?"
    r"(?:微克/立方米|平方公里|平方米|立方米|人次|标箱|千瓦时|千瓦|公里|公顷|公斤|美元|小时|所|[元吨亩米人户家个套座项条件起次处栋幢张"
    r"辆台倍年月日天级艘列班部场种类期批名只头株棵册篇斤岁款支位间层片]?))"
    r"(?:以上|以内|左右|以下)?"
)
_VERB = re.compile(
    "^(?:(?:增长|提高|提升|上升|增加|上涨|下降|降低|减少|回落)(?:到|至)|达到?)(?:达到?)?"
)
"""What leads up to a figure and says nothing of its size: 提高到66.2%, 达288家."""
_BEFORE = re.compile(r"(?:从|由)[^，,；;。到至]*$")
_AFTER = re.compile(r"^[^，,；;。]{0,4}?(?:[增提上升下降减回压扩]\S{0,3}?)?[到至]")
"""Around the first figure of 由1.4%提高到1.97%."""
_BORDER = re.compile(r"[，,；;。！？!?：:、\n]")
_CLAUSE = re.compile(r"[^，,；;。！？!?：:\n]+")
_RUN = re.compile(r"[^；;。！？!?\n]+")
_NAMED = re.compile(r"《[^》]+》|“[^”]+”")
_OPENING, _CLOSING = "（(《“【[", "）)》”】]"


def short_answers(query: Query, sentence: str, weigh: Weigh, span: Span | None = None) -> list[str]:
    """The short answers in `sentence`, best reading first; empty when it holds none of the asked kind.

    `span` is where in the sentence a reader found the answer.
    """
    question, kind = query.content, query.kind
    words = set(tokenize(query.expanded))

    def overlap(text: str) -> float:
        return sum(weigh(token) for token in set(tokenize(text)) & words)

    if kind == "figure" and _FIGURE.search(sentence):
        return _figures(query, sentence, overlap, span)
    if kind == "list" and len(items := _items(question, sentence, overlap, span)) > 1:
        return items
    if span and (read := _tidied(sentence[slice(*span)])):
        return [read]
    return [name] if (name := _name(question, sentence, overlap)) else []


def asked_unit(question: str) -> str | None:
    """The last character of what a question counts: 套 of 多少套, 次 of 几万人次; None where it says nothing of it."""
    measure = _MEASURE.search(question)
    return measure[1][-1] if measure else None


def _tidied(text: str) -> str:
    """What was read without the particles and stops at its ends that a token brought along."""
    text = re.sub(r"^[的了在与和为，。、；：,;:\s]+|[的了在于至，。、；：,;:\s]+$", "", text)
    for opening, closing in zip(_OPENING, _CLOSING, strict=True):
        if text.startswith(opening) and closing not in text:
            text = text[1:]
        elif text.endswith(closing) and opening not in text:
            text = text[:-1]
    return text


def _figures(query: Query, sentence: str, overlap: Weigh, span: Span | None) -> list[str]:
    """The figure whose own words are nearest to the question's, and whose unit is the one asked for.

    Of a question with two parts (总量和增速分别是多少) two, as they stand there. Empty where the sentence has several
    and nothing tells which.
    """
    question, candidates = query.content, []
    figures = [match for match in _FIGURE.finditer(sentence) if not _bare_year(match[0])]
    fitting = [match for match in figures if _is_of_the_asked_kind(question, match[0])] or figures
    for i, match in enumerate(figures):
        if match not in fitting:
            continue
        before = figures[i - 1].end() if i else 0
        after = figures[i + 1].start() if i + 1 < len(figures) else len(sentence)
        borders = [border.end() for border in _BORDER.finditer(sentence, before, match.start())]
        near = max(borders, default=before)
        following = _BORDER.search(sentence, match.end(), after)
        own = overlap(sentence[near : following.start() if following else after])
        wider = overlap(sentence[before : match.end()])
        score = own + 0.3 * wider + _unit_bonus(question, match[0])
        is_read = span is not None and match.start() < span[1] and match.end() > span[0]
        # Of equal ones the first, hence the minus.
        candidates.append((score + READ * is_read, own + wider + is_read, -match.start(), match))
    if not candidates:
        return []
    candidates.sort(key=lambda each: each[:3], reverse=True)
    if not candidates[0][1] and len(candidates) > 1:
        return []
    chosen = sorted((each[3] for each in candidates[: _parts(question)]), key=re.Match.start)
    latest = [_latest(sentence, match, fitting, query.times.years) for match in chosen]
    return list(dict.fromkeys(_VERB.sub("", match[0].strip()) for match in latest))


def _parts(question: str) -> int:
    """How many figures are asked for at once."""
    asked = len(_ASKS.findall(question))
    return max(1, asked, 2 if _ASKS_EACH.search(question) else 1)


def _is_of_the_asked_kind(question: str, figure: str) -> bool:
    """Whether a figure counts what the question asks to be counted, as far as that says so."""
    if _parts(question) > 1:
        return True
    if re.search(r"\d年$", figure) and not _ASKS_TIME.search(question):
        return False
    if _ASKS_PERCENT.search(question):
        return re.search(r"[%％‰]|百分点", figure) is not None
    if _ASKS_PRICE.search(question):
        return "元" in figure
    unit = asked_unit(question)
    return unit is None or unit in figure


def _latest(
    sentence: str,
    figure: re.Match[str],
    fitting: Sequence[re.Match[str]],
    years: Collection[int],
) -> re.Match[str]:
    """Of 由1.4%提高到1.97% the second figure in place of the first, unless the first is that of a year asked for."""
    before = _BEFORE.search(sentence, 0, figure.start())
    if not before or not _AFTER.search(sentence[figure.end() :]):
        return figure
    if any(str(year) in before[0] for year in years):
        return figure
    later = (each for each in fitting if each.start() >= figure.end())
    latter = next(later, figure)
    return figure if _BORDER.search(sentence, figure.end(), latter.start()) else latter


def _bare_year(figure: str) -> bool:
    return re.fullmatch(r"(?:19|20)\d\d年?", figure) is not None


def _unit_bonus(question: str, figure: str) -> float:
    """Whether the figure's unit is the one that the question names: 多少家, 百分之几, 多少钱."""
    bonus = 0.0
    if measure := _MEASURE.search(question):
        unit = measure[1]
        if unit in figure or unit[-1] in figure:
            bonus += 4
    is_share = re.search(r"[%％‰]|百分点", figure) is not None
    if _ASKS_SHARE.search(question):
        bonus += 4 if is_share else -2
    elif is_share:
        bonus -= 2
    if _ASKS_MONEY.search(question) and figure.rstrip("以上左右内下").endswith("元"):
        bonus += 3
    return bonus


def _items(question: str, sentence: str, overlap: Weigh, span: Span | None) -> list[str]:
    """The items that were read, or those of the enumeration that fits the question best, brackets kept whole."""
    if span:
        read = _split_items(_unwrapped(sentence[slice(*_whole_enumeration(sentence, span))]))
        if len(read) > 1:
            items = [item for each in read if (item := _tidied(_trimmed(each, question)))]
            return [*items[:-1], *_last_two(items)]
    start = span[0] if span else 0
    runs = [_split_items(match[0]) for match in _RUN.finditer(sentence, start)]
    runs = [run for run in runs if len(run) > 1]
    if not runs:
        return []
    best = max(runs, key=lambda run: overlap("、".join(run)) + min(len(run), 6))
    items = [_trimmed(item, question) for item in best]
    return [item for item in items if item and item in sentence]


def _whole_enumeration(sentence: str, span: Span) -> Span:
    """The span grown to the whole of the enumeration (A、B、C) that it is a part of."""
    start, end = span
    # A、B、 before it, and the first part of a name that is put together: 诗意田园-
    item = "[^，,；;。：:！？!?、]+"
    if before := re.search(f"(?:{item}、)*(?:{item}[-—–])?$", sentence[:start]):
        start = before.start()
    after = re.match("[^，,；;。：:！？!?、]*(?:、[^，,；;。：:！？!?、]+)+", sentence[end:])
    return start, end + (after.end() if after else 0)


def _last_two(items: list[str]) -> list[str]:
    """The last of some items, as the two that it is where 和 joins them: 先进材料和医药健康 after 能源化工."""
    last, others = items[-1:], items[:-1]
    joined = re.fullmatch("(.{2,})(?:和|以及)(.{2,})", "".join(last))
    if not joined or len(others) < 2 or any("和" in other for other in others):
        return last
    return list(joined.groups()) if len(joined[0]) > max(map(len, others)) else last


def _unwrapped(text: str) -> str:
    """The text without the quotation marks or brackets that stand around the whole of it."""
    for opening, closing in zip(_OPENING, _CLOSING, strict=True):
        if text.startswith(opening) and text.find(closing) == len(text) - 1:
            return text[1:-1]
    return text


def _split_items(text: str) -> list[str]:
    """The text cut at 、 and ， outside of brackets."""
    items, depth, start = [], 0, 0
    for at, character in enumerate(text):
        if character in _OPENING:
            depth += 1
        elif character in _CLOSING:
            depth = max(0, depth - 1)
        elif depth == 0 and character in "、，,":
            items.append(text[start:at])
            start = at + 1
    return [item.strip() for item in [*items, text[start:]] if item.strip()]


def _trimmed(item: str, question: str) -> str:
    """An item without 等 at its end and without the words of the question that lead up to it."""
    item = re.sub(r"(?<![高中初平同均优特])等[\d一-龥]{0,8}$", "", item.strip(" \t\u3000")) or item
    if lead := re.match(
        r"(?:包括|与|和|及|以及|即|有|在|对|为|推进|加快|完成|建设|新增|打造|完工|开工)", item
    ):
        item = item[lead.end() :] or item
    return item


def _name(question: str, sentence: str, overlap: Weigh) -> str | None:
    """The clause that fits the question best, less the words that the question already says."""
    clauses = [match[0].strip() for match in _CLAUSE.finditer(sentence) if match[0].strip()]
    if not clauses:
        return None
    clause = max(clauses, key=lambda text: overlap(text) / (8 + len(text)) ** 0.5)
    for named in _NAMED.findall(clause):
        if named not in question and named[1:-1] not in question:
            return str(named)
    items = _split_items(clause)
    best = max(items, key=overlap)
    return _without_question(best, question) or best


def _without_question(text: str, question: str) -> str:
    """The text without what the question says at either end of it."""
    start, end = 0, len(text)
    while start + 1 < end and text[start : start + 2] in question:
        start += 1
    if start:
        start += 1
    whole = end
    while end - 2 >= start and text[end - 2 : end] in question:
        end -= 1
    if end < whole:
        end -= 1
    return text[start:end].strip()
