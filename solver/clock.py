"""How long a solve may still take."""

import time
from collections.abc import Callable

_NO_LIMIT = 1e9


class OutOfTime(Exception):
    """The clock stopped in the middle of work that is of no use unless it is finished."""


class Clock:
    """The time and the patience that are left."""

    def __init__(self, time_limit: float | None, cancelled: Callable[[], bool] | None) -> None:
        self._start = time.monotonic()
        self._limit = _NO_LIMIT if time_limit is None else time_limit
        self.cancelled = cancelled or (lambda: False)

    @property
    def elapsed(self) -> float:
        return time.monotonic() - self._start

    @property
    def left(self) -> float:
        return self._limit - self.elapsed

    def stopped(self) -> bool:
        return self.left <= 0 or self.cancelled()

    def go_on(self) -> None:
        """Raises `OutOfTime` once the clock has stopped."""
        if self.stopped():
            raise OutOfTime
