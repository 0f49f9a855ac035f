"""Until when an offer stands: nobody loses a seat while they sleep."""

import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from groupmatch.resources import shipped


@dataclass(frozen=True)
class Waking:
    """The local hours in which an offer may end; `rest` is left to answer after a night."""

    since: time
    until: time
    rest: timedelta


@cache
def waking() -> Waking:
    """The waking hours of this installation, from `config/offers.toml`; read once."""
    text = (shipped("config") / "offers.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)["waking"]
    return Waking(
        since=time.fromisoformat(table["from"]),
        until=time.fromisoformat(table["to"]),
        rest=timedelta(minutes=table["rest_minutes"]),
    )


def expiry(now: datetime, hours: int, zone: str, waking: Waking) -> datetime:
    """The UTC instant at which an offer made now lapses: at least `hours` later.

    Where that falls outside the recipient's waking hours, in the IANA zone, the offer stands until
    a while after their next waking.
    """
    ends = now.astimezone(UTC) + timedelta(hours=hours)
    local = ends.astimezone(ZoneInfo(zone))
    if waking.since <= local.time() <= waking.until:
        return ends
    day = local.date() + timedelta(days=local.time() > waking.until)
    wakes = datetime.combine(day, waking.since, tzinfo=ZoneInfo(zone))
    return wakes.astimezone(UTC) + waking.rest
