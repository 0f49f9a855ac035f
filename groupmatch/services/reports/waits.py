"""Who waits now, by topic, state and payer, so that nobody can be told by a small count."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from sqlalchemy import (
    CompoundSelect,
    Date,
    Select,
    String,
    bindparam,
    cast,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from groupmatch.database.dates import days_between
from groupmatch.records import Participant, Payer, Program, Request, RequestTopic, Topic
from groupmatch.services.reports.small_counts import parted, smallest
from groupmatch.services.requests.waiting import waiting

#: Days that people have waited, by what they wait for.
Days = dict[str, list[int]]


@dataclass(frozen=True)
class Waits:
    """Those who wait for one thing; `name` is empty where several are told together."""

    name: str
    number: int
    #: Days that half of them have waited at least; None where they are too few.
    median: float | None
    longest: int | None
    #: How many rows are told together here.
    together: int = 1


@dataclass(frozen=True)
class Waiting:
    """Who waits, told in three ways."""

    #: A request that several topics would serve counts for each.
    by_topic: list[Waits]
    #: The state in which people are during sessions.
    by_region: list[Waits]
    #: People without a payer count together as “None”.
    by_payer: list[Waits]


def who_waits(session: Session, program: Program, *, on: date) -> Waiting:
    """Read who waits on a date. The database looks for them once."""
    found: tuple[Days, Days, Days] = ({}, {}, {})
    for name, days, way in session.execute(_WAITS, {"program": program.id, "on": on}):
        found[way].setdefault(name or "None", []).extend(map(int, days.split()))
    return Waiting(*map(_told, found))


def _ways() -> CompoundSelect[str | None, str, int]:
    """By what each waits, the days of all who do so in one text, and which of the three ways it is.

    To read a row for each number of days takes longer than to find them all; so does telling people
    apart by the name of a topic or payer instead of its code.
    """
    who = _who().cte()
    topic = select(Topic.name).where(Topic.code == RequestTopic.topic_code).scalar_subquery()
    payer = select(Payer.name).where(Payer.code == who.c.payer_code).scalar_subquery()
    days = func.aggregate_strings(who.c.days, " ")
    return union_all(
        select(topic, days, literal(0))
        .join_from(RequestTopic, who, who.c.id == RequestTopic.request_id)
        .group_by(RequestTopic.topic_code),
        select(who.c.region, days, literal(1)).group_by(who.c.region),
        select(payer, days, literal(2)).group_by(who.c.payer_code),
    )


def _who() -> Select[str, str, str, str | None]:
    days = days_between(bindparam("on", type_=Date()), Request.waiting_since)
    return (
        select(
            Request.id, cast(days, String).label("days"), Participant.region, Participant.payer_code
        )
        .join(Participant, Participant.id == Request.participant_id)
        .where(Request.program_id == bindparam("program"), waiting())
    )


_WAITS = _ways()


def _told(days: Days) -> list[Waits]:
    """The largest first; of the same number, by name."""
    alone, together = parted(sorted(days.items()), lambda each: len(each[1]))
    rows = [_row(name, each) for name, each in alone]
    if together:
        rows.append(_row("", _all(each for _, each in together), together=len(together)))
    return rows


def _all(parts: Iterable[Sequence[int]]) -> list[int]:
    return [days for part in parts for days in part]


def _row(name: str, days: Sequence[int], *, together: int = 1) -> Waits:
    if len(days) < smallest():
        return Waits(name, len(days), None, None, together)
    return Waits(name, len(days), median(days), max(days), together)
