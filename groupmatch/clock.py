"""The one clock. Nothing else in groupmatch asks what time it is."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

#: The instant at which a simulation pretends to be. No other thread or context ever sees it.
_pretended: ContextVar[datetime | None] = ContextVar("pretended", default=None)


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return _pretended.get() or datetime.now(UTC)


def today(zone: str) -> date:
    """The present local date in an IANA zone."""
    return now().astimezone(ZoneInfo(zone)).date()


@contextmanager
def pretending(start: datetime) -> Iterator[Callable[[datetime], None]]:
    """Within the block, in this context alone, it is another time; for a simulation.

    Yields what brings the clock to a later instant; time never goes back there: ValueError.
    """

    def go_to(instant: datetime) -> None:
        if instant < now():
            raise ValueError(f"time does not go back from {now()} to {instant}")
        _pretended.set(instant.astimezone(UTC))

    before = _pretended.set(start.astimezone(UTC))
    try:
        yield go_to
    finally:
        _pretended.reset(before)
