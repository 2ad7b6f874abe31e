"""Made-up side boxes of projects, put together from names that reports list: what is begun, what is finished."""

from __future__ import annotations

import random
from collections.abc import Sequence

from attributes import attribute_pair
from examples import Example, head_line
from fact import Fact
from grammar import split_items
from setting import Setting
from words import phrased, words

__all__ = ["box_examples"]

_TITLES = (
    "专栏{n} {k}大重点工程",
    "{k}大重点项目",
    "专栏 重大项目清单",
    "重点工程—{t}",
    "{y}年重点建设项目",
    "专栏{n} {t}重点项目",
)
_ENDS = ("等项目。", "。", "。", "等{c}个项目。", "等工程。", "。")
_BARE_TITLES = (
    "{t}项目",
    "{t}工程",
    "{n}.{t}工程",
    "（{c}）{t}",
    "专栏{n} {t}项目",
    "{t}提升工程",
    "{t}",
    "重点工程—{t}",
)
_OUTER = (
    "{n}、{y}年重点任务",
    "{n}、{y}年实现国民经济和社会发展计划的重点工作",
    "{n}坚持把{t}摆在突出位置，加快推动高质量发展，全面提升城市功能和品质",
    "{n}聚力{t}，着力推进现代化建设取得新进展",
)
_NUMBERS = "一二三四五六七八九十"


def _project(items: Sequence[str], chance: random.Random) -> str:
    """The name of a project: one that a report lists, or one made up."""
    if items and chance.random() < 0.3:
        return chance.choice(items)
    name = chance.choice(words("project_names")) + chance.choice(words("project_things")).format(
        n=chance.choice("一二三四五")
    )
    roll = chance.random()
    if roll < 0.08:
        one, other = chance.sample(words("project_names"), 2)
        inside = ("一期", "二期", "东段", "含配套管网", f"{one}至{other}段", f"{one}、{other}片区")
        return f"{name}（{chance.choice(inside)}）"
    return name + chance.choice(["项目", "工程"]) if roll < 0.2 else name


def box_examples(items: Sequence[str], count: int, chance: random.Random) -> list[Example]:
    """About `count` examples on boxes whose items are drawn from `items`."""
    examples: list[Example] = []
    while len(examples) < count:
        examples += _of_bare_box(items, chance) if chance.random() < 0.4 else _of_box(items, chance)
    return examples[:count]


def _of_box(items: Sequence[str], chance: random.Random) -> list[Example]:
    year, place = chance.randint(2016, 2027), chance.choice(words("places"))
    topics = chance.sample(words("topics"), 4)
    path = (
        f"{chance.choice(_NUMBERS[:5])}、{year}年重点任务",
        chance.choice(_TITLES).format(
            n=chance.randint(1, 9), k=chance.choice(_NUMBERS[4:]), t=topics[0], y=year
        ),
    )
    text, runs = "", []
    for topic in topics:
        addition, found = _topic(topic, items, chance)
        if len(text) + len(addition) > 370:
            break
        runs += [(topic, verb, len(text) + start, len(text) + end) for verb, start, end in found]
        text += addition
    if not runs:
        return []
    setting = Setting(text, head_line(place, year, path), place, year, year)
    examples = [
        example
        for run in runs
        if chance.random() < 0.6
        for example in _asked(setting, run, runs, chance)
    ]
    if chance.random() < 0.5:
        _, _, start, end = chance.choice(runs)
        first, last = chance.choice(split_items(text[start:end]))
        examples += attribute_pair(
            setting, Fact("list", start + first, start + last, "", ()), chance
        )
    return examples


