"""A made-up report and an `ask` over it, so that the page is tested without a model or an index."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence

from planqa.answer import Answer, Citation
from planqa.errors import PlanqaError
from planqa.passage import Passage
from planqa.report import Paragraph, Report, Section
from planqa.search import Hit

HOSTILE = '"><img src=x onerror="window.attacked=1"><script>window.attacked=1</script>'

_LINES = (
    "关于云溪县2023年国民经济和社会发展",
    "计划执行情况与2024年计划草案的报告",
    "各位代表：现将有关情况报告如下，请予审议。",
    "# 一、2023年计划执行情况",
    "全县地区生产总值达到386.5亿元、增长5.6%，城镇新增就业7800人。𠮷水大桥建成通车。",
    "## （一）产业发展",
    "### 一是推动工业提质。规上工业增加值增长7.2%，新增规上企业26家、高新技术企业14家。",
    "### 二是推动农业增效。粮食总产量达到21.3万吨，建成高标准农田3.6万亩。",
    "## （二）民生保障",
    "### 一是扩大就业。发放创业担保贷款1.2亿元，建成云溪中学新校区、县人民医院二期。",
    "# 二、2024年主要任务",
    "## （一）重点工作",
    "### 一是加快建设现代化产业体系。地区生产总值预期增长6%左右。",
    "### 二是持续改善生态环境质量。空气质量优良天数比例保持在90%以上。",
    "各位代表，完成上述任务，责任重大。",
)
_FILLER = "围绕年度目标，逐项落实任务，按季调度进展，及时解决问题，确保各项工作按期完成。" * 3


def made_up_report(report_id: str = "云溪县-2024", *, hostile: bool = False) -> Report:
    """A report of a county that does not exist; `hostile` puts script wherever words are."""
    text, heads, paragraphs = "\n", [], []
    extra = HOSTILE if hostile else ""
    for line in _LINES:
        marks, _, words = line.rpartition("# ")
        level = len(marks) + 1 if words != line else 0
        heading, stop, rest = words.partition("。") if level == 3 else (words, "", "")
        if level:
            heads.append((level, len(text), heading + extra))
        body = f"{heading}{extra}{stop}{rest}" if level else words + extra
        if level in (0, 3) and len(heads) > 0:
            path = _path(heads)
            paragraphs.append(Paragraph(len(text), len(text) + len(body), path))
        text += f"{body}\n\n"
        if level == 3:
            paragraphs.append(Paragraph(len(text), len(text) + len(_FILLER), _path(heads)))
            text += f"{_FILLER}\n\n"
    return Report(
        report_id=report_id,
        title="关于云溪县2023年国民经济和社会发展计划执行情况与2024年计划草案的报告" + extra,
        place="云溪县" + extra,
        year=2024,
        file=f"{report_id}{extra}.txt",
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        text=text,
        sections=_tree(heads, len(text)),
        paragraphs=tuple(paragraphs),
    )


def _path(heads: Sequence[tuple[int, int, str]]) -> tuple[str, ...]:
    path: dict[int, str] = {}
    for level, _, heading in heads:
        path = {k: v for k, v in path.items() if k < level} | {level: heading}
    return tuple(path.values())


def _tree(heads: Sequence[tuple[int, int, str]], end: int, level: int = 1) -> tuple[Section, ...]:
    sections = []
    tops = [i for i, head in enumerate(heads) if head[0] == level]
    for this, following in zip(tops, [*tops, len(heads)][1:], strict=True):
        stop = heads[following][1] if following < len(heads) else end
        below = _tree(heads[this + 1 : following], stop, level + 1)
        sections.append(Section(heads[this][2], level, heads[this][1], stop, below))
    return tuple(sections)


class MadeUpAsk:
    """Finds the paragraphs that hold words it knows; remembers what it was asked."""

    known = (
        ("地区生产总值", ("386.5亿元",), 0.92),
        ("高新技术企业", ("14家",), 0.62),
        ("建成", ("云溪中学新校区", "县人民医院二期"), 0.31),
        ("大桥", ("𠮷水大桥",), 0.8),
    )

    def __init__(self, report: Report) -> None:
        self.report = report
        self.calls: list[tuple[str, dict[str, object]]] = []

    def __call__(
        self,
        question: str,
        *,
        history: Sequence[str] = (),
        report: str | None = None,
        year: int | None = None,
        place: str | None = None,
        top_k: int = 5,
    ) -> Answer:
        self.calls.append(
            (question, {"history": list(history), "report": report, "year": year, "place": place})
        )
        if "慢" in question:
            time.sleep(1)
        if "索引坏了" in question:
            raise PlanqaError("索引不完整；请运行 planqa index 重建。")
        if "故障" in question:
            raise ValueError("a bug, whose words must not reach the page: /secret/path")
        standalone = (
            f"云溪县{question.removeprefix('那')}"
            if history and question.startswith("那")
            else question
        )
        for word, answers, confidence in self.known:
            if word in standalone:
                return self._answer(question, standalone, word, answers, confidence)
        return self._refusal(question, standalone, top_k)

    def _answer(
        self, question: str, standalone: str, word: str, answers: tuple[str, ...], confidence: float
    ) -> Answer:
        places = [p for p in self.report.paragraphs if word in self.report.text[p.start : p.end]]
        citations = tuple(self._citation(paragraph, word) for paragraph in places)
        first = citations[0].quote
        shorts = tuple(answer for answer in answers if answer in first)
        return Answer(
            question, standalone, True, confidence, first, shorts, citations, self._hits(places)
        )

    def _refusal(self, question: str, standalone: str, top_k: int) -> Answer:
        hits = self._hits(self.report.paragraphs[1:][:top_k])
        text = "收录的报告里没有找到能回答这个问题的话。"
        return Answer(question, standalone, False, 0.12, text, (), (), hits)

    def _citation(self, paragraph: Paragraph, word: str) -> Citation:
        text = self.report.text
        at = text.index(word, paragraph.start)
        start = max(text.rfind("。", paragraph.start, at) + 1, paragraph.start)
        end = text.index("。", at) + 1
        return Citation(
            report_id=self.report.report_id,
            report_title=self.report.title,
            place=self.report.place,
            year=self.report.year,
            section_path=paragraph.section_path,
            label=f"《{self.report.title}》第一部分（一）",
            quote=text[start:end],
            start=start,
            end=end,
        )

    def _hits(self, paragraphs: Sequence[Paragraph]) -> tuple[Hit, ...]:
        hits = []
        for rank, p in enumerate(paragraphs, start=1):
            text = self.report.text[p.start : p.end]
            passage = Passage(
                self.report.report_id, p.section_path, p.start, p.end, text, ((p.start, p.end),)
            )
            hits.append(Hit(rank, 1 / rank, passage))
        return tuple(hits)
