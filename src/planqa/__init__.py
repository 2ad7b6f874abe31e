"""Questions about Chinese government plan reports, answered with cited passages."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from planqa.answer import Answer, Citation
    from planqa.build import build_index
    from planqa.errors import PlanqaError
    from planqa.index import Index
    from planqa.opening import open_index
    from planqa.qa import ask
    from planqa.search import Hit, search

__all__ = [
    "Answer",
    "Citation",
    "Hit",
    "Index",
    "PlanqaError",
    "__version__",
    "ask",
    "build_index",
    "open_index",
    "search",
]
__version__ = "0.1.0"

# Imported on first use, so that `import planqa` loads neither numpy nor a model.
_HOME = {
    "Answer": "answer",
    "Citation": "answer",
    "Hit": "search",
    "Index": "index",
    "PlanqaError": "errors",
    "ask": "qa",
    "build_index": "build",
    "open_index": "opening",
    "search": "search",
}


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(f"planqa.{_HOME[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