def _of_bare_box(items: Sequence[str], chance: random.Random) -> list[Example]:
    """A box of one topic, which stands in the heading alone."""
    year, place = chance.randint(2016, 2027), chance.choice(words("places"))
    topic, outer = chance.sample(words("topics"), 2)
    if chance.random() < 0.5:
        topic = chance.choice(words("project_names")) + chance.choice(words("project_things"))
        topic = topic.format(n=chance.choice("一二三"))
    number = chance.choice(_NUMBERS[:8])
    path = (
        chance.choice(_OUTER).format(n=number, y=year, t=outer),
        chance.choice(_OUTER).format(n=f"{chance.randint(1, 9)}.", y=year, t=outer),
        chance.choice(_BARE_TITLES).format(n=chance.randint(1, 9), c=number, t=topic),
    )[chance.randint(0, 1) :]
    text, found = "", []
    verbs = chance.sample(words("project_verbs"), chance.choice((1, 2, 2, 3)))
    for verb in verbs if chance.random() < 0.5 else [""]:
        addition, run = _run(verb, len(text), range(3, 9), items, chance)
        text += addition
        found.append(run)
    setting = Setting(text, head_line(place, year, path), place, year, year)
    examples = []
    for verb, start, end in found:
        cores = phrased("box", t=topic, v=verb) if verb else phrased("bare_box", t=topic)
        fact = Fact("box", start, end, "", cores)
        question, _ = setting.question(chance.choice(cores), fact, chance)
        examples.append(setting.example(question, fact, "box"))
    if chance.random() < 0.4:
        other = chance.choice([each for each in words("topics") if each not in (topic, outer)])
        wrong, _ = setting.question(chance.choice(phrased("bare_box", t=other)), fact, chance)
        examples.append(setting.example(wrong, None, "box-topic"))
    return examples


def _topic(
    topic: str, items: Sequence[str], chance: random.Random
) -> tuple[str, list[tuple[str, int, int]]]:
    """Some sentences on a topic, and in them where which verb's items stand."""
    text = chance.choice(
        [
            f"{topic}项目。",
            f"{topic}项目：",
            f"{topic}工程。",
            f"{chance.randint(1, 9)}.{topic}项目。",
        ]
    )
    found = []
    for verb in chance.sample(words("project_verbs"), chance.choice((1, 2, 2, 3))):
        addition, run = _run(verb, len(text), range(2, 8), items, chance)
        text += addition
        found.append(run)
    return text + chance.choice(["", "", "\n"]), found


def _run(
    verb: str, at: int, counts: range, items: Sequence[str], chance: random.Random
) -> tuple[str, tuple[str, int, int]]:
    """The verb with so many projects, and where these stand in a text that it is put into at `at`."""
    projects = range(chance.choice(counts))
    names = list(dict.fromkeys(_project(items, chance) for _ in projects))
    joined = "、".join(names)
    end = chance.choice(_ENDS).format(c=len(names) + chance.randint(0, 4))
    start = at + len(verb)
    return verb + joined + end, (verb, start, start + len(joined))


def _asked(
    setting: Setting,
    run: tuple[str, str, int, int],
    runs: list[tuple[str, str, int, int]],
    chance: random.Random,
) -> list[Example]:
    topic, verb, start, end = run
    cores = list(phrased("box", t=topic, v=verb))
    if sum(verb in each[1] for each in runs) == 1:
        cores += phrased("box_verb", v=verb)
    if [each[0] for each in runs].count(topic) == 1:
        cores += phrased("box_topic", t=topic)
    fact = Fact("box", start, end, "", tuple(cores))
    question, _ = setting.question(chance.choice(cores), fact, chance)
    examples = [setting.example(question, fact, "box")]
    absent = [
        each
        for each in words("project_verbs")
        if not any(each[-2:] in other[1] or other[1][-2:] in each for other in runs)
    ]
    if absent and chance.random() < 0.3:
        wrong, _ = setting.question(f"{topic}项目{chance.choice(absent)}哪些", fact, chance)
        examples.append(setting.example(wrong, None, "box-other"))
    missing = [each for each in words("topics") if each not in setting.text]
    if missing and chance.random() < 0.3:
        wrong, _ = setting.question(f"{chance.choice(missing)}项目有哪些", fact, chance)
        examples.append(setting.example(wrong, None, "box-topic"))
    return examples
