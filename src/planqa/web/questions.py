"""Routes for the page: a question, the reports, a report's text, and examples, as plain JSON."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request
from pydantic import BaseModel
from starlette.responses import JSONResponse

from planqa.errors import PlanqaError
from planqa.web.endpoints import Endpoints
from planqa.web.turnstile import Full, Turnstile

__all__ = ["add_questions"]


class Question(BaseModel):
    """A question as `planqa ask --input` reads it; other keys are passed over."""

    question: str
    history: list[str] = []
    report: str | None = None
    year: int | None = None
    place: str | None = None


def add_questions(app: FastAPI, endpoints: Endpoints, turnstile: Turnstile) -> None:
    """Puts the routes on `app`. A PlanqaError is answered with its line: 503 when full, else 409."""

    @app.exception_handler(PlanqaError)
    async def told(request: Request, error: Exception) -> JSONResponse:
        return JSONResponse({"error": str(error)}, 503 if isinstance(error, Full) else 409)

    @app.post("/ask")
    async def ask(asked: Question) -> dict[str, Any]:
        return await turnstile.run(endpoints.ask, **asked.model_dump())

    @app.get("/reports")
    def reports() -> list[dict[str, Any]]:
        return endpoints.reports()

    @app.get("/examples")
    def examples() -> list[str]:
        return endpoints.examples()

    @app.get("/source/{report_id:path}")
    def source(report_id: str) -> JSONResponse:
        return JSONResponse(endpoints.source(report_id))
