"""Waking hours: nobody loses a seat while they sleep, and no mail of ours wakes them."""

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
    #: After which part of its time an unanswered offer is brought to mind.
    reminder_share: float


@cache
def waking() -> Waking:
    """The waking hours of this installation, from `config/offers.toml`; read once."""
    text = (shipped("config") / "offers.toml").read_text(encoding="utf-8")
    tables = tomllib.loads(text)
    table = tables["waking"]
    return Waking(
        since=time.fromisoformat(table["from"]),
        until=time.fromisoformat(table["to"]),
        rest=timedelta(minutes=table["rest_minutes"]),
        reminder_share=tables["reminder"]["after_share"],
    )


def expiry(now: datetime, hours: int, zone: str, waking: Waking) -> datetime:
    """The UTC instant at which an offer made now lapses: at least `hours` later.

    Where that falls outside the recipient's waking hours, in the IANA zone, the offer stands until
    a while after their next waking.
    """
    ends = now.astimezone(UTC) + timedelta(hours=hours)
    wakes = awake(ends, zone, waking)
    return ends if wakes == ends else wakes + waking.rest


def awake(now: datetime, zone: str, waking: Waking) -> datetime:
    """The first UTC instant from now on that lies in the waking hours of an IANA zone."""
    local = now.astimezone(ZoneInfo(zone))
    if waking.since <= local.time() <= waking.until:
        return now.astimezone(UTC)
    day = local.date() + timedelta(days=local.time() > waking.until)
    return datetime.combine(day, waking.since, tzinfo=ZoneInfo(zone)).astimezone(UTC)
