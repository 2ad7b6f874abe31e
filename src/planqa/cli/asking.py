"""The commands that ask: `ask`, `chat`, `search`, `serve`."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from planqa.cli.options import (
    AsJson,
    IndexFolder,
    Model,
    Place,
    ReaderName,
    ReportId,
    RerankerName,
    StorePlace,
    Strictness,
    TopK,
    Year,
)
from planqa.cli.terminal import progress, put, put_json, show
from planqa.errors import PlanqaError

if TYPE_CHECKING:
    from planqa.answer import Answer
    from planqa.opening import Opened

__all__ = ["ask", "chat", "search", "serve"]


def ask(
    question: Annotated[
        str | None,
        typer.Argument(
            metavar="QUESTION", help="In quotes, in Chinese or English.", show_default=False
        ),
    ] = None,
    as_json: AsJson = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print Markdown.")] = False,
    input: Annotated[
        Path | None,
        typer.Option(
            metavar="Q.jsonl", help="A file of questions, one JSON object a line; - is stdin."
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option(metavar="A.jsonl", help="Where the answers go, line by line.")
    ] = None,
    top_k: TopK = 5,
    report: ReportId = None,
    year: Year = None,
    place: Place = None,
    index: IndexFolder = Path("index"),
    store: StorePlace = None,
    model: Model = None,
    reader: ReaderName = "packaged",
    reranker: RerankerName = None,
    strictness: Strictness = None,
) -> None:
    """Answer a question with cited passages.

    Where the reports do not say it, that is the answer, with the nearest passages.

    \b
    Examples:
      planqa ask "2022年地区生产总值是多少？"
      planqa ask "How much did GDP grow in 2022?" --json
      planqa ask --input questions.jsonl --output answers.jsonl
    """
    from planqa.cli.opening import judges, opened
    from planqa.opening import open_index
    from planqa.qa import ask as answer
    from planqa.qa import check_question

    given: dict[str, Any] = {"report": report, "year": year, "place": place, "top_k": top_k}
    given |= judges(reader, reranker, strictness)
    if input is not None and question is None:
        _ask_file(input, output, lambda: opened(open_index, index, store, model), given)
    elif question is not None and input is None and output is None:
        check_question(question)  # before an index is built for it
        found = answer(opened(open_index, index, store, model), question, **given)
        _print_answer(found, as_json, markdown)
    else:
        raise typer.BadParameter("give one question in quotes, or --input Q.jsonl --output A.jsonl")


def _ask_file(
    source: Path, target: Path | None, opened: Callable[[], Opened], given: dict[str, Any]
) -> None:
    """Answers a file of questions; what a line says itself goes before what is `given` for all."""
    from planqa.cli.jsonl import answers, read_lines, writer
    from planqa.qa import ask as answer

    lines = read_lines(source)
    asked = opened()
    failed = 0
    with writer(target, source) as write, progress() as advance:
        found = answers(lines, lambda **line: answer(asked, **{**given, **line}))
        for done, each in enumerate(found, 1):
            write(each)
            failed += "error" in each
            advance(done, len(lines), "ask")
    if failed:
        where = target or "the output"
        raise PlanqaError(
            f'{failed} of {len(lines)} lines got no answer: look for "error" in {where}'
        )


def _print_answer(answer: Answer, as_json: bool, markdown: bool) -> None:
    from planqa.render import answer_markdown, answer_text

    if as_json:
        put_json(answer.as_dict())
    elif markdown:
        put(answer_markdown(answer))
    else:
        show(answer_text(answer))


def chat(
    index: IndexFolder = Path("index"),
    store: StorePlace = None,
    model: Model = None,
    reader: ReaderName = "packaged",
    reranker: RerankerName = None,
    strictness: Strictness = None,
) -> None:
    """Ask in this terminal, with follow-up questions.

    A question may lean on those before it: 2022年地区生产总值是多少？ then 那2023年的目标呢？

    \b
    Example:
      planqa chat
    """
    from planqa.cli.chat import converse
    from planqa.cli.opening import judges, opened
    from planqa.opening import open_live
    from planqa.qa import ask as answer

    given = judges(reader, reranker, strictness)
    live = opened(open_live, index, store, model)
    converse(lambda question, history: answer(live.get(), question, history=history, **given))


def search(
    query: Annotated[
        str, typer.Argument(metavar="QUERY", help="Words or a sentence.", show_default=False)
    ],
    as_json: AsJson = False,
    top_k: TopK = 10,
    report: ReportId = None,
    year: Year = None,
    place: Place = None,
    index: IndexFolder = Path("index"),
    store: StorePlace = None,
) -> None:
    """List the passages nearest to a query.

    \b
    Example:
      planqa search 高新技术企业 --top-k 3
    """
    from planqa.cli.listing import hits_text
    from planqa.opening import open_index
    from planqa.qa import check_question
    from planqa.search import Filters
    from planqa.search import search as find

    asked = check_question(query)
    hits = find(
        open_index(store or index), asked, top_k=top_k, filters=Filters(report, year, place)
    )
    if as_json:
        put_json({"query": asked, "hits": [hit.as_dict() for hit in hits]})
    else:
        show(hits_text(hits))


def serve(
    host: Annotated[str, typer.Option(metavar="H", help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65535, metavar="N", help="The port; 0 takes any free one.")
    ] = 7860,
    token: Annotated[
        str | None,
        typer.Option(
            metavar="SECRET",
            envvar="PLANQA_TOKEN",
            help="What visitors must know to add and remove reports; without one only this machine's may.",
        ),
    ] = None,
    root_path: Annotated[
        str, typer.Option(metavar="PATH", help="What a proxy puts before every path, as /planqa.")
    ] = "",
    feedback: Annotated[
        Path, typer.Option(metavar="FILE", help="Where visitors' opinions of answers go.")
    ] = Path("feedback.jsonl"),
    index: IndexFolder = Path("index"),
    store: StorePlace = None,
    model: Model = None,
    reader: ReaderName = "packaged",
    reranker: RerankerName = None,
    strictness: Strictness = None,
) -> None:
    """Serve the web chat until Ctrl-C.

    \b
    Examples:
      planqa serve --port 8000
      PLANQA_TOKEN=secret planqa serve --host 0.0.0.0
    """
    from planqa.cli.opening import corpus_folder, judges, opened
    from planqa.cli.updating import update
    from planqa.opening import open_live
    from planqa.qa import ask as answer

    judged = judges(reader, reranker, strictness)
    live = opened(open_live, index, store, model)
    answer(live.get(), "目标是什么", **judged)  # the first visitor need not wait for the models
    from planqa import web

    corpus = corpus_folder()
    web.serve(
        lambda question, **given: answer(live.get(), question, **given, **judged),
        lambda: live.get().reports,
        host=host,
        port=port,
        token=token,
        root_path=root_path,
        feedback=web.Feedback(feedback),
        shelf=web.Shelf(corpus, partial(update, corpus, index, store)) if corpus.is_dir() else None,
        announce=lambda address: put(f"{address}  (Ctrl-C ends it)"),
    )
