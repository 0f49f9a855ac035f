"""The one clock. Nothing else in groupmatch asks what time it is."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


def today(zone: str) -> date:
    """The present local date in an IANA zone."""
    return now().astimezone(ZoneInfo(zone)).date()
