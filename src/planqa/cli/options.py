"""The options that several commands take, each with its help."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = [
    "AsJson",
    "CorpusFolder",
    "IndexFolder",
    "Model",
    "Place",
    "ReaderName",
    "ReportId",
    "RerankerName",
    "StorePlace",
    "Strictness",
    "TopK",
    "Year",
]

CorpusFolder = Annotated[
    Path,
    typer.Argument(metavar="CORPUS", envvar="PLANQA_CORPUS", help="The folder of the reports."),
]
IndexFolder = Annotated[
    Path,
    typer.Option("--index", metavar="DIR", envvar="PLANQA_INDEX", help="The folder of the index."),
]
StorePlace = Annotated[
    str | None,
    typer.Option(
        "--store",
        metavar="MILVUS",
        envvar="PLANQA_STORE",
        help="The Milvus that answers in place of the folder: milvus+http://HOST:19530 or "
        "milvus+file:PATH.db.",
    ),
]
Model = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="A Sentence Transformers model (hub name or folder) to build the index with, "
        "in place of the packaged one.",
    ),
]
ReaderName = Annotated[
    str,
    typer.Option(
        "--reader",
        metavar="NAME",
        envvar="PLANQA_READER",
        help="What reads the best passages for the exact answer: packaged, none, or an extractive "
        "question-answering model (hub name or folder).",
    ),
]
RerankerName = Annotated[
    str | None,
    typer.Option(
        "--reranker",
        metavar="NAME",
        envvar="PLANQA_RERANKER",
        help="A cross-encoder (hub name or folder, as BAAI/bge-reranker-v2-m3) that orders the best "
        "passages anew.",
    ),
]
Strictness = Annotated[
    float | None,
    typer.Option(
        min=0,
        max=1,
        metavar="S",
        envvar="PLANQA_STRICTNESS",
        help="Refuse what is less sure than this: 0 always answers, 1 hardly ever.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
TopK = Annotated[int, typer.Option(min=1, max=1000, metavar="N", help="Passages to come back.")]
ReportId = Annotated[
    str | None,
    typer.Option("--report", metavar="ID", help="Only this report; `planqa reports` lists them."),
]
Year = Annotated[int | None, typer.Option(metavar="Y", help="Only reports given in this year.")]
Place = Annotated[
    str | None, typer.Option(metavar="P", help="Only reports of this place; part of it will do.")
]
