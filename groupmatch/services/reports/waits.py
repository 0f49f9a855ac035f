"""Who waits now, by topic, state and payer, so that nobody can be told by a small count."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from groupmatch.records import Participant, Payer, Program, Request, RequestTopic, Topic
from groupmatch.services.reports.small_counts import parted, smallest
from groupmatch.services.requests.waiting import waiting


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


def waits_by_topic(session: Session, program: Program, *, on: date) -> list[Waits]:
    """By topic; a request that several topics would serve counts for each."""
    query = (
        select(Topic.name, Request.waiting_since)
        .join(RequestTopic, RequestTopic.topic_code == Topic.code)
        .join(Request, Request.id == RequestTopic.request_id)
    )
    return _told(session, program, query, on)


def waits_by_region(session: Session, program: Program, *, on: date) -> list[Waits]:
    """By the state in which people are during sessions."""
    query = select(Participant.region, Request.waiting_since).join(
        Request, Request.participant_id == Participant.id
    )
    return _told(session, program, query, on)


def waits_by_payer(session: Session, program: Program, *, on: date) -> list[Waits]:
    """By payer; people without one count together as “None”."""
    query = (
        select(Payer.name, Request.waiting_since)
        .select_from(Request)
        .join(Participant, Participant.id == Request.participant_id)
        .outerjoin(Payer, Payer.code == Participant.payer_code)
    )
    return _told(session, program, query, on)


def _told(session: Session, program: Program, query: Select[str, date], on: date) -> list[Waits]:
    asked = query.where(Request.program_id == program.id, waiting())
    days: dict[str, list[int]] = {}
    for name, since in session.execute(asked):
        days.setdefault(name or "None", []).append((on - since).days)
    alone, together = parted(list(days.items()), lambda each: len(each[1]))
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
