"""The commands that look after the index and look into it: `index`, `reports`, `outline`, `evaluate`, `doctor`."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from planqa.cli.options import (
    AsJson,
    CorpusFolder,
    IndexFolder,
    Model,
    ReaderName,
    RerankerName,
    StorePlace,
    Strictness,
)
from planqa.cli.terminal import notice, progress, put, put_json, show
from planqa.errors import PlanqaError

if TYPE_CHECKING:
    from planqa.report import Report

__all__ = ["doctor", "evaluate", "index", "outline", "reports"]


def index(
    corpus: CorpusFolder = Path("corpus"),
    index: IndexFolder = Path("index"),
    store: StorePlace = None,
    model: Model = None,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Make everything anew.")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Follow the folder until Ctrl-C.")] = False,
) -> None:
    """Build the index, or bring it up to date.

    Only what changed is read and embedded; questions are answered meanwhile.

    \b
    Examples:
      planqa index corpus
      planqa index corpus --store milvus+http://localhost:19530
    """
    from planqa.build import update_index
    from planqa.cli.listing import changes_text

    if rebuild or not watch:
        with progress() as advance:
            found = update_index(corpus, index, model=model, rebuild=rebuild, on_progress=advance)
        show(changes_text(found))
        if store:
            _send(index, store)
    if watch:
        with contextlib.suppress(KeyboardInterrupt):
            _follow(corpus, index, store, model)


def _follow(corpus: Path, index: Path, store: str | None, model: str | None) -> None:
    from planqa.cli.listing import changes_text
    from planqa.watch import watch

    for changes in watch(corpus, index, model=model):
        if isinstance(changes, PlanqaError):
            notice(f"planqa: {changes}")
        else:
            show(changes_text(changes))
            try:
                if store:
                    _send(index, store)
            except PlanqaError as error:
                notice(f"planqa: {error}")


def _send(index: Path, store: str) -> None:
    from planqa.cli.listing import sent_text
    from planqa.cli.updating import send

    with progress() as advance:
        sent = send(index, store, advance)
    show(sent_text(sent))


def reports(
    as_json: AsJson = False, index: IndexFolder = Path("index"), store: StorePlace = None
) -> None:
    """List the indexed reports.

    \b
    Example:
      planqa reports --json
    """
    from planqa.cli.listing import reports_dicts, reports_text
    from planqa.opening import open_index

    listed = reports_dicts(open_index(store or index))
    if as_json:
        put_json(listed)
    else:
        show(reports_text(listed))


def outline(
    report: Annotated[
        str,
        typer.Argument(
            metavar="REPORT_OR_FILE",
            help="An indexed report's id, or any file.",
            show_default=False,
        ),
    ],
    as_json: AsJson = False,
    index: IndexFolder = Path("index"),
    store: StorePlace = None,
) -> None:
    """Print the sections of a report as understood.

    \b
    Example:
      planqa outline corpus/重庆市沙坪坝区-2023-国民经济和社会发展计划报告.txt
    """
    from planqa.cli.listing import outline_dict, outline_text

    found = _report(report, store or index)
    if as_json:
        put_json(outline_dict(found))
    else:
        show(outline_text(found))


def _report(name: str, where: Path | str) -> Report:
    """The report in the file `name`, or the indexed one with this id or from this file."""
    from planqa.corpus import read_report
    from planqa.opening import open_index

    if Path(name).is_file():
        return read_report(Path(name))
    opened = open_index(where)
    for entry in opened.catalogue:
        if name in (entry.report_id, entry.file):
            return opened.report_by_id(entry.report_id)
    raise PlanqaError(
        f"{name} is neither a file nor an indexed report: `planqa reports` lists the ids"
    )


def evaluate(
    questions: Annotated[
        Path,
        typer.Argument(
            metavar="QUESTIONS.jsonl", help="One JSON object a line.", show_default=False
        ),
    ],
    as_json: AsJson = False,
    run: Annotated[Path | None, typer.Option(metavar="FILE", help="Write a TREC run.")] = None,
    qrels: Annotated[Path | None, typer.Option(metavar="FILE", help="Write its qrels.")] = None,
    misses: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write what went wrong, one a line.")
    ] = None,
    compare: Annotated[
        Path | None, typer.Option(metavar="RUN", help="Compare with an earlier run, in pairs.")
    ] = None,
    index: IndexFolder = Path("index"),
    store: StorePlace = None,
    reader: ReaderName = "packaged",
    reranker: RerankerName = None,
    strictness: Strictness = None,
) -> None:
    """Measure the answers on questions of your own.

    Each question comes with gold evidence; evaluation/README.md has the format.

    \b
    Examples:
      planqa evaluate evaluation/dev.jsonl
      planqa evaluate evaluation/dev.jsonl --run now.run --compare before.run
    """
    from planqa.cli.opening import judges
    from planqa.evaluation.compare import compare as compared
    from planqa.evaluation.evaluate import evaluate_index
    from planqa.evaluation.misses import write_misses
    from planqa.evaluation.questions import read_questions
    from planqa.evaluation.runs import read_run, write_qrels, write_run
    from planqa.evaluation.table import as_dict, as_text, measure
    from planqa.opening import open_index

    asked, earlier = read_questions(questions), read_run(compare) if compare else None
    opened, judged = open_index(store or index), judges(reader, reranker, strictness)
    with progress() as advance:
        outcomes = evaluate_index(
            opened, asked, lambda done: advance(done, len(asked), "ask"), **judged
        )
    if run:
        write_run(run, outcomes)
    if qrels:
        write_qrels(qrels, outcomes, opened.passages)
    if misses:
        write_misses(misses, outcomes)
    comparison = compared(outcomes, earlier, opened.report_by_id) if earlier is not None else ()
    table = measure(outcomes)
    if as_json:
        put_json(as_dict(table, comparison))
    else:
        put(as_text(table, comparison))


def doctor(
    corpus: CorpusFolder = Path("corpus"),
    index: IndexFolder = Path("index"),
    store: StorePlace = None,
    repair: Annotated[bool, typer.Option("--repair", help="Mend what can be mended.")] = False,
) -> None:
    """Check index, model and corpus; say what to do.

    \b
    Example:
      planqa doctor
    """
    from planqa.cli.listing import findings_text
    from planqa.doctor import examine
    from planqa.doctor import repair as mend

    if repair:
        show(findings_text(mend(index)))
    findings = examine(index, corpus)
    if store:
        from planqa.milvus import Address
        from planqa.milvus.check import examine_milvus

        findings += examine_milvus(Address.parse(store), index)
    show(findings_text(findings))
    if any(finding.level == "error" for finding in findings):
        raise typer.Exit(1)
