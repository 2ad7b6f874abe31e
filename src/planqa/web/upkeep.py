"""Routes for the owner: health, metrics, feedback, and changes to the corpus."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, FastAPI, HTTPException, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.responses import PlainTextResponse

from planqa.web.access import Access
from planqa.web.endpoints import Endpoints
from planqa.web.feedback import Feedback
from planqa.web.metrics import Metrics
from planqa.web.shelf import Shelf

__all__ = ["add_upkeep"]


def add_upkeep(
    app: FastAPI,
    endpoints: Endpoints,
    metrics: Metrics,
    feedback: Feedback | None,
    shelf: Shelf | None,
    access: Access,
) -> None:
    """Puts the routes on `app`; without `feedback` or `shelf` theirs answer 404."""

    @app.get("/healthz")
    def healthz() -> dict[str, Any]:
        return {"status": "ok", "reports": len(endpoints.reports())}

    @app.get("/metrics")
    def prometheus() -> PlainTextResponse:
        text = metrics.exposition(len(endpoints.reports()))
        return PlainTextResponse(text, media_type="text/plain; version=0.0.4")

    @app.get("/abilities")
    def abilities() -> dict[str, Any]:
        """What the page may offer."""
        return {"feedback": feedback is not None, "shelf": access.kind if shelf else "off"}

    if feedback:
        app.post("/feedback")(_taking(feedback))
    if shelf:
        app.include_router(_shelf_routes(shelf, endpoints, access))


def _taking(feedback: Feedback) -> Any:
    async def take(request: Request) -> dict[str, str]:
        try:
            given = await request.json()
        except ValueError:
            raise HTTPException(400, "not JSON") from None
        await run_in_threadpool(feedback.add, given)
        return {"status": "ok"}

    return take


def _shelf_routes(shelf: Shelf, endpoints: Endpoints, access: Access) -> APIRouter:
    router = APIRouter(prefix="/shelf")

    def check(request: Request) -> None:
        if not access.allows(request):
            raise HTTPException(403, "adding and removing reports is not open to you")

    @router.get("")
    def shelved() -> list[dict[str, Any]]:
        return [{**one, "added": shelf.added(one["file"])} for one in endpoints.reports()]

    @router.get("/job")
    def job() -> dict[str, Any]:
        return asdict(shelf.job)

    @router.post("")
    async def add(request: Request) -> dict[str, Any]:
        check(request)
        async with request.form(max_files=100, max_fields=100) as form:
            uploads = [one for one in form.getlist("files") if isinstance(one, UploadFile)]
            files = [(one.filename or "", await one.read()) for one in uploads]
        shelf.add(files)
        return job()

    @router.delete("/{report_id:path}")
    def remove(request: Request, report_id: str) -> dict[str, Any]:
        check(request)
        found = [one["file"] for one in endpoints.reports() if one["report_id"] == report_id]
        if not found:
            raise HTTPException(404, "no such report")
        shelf.remove(found[0])
        return job()

    @router.post("/rebuild")
    def rebuild(request: Request) -> dict[str, Any]:
        check(request)
        shelf.rebuild()
        return job()

    return router
