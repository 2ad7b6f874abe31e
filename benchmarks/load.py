"""Put questions to a running `planqa serve` from many people at once; errors, p50 and p95 in seconds.

    planqa serve --port 7860
    python benchmarks/load.py http://127.0.0.1:7860 --people 50 --questions 20

Each person asks the next question when the last one is answered, `--questions` of them, and the run ends by
itself. Only for a server on this machine: any other address is refused. Needs httpx, which comes with gradio.
"""

from __future__ import annotations

import argparse
import asyncio
import ipaddress
import statistics
import sys
import time
from urllib.parse import urlsplit

import httpx

QUESTIONS = (
    "2022年地区生产总值是多少？",
    "新增高新技术企业多少家？",
    "2023年怎样持续提升生态环境质量？",
    "城镇新增就业多少人？",
    "有哪些重点项目？",
)
WAIT = 60
"""Seconds after which an answer counts as an error."""


async def person(client: httpx.AsyncClient, number: int, count: int) -> list[float | str]:
    """Of each of `count` questions the seconds that its answer took, or what went wrong."""
    results: list[float | str] = []
    for turn in range(count):
        question = QUESTIONS[(number + turn) % len(QUESTIONS)]
        begun = time.perf_counter()
        try:
            reply = await client.post("/ask", json={"question": question})
            reply.raise_for_status()
            results.append(time.perf_counter() - begun)
        except httpx.HTTPError as error:
            results.append(f"{type(error).__name__}: {error}")
    return results


async def run(url: str, people: int, count: int) -> None:
    limits = httpx.Limits(max_connections=people)
    async with httpx.AsyncClient(base_url=url, timeout=WAIT, limits=limits) as client:
        begun = time.perf_counter()
        everyone = await asyncio.gather(*(person(client, i, count) for i in range(people)))
        whole = time.perf_counter() - begun
    results = [result for each in everyone for result in each]
    seconds = [result for result in results if isinstance(result, float)]
    errors = [result for result in results if isinstance(result, str)]
    print(f"{len(results)} questions from {people} people in {whole:.1f} s, {len(errors)} errors")
    if len(seconds) > 1:
        cuts = statistics.quantiles(seconds, n=100)
        print(f"p50 {cuts[49]:.2f} s  p95 {cuts[94]:.2f} s  {len(seconds) / whole:.0f} a second")
    for error in sorted(set(errors)):
        print(error)


def is_here(url: str) -> bool:
    """Whether a URL is of this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("url")
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--questions", type=int, default=20, help="of each")
    chosen = parser.parse_args()
    if not is_here(chosen.url):
        sys.exit(f"{chosen.url} is not on this machine")
    asyncio.run(run(chosen.url, chosen.people, chosen.questions))


if __name__ == "__main__":
    main()
