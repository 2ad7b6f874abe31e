"""Names, titles, times, ranks and meanings -> Facts: what is built, issued, held; when; called what."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fact import Fact
from grammar import bracketed, clauses, head_noun, is_name, leading_verb, tagged, without_adverbs
from words import phrased, words

__all__ = ["name_facts"]

_TITLE = re.compile("《[^《》]{2,40}》")
_QUOTED = re.compile("“(?P<name>[^“”]{2,16})”(?P<noun>[一-龥]{2,8})?")
_WHEN = re.compile(
    r"(?:到|在|于|自|从)?(?P<when>\d{4}年(?:\d{1,2}月)?(?:\d{1,2}日)?(?:底前|年底|底)?|\d{1,2}月(?:\d{1,2}日|底前|底)?|年底前|上半年|下半年|(?<![一两二三五十])年内|“[一-龥]{3}”(?:时期|期间|末))"
)
_RANK = re.compile(
    r"(?P<verb>居|位居|位列|排名|跃居|跃升至|名列|稳居|升至)(?P<scope>全国|全市|全省|世界|全球|西部|中部|东部|各省区)?(?P<rank>第[一二三四五六七八九十\d]+位?|首位|前列|前[一二三四五六七八九十\d]+位?|榜首)"
)
_MEANS = re.compile(
    r"(?:^|\n)\s*\d{1,3}[.．、]\s*(?P<name>[^：:\n]{2,24})[：:](?P<meaning>[^\n]{8,}?[。])"
)
_AS = re.compile(
    r"^(?P<lead>.{0,6}?)(?P<by>把|将|以)(?P<what>[^，。]{2,20}?)(?P<as>作为|纳入|列入|为)(?P<role>[^，。]{2,20})$"
)
_CREED = re.compile("习近平|党中央|党的|社会主义|两个确立|各位代表|我们")


def name_facts(text: str) -> Iterator[Fact]:
    """What the text names."""
    for start, end in clauses(text):
        skipped, part = without_adverbs(text[start:end])
        at = start + skipped
        if not 6 <= len(part) <= 60 or not bracketed(part) or _CREED.search(part):
            continue
        yield from _titles(part, at)
        yield from _quotes(part, at)
        if "、" in part or re.search(r"\d", part):
            yield from _times(part, at)
            continue
        yield from _roles(part, at)
        yield from _objects(part, at, text)
        yield from _subjects(part, at)
        yield from _times(part, at)
        yield from _ranks(part, at)
    for match in _MEANS.finditer(text):
        name = match["name"].strip("“”")
        yield Fact("meaning", *match.span("meaning"), name, phrased("meaning", s=name))


def _titles(part: str, at: int) -> Iterator[Fact]:
    """《…》: 出台什么条例."""
    found = list(_TITLE.finditer(part))
    if (
        len(found) != 1
        or len(rest := part.replace(found[0][0], "")) < 4
        or "、" in rest
        or (found[0].end() < len(part) and part[found[0].end()] in "（(")
    ):
        return
    name = found[0]
    paper = next((kind for kind in words("papers") if name[0].rstrip("》").endswith(kind)), "文件")
    before, after = part[: name.start()], part[name.end() :]
    if paper == "文件" and (after or len(before) > 6):
        return
    cores = [
        f"{before}{word}{after}"
        for word in (
            f"什么{paper if paper != '法' else '法律'}",
            "什么文件",
            "哪个文件",
            f"哪部{paper}" if paper in ("条例", "法") else f"哪个{paper}",
        )
    ]
    if before and leading_verb(before) == before and not after:
        cores = [f"{before}了{word}" for word in ("什么文件", f"什么{paper}")]
    yield Fact("title", at + name.start(), at + name.end(), "", tuple(cores))


def _quotes(part: str, at: int) -> Iterator[Fact]:
    """“…”行动: 实施什么行动."""
    found = list(_QUOTED.finditer(part))
    if len(found) != 1 or "、" in part:
        return
    name = found[0]
    noun = next(
        (
            word
            for word in sorted(words("collective"), key=len, reverse=True)
            if (name["noun"] or "").startswith(word)
        ),
        "",
    )
    stop = name.end("name") + 1 + len(noun)
    before, after = part[: name.start()], part[stop:]
    if len(before) + len(after) < 4 or re.search(r"\d", name["name"]) or after[:1] in "的式型化":
        return
    if after and not (noun or before == ""):
        return
    asked = f"什么{noun}" if noun else "什么"
    cores = [f"{before}{asked}{after}"]
    if noun:
        cores += [
            f"{before}哪个{noun}{after}",
            f"{before}的{noun}叫什么{after}" if not after else f"{before}什么样的{noun}{after}",
        ]
    else:
        cores += [f"{before}的是什么"] if not after else []
    yield Fact("name", at + name.start(), at + stop, "", tuple(cores))


def _roles(part: str, at: int) -> Iterator[Fact]:
    """把…作为…: 把什么作为…, 把…作为什么."""
    if not (match := _AS.match(part)) or (match["by"] == "以" and match["as"] != "为"):
        return
    lead, by, what, link, role = match.group("lead", "by", "what", "as", "role")
    if len(what) > 3 and is_name(what, 20):
        yield Fact(
            "name",
            at + match.start("what"),
            at + match.end("what"),
            what,
            (f"{lead}{by}什么{link}{role}",),
        )
    if is_name(role, 20) and len(what) > 3:
        told = (
            (f"{lead}{by}{what}{link}什么",)
            if link == "为"
            else (f"{lead}{by}{what}{link}什么", f"{what}被{link}什么")
        )
        yield Fact("name", at + match.start("role"), at + match.end("role"), role, told)


def _objects(part: str, at: int, text: str) -> Iterator[Fact]:
    """加快建设高质量教育体系: 加快建设什么体系; 甲举办乙: 甲举办什么."""
    place = 0
    for word, flag in tagged(part)[:-1]:
        if (word in words("results") or flag == "v") and len(word) == 2:
            thing = part[place + 2 :]
            before = part[: place + 2]
            if is_name(thing, 22) and len(thing) >= 4:
                cores: list[str] = []
                head = head_noun(thing)
                if re.search("[和与及]|等|^一[批些系]|创建|打造|成为|申报", thing):
                    return
                if (
                    head
                    and len(re.findall(f"{re.escape(before)}[^，。；]{{0,30}}{head}", text)) > 1
                ):
                    return
                if (
                    (head in words("collective") or head in words("concrete"))
                    and len(thing) - len(head) >= 3
                    and len(before) >= 2
                ):
                    cores += [
                        f"{before}什么{head}",
                        f"{before}哪个{head}"
                        if head in words("concrete")
                        else f"{before}什么样的{head}",
                    ]
                if word in words("results") and place >= 4 and is_name(part[:place], 20):
                    cores += [f"{before}什么", f"{before}了什么"]
                if cores:
                    yield Fact("name", at + len(before), at + len(part), thing, tuple(cores))
                    return
        place += len(word)


def _subjects(part: str, at: int) -> Iterator[Fact]:
    """樟木镇恢复重建全面启动: 什么全面启动."""
    done = re.search(
        "(?:全面|全线|顺利|成功|正式|集中|相继|加快|基本|率先|高标准|同步)?(?:建成投用|建成投产|建成通车|建成运营|开工建设|开工|通车|投用|投产|启动|开通|竣工|完工|获批|揭牌|落地|上线|运营|开园|落成|发布|举办|升级为[一-龥]{3,12}"
        "|入选[一-龥“”]{3,16}|成为[一-龥]{4,16}|获评[一-龥“”]{3,14}|落户[一-龥]{2,10}|走在[一-龥]{2,8}|取得[一-龥]{3,10}|实现[一-龥]{3,10}|通过[一-龥]{3,12}|列入[一-龥]{3,12}|纳入[一-龥]{3,12}|突破[一-龥]{4,10})$",
        part,
    )
    if (
        not done
        or not is_name(name := part[: done.start()], 24)
        or len(name) < 4
        or re.search("[和与及]", name)
    ):
        return
    head = head_noun(name)
    asked = [f"什么{head}{done[0]}"] if head in words("collective") else []
    asked += [f"哪个{head}{done[0]}"] if head in words("concrete") else []
    if len(done[0]) >= 6:
        asked += [f"什么{done[0]}"]
    asked += [f"{done[0]}的{head}是哪个"] if head in words("concrete") else []
    if asked:
        yield Fact("name", at, at + len(name), name, tuple(asked))
    if (
        verb := re.match("(?:全面|成功)?(入选|成为|获评|落户|升级为|列入|纳入|通过)", done[0])
    ) and is_name(done[0][verb.end() :], 20):
        first = at + done.start() + verb.end()
        kind = {"落户": "哪里"}.get(verb[1], "什么")
        yield Fact(
            "name",
            first,
            at + len(part),
            name,
            (f"{name}{verb[0]}{kind}", f"{name}{verb[0]}了{kind}"),
        )


def _times(part: str, at: int) -> Iterator[Fact]:
    """到2027年建成…: 到什么时候建成…."""
    found = list(_WHEN.finditer(part))
    if len(found) != 1:
        return
    when = found[0]
    before, after = part[: when.start()], part[when.end() :]
    after = re.sub("^[前，]", "", after) if not before else after
    if (
        len(before + after) < 6
        or re.search(r"\d", before)
        or after[:1] in "的度、至—以初—"
        or "、" in before[-3:]
        or re.search(r"(?:以来|比|较|同期|提前)", part)
    ):
        return
    told = re.match("(?:前|基本|全面|将|要|正式|初步|力争)?(?P<what>.*)", after)
    what = told["what"] if told else ""
    is_deed = leading_verb(what) or re.match("达到|达|完成|实现|建成|通车|开工|投用", what)
    if not (is_deed if after else leading_verb(before)) or len(before + after) > 40:
        return
    cores = [f"{before}什么时候{after}", f"{before}何时{after}"]
    if re.fullmatch(r"\d{4}年", when["when"]):
        cores += [f"{before}{'到' if part.startswith('到') else ''}哪一年{after}"]
    yield Fact("time", at + when.start("when"), at + when.end("when"), "", tuple(cores))


def _ranks(part: str, at: int) -> Iterator[Fact]:
    """…居全国首位: …居全国第几."""
    match = _RANK.search(part)
    if not match or match.end() < len(part) or not is_name(name := part[: match.start()], 20):
        return
    if name in words("measures") or len(name) < 4:
        return
    scope = match["scope"] or ""
    parts = {"s": name, "v": match["verb"], "scope": scope, "where": scope or "全国"}
    end = at + match.end()
    yield Fact("rank", at + match.start("rank"), end, name, phrased("rank", **parts))
    start = match.start("scope") if scope else match.start("rank")
    yield Fact("rank", at + start, end, name, phrased("position", **parts))
