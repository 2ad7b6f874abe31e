"""How many questions are answered at once, how many may wait, and for how long."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from anyio import CapacityLimiter, fail_after, to_thread

from planqa.errors import PlanqaError

__all__ = ["Full", "Turnstile"]

P = ParamSpec("P")
T = TypeVar("T")


class Full(PlanqaError):
    """So many questions are waiting that another would wait in vain."""


class Turnstile:
    """Lets `at_once` calls through to threads, and `waiting` more wait; each has `seconds` in all.

    To be made and used in one event loop.
    """

    def __init__(self, at_once: int = 2, waiting: int = 100, seconds: float = 30) -> None:
        self._limiter = CapacityLimiter(at_once)
        self._most = at_once + waiting
        self._seconds = seconds
        self._inside = 0

    async def run(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What `call` returns or raises; Full at once when too many wait, PlanqaError when time is up.

        A call that takes too long is left to end by itself, since a thread cannot be stopped.
        """
        if self._inside >= self._most:
            raise Full("too many questions are waiting: ask again in a few seconds")
        self._inside += 1
        try:
            with fail_after(self._seconds):
                return await to_thread.run_sync(
                    lambda: call(*args, **kwargs), abandon_on_cancel=True, limiter=self._limiter
                )
        except TimeoutError as error:
            raise PlanqaError(f"no answer within {self._seconds:g} seconds: ask again") from error
        finally:
            self._inside -= 1
