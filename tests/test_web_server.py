"""The server as programs meet it: Gradio's client, health, metrics, feedback, the corpus, a proxy."""

from __future__ import annotations

import asyncio
import http.client
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from conftest import Site, served
from gradio_client import Client
from gradio_client.exceptions import AppError
from made_up import MadeUpAsk, made_up_report

from planqa.web import Feedback, Shelf, server
from planqa.web.access import Access
from planqa.web.metrics import Metrics, measured
from planqa.web.turnstile import Turnstile

TOKEN = "open sesame"  # noqa: S105


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("served")


@pytest.fixture(scope="module")
def whole(folder: Path) -> Iterator[Site]:
    """A site with everything on; the corpus may be changed with a token."""

    def update(**_: Any) -> Any:
        raise AssertionError("nobody may get here")

    shelf = Shelf(folder, update)
    feedback = Feedback(folder / "feedback.jsonl")
    with served(
        made_up_report(), feedback=feedback, shelf=shelf, access=Access(token=TOKEN)
    ) as site:
        yield site


# --- Gradio's own client


@pytest.fixture(scope="module")
def client(site: Site) -> Client:
    return Client(site.url, verbose=False)


def test_gradios_client_gets_the_answer_of_the_contract(client: Client) -> None:
    answer = client.predict("地区生产总值是多少？", api_name="/ask")
    assert answer["answers"] == ["386.5亿元"]
    assert answer["citations"][0]["section_path"] == ["一、2023年计划执行情况"]


def test_gradios_client_is_told_what_was_wrong_in_one_line(client: Client) -> None:
    with pytest.raises(AppError, match="question is empty"):
        client.predict("  ", api_name="/ask")
    with pytest.raises(AppError) as bug:
        client.predict("故障", api_name="/ask")
    assert "secret" not in str(bug.value)


def test_gradios_client_searches_lists_reports_and_gets_an_outline(client: Client) -> None:
    found = client.predict("县长", top_k=3, api_name="/search")
    assert [hit["rank"] for hit in found["hits"]] == [1, 2, 3]
    (report,) = client.predict(api_name="/reports")
    outline = client.predict(report["report_id"], api_name="/outline")
    assert outline["title"] == report["title"]
    assert outline["sections"][0]["children"][1]["heading"] == "（二）民生保障"


def test_nothing_but_reading_is_offered_to_programs(client: Client) -> None:
    offered = client.view_api(return_format="dict", print_info=False)
    assert set(offered["named_endpoints"]) == {"/ask", "/search", "/outline", "/reports"}


def test_an_mcp_client_calls_the_same_as_tools(site: Site) -> None:
    mcp = pytest.importorskip("mcp")
    transport = pytest.importorskip("mcp.client.streamable_http")

    async def call() -> tuple[set[str], Any]:
        address = f"{site.url}/gradio_api/mcp/"
        async with (
            transport.streamable_http_client(address) as (reading, writing, _),
            mcp.ClientSession(reading, writing) as session,
        ):
            await session.initialize()
            tools = {tool.name for tool in (await session.list_tools()).tools}
            return tools, await session.call_tool("ask", {"question": "地区生产总值是多少？"})

    tools, answer = asyncio.run(call())
    assert tools == {"ask", "search", "outline", "reports"}
    assert "386.5亿元" in answer.content[0].text


# --- what a machine asks


def test_health_says_how_many_reports_answer(site: Site) -> None:
    assert httpx.get(f"{site.url}/healthz").json() == {"status": "ok", "reports": 1}


def test_metrics_count_questions_by_what_came_of_them() -> None:
    metrics = Metrics()
    ask = measured(MadeUpAsk(made_up_report()), metrics)
    for question in ("地区生产总值？", "高新技术企业？", "县长是谁？"):
        ask(question)
    with pytest.raises(ValueError, match="a bug"):
        ask("故障")
    text = metrics.exposition(reports=7)
    for line in (
        'planqa_questions_total{outcome="answered"} 2',
        'planqa_questions_total{outcome="refused"} 1',
        'planqa_questions_total{outcome="failed"} 1',
        'planqa_answer_seconds_bucket{le="+Inf"} 4',
        "planqa_answer_seconds_count 4",
        "planqa_questions_in_progress 0",
        "planqa_reports 7",
    ):
        assert line in text.splitlines()


def test_metrics_are_served_as_prometheus_reads_them(site: Site) -> None:
    response = httpx.get(f"{site.url}/metrics")
    assert response.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert "# TYPE planqa_answer_seconds histogram" in response.text


@pytest.mark.slow
def test_fifty_people_asking_at_once_are_all_answered(site: Site) -> None:
    def ask(number: int) -> str:
        question = {"question": f"地区生产总值是多少？{number}"}
        return str(httpx.post(f"{site.url}/ask", json=question, timeout=60).json()["question"])

    with ThreadPoolExecutor(50) as people:
        asked = list(people.map(ask, range(50)))
    assert asked == [f"地区生产总值是多少？{number}" for number in range(50)]


@pytest.mark.slow
def test_past_the_bound_the_server_says_that_it_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "Turnstile", lambda: Turnstile(at_once=1, waiting=1))
    with served(made_up_report()) as site, ThreadPoolExecutor(8) as people:
        ask = {"question": "慢"}
        responses = people.map(lambda _: httpx.post(f"{site.url}/ask", json=ask), range(8))
        answers = {response.status_code: response.json() for response in responses}
    assert sorted(answers) == [200, 503]
    assert "ask again in a few seconds" in answers[503]["error"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ('{"question": "地区生产总值？", "id": 7}', 200),
        ('{"question": "地区生产总值？", "report": null, "year": 2024}', 200),
        ('{"question": ""}', 409),
        ('{"question": "索引坏了"}', 409),
        ('{"question": 7}', 422),
        ('{"year": 2024}', 422),
        ("[]", 422),
        ("not json", 422),
    ],
)
def test_a_question_is_plain_json_and_what_is_none_is_refused(
    site: Site, body: str, status: int
) -> None:
    headers = {"content-type": "application/json"}
    response = httpx.post(f"{site.url}/ask", content=body.encode(), headers=headers)
    assert response.status_code == status


# --- feedback


def test_an_opinion_is_kept_as_one_line_with_its_evidence(whole: Site, folder: Path) -> None:
    answer = MadeUpAsk(made_up_report())("地区生产总值是多少？").as_dict()
    given = {
        "question": "地区生产总值是多少？",
        "verdict": "bad",
        "comment": "过时",
        "answer": answer,
    }
    assert httpx.post(f"{whole.url}/feedback", json=given).status_code == 200
    (line,) = (folder / "feedback.jsonl").read_text(encoding="utf-8").splitlines()
    kept = json.loads(line)
    assert (kept["verdict"], kept["comment"], kept["answers"]) == ("bad", "过时", ["386.5亿元"])
    assert kept["evidence"][0].startswith("全县地区生产总值达到386.5亿元")


@pytest.mark.parametrize("given", ["not json", '"text"', "{}", '{"verdict": "great"}'])
def test_what_is_no_opinion_is_refused(whole: Site, given: str) -> None:
    assert httpx.post(f"{whole.url}/feedback", content=given).status_code in {400, 409}


def test_without_a_place_for_feedback_there_is_no_such_route(site: Site) -> None:
    assert httpx.post(f"{site.url}/feedback", json={"verdict": "good"}).status_code == 404
    assert httpx.get(f"{site.url}/abilities").json() == {"feedback": False, "shelf": "off"}


# --- the corpus


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/shelf"), ("POST", "/shelf/rebuild"), ("DELETE", "/shelf/云溪县-2024")],
)
@pytest.mark.parametrize("headers", [{}, {"x-planqa": "guess"}])
def test_nothing_changes_the_corpus_without_the_token(
    whole: Site, folder: Path, method: str, path: str, headers: dict[str, str]
) -> None:
    files = {"files": ("新.txt", b"new")} if path == "/shelf" else None
    response = httpx.request(method, whole.url + path, headers=headers, files=files)
    assert response.status_code == 403
    assert not (folder / "新.txt").exists()


def test_an_upload_past_the_bound_is_refused_before_it_is_read(whole: Site) -> None:
    connection = http.client.HTTPConnection(urlsplit(whole.url).netloc, timeout=10)
    connection.putrequest("POST", "/shelf")
    connection.putheader("x-planqa", TOKEN)
    connection.putheader("content-length", str(10**9))
    connection.endheaders()
    assert connection.getresponse().status == 413
    connection.close()


def test_the_list_names_the_day_a_report_came(whole: Site, folder: Path) -> None:
    (folder / "云溪县-2024.txt").write_text("x", encoding="utf-8")
    (report,) = httpx.get(f"{whole.url}/shelf").json()
    assert report["added"] == time.strftime("%Y-%m-%d")


# --- behind a proxy


@pytest.mark.parametrize("before", ["", "/planqa"])
def test_paths_may_come_with_the_proxys_prefix_or_without(before: str) -> None:
    with served(made_up_report(), access=Access(root_path="/planqa")) as site:
        assert httpx.get(f"{site.url}{before}/healthz").status_code == 200
        assert httpx.get(f"{site.url}{before}/page/scripts/main.js").status_code == 200
        page = httpx.get(f"{site.url}{before}/").text
        assert '"root":"http://127.0.0.1' in page
        assert "/planqa" in page
