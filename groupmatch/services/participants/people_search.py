"""Finds participants: by the beginnings of names, by ids, and by where they stand."""

import enum
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select
from sqlalchemy.orm import Session, load_only

from groupmatch.database.among import among, ids_given
from groupmatch.names import ANY, slips, sought, traces
from groupmatch.records import (
    Group,
    Participant,
    ParticipantStatus,
    Program,
    Request,
    RequestStatus,
    RequestTopic,
    Seat,
    SeatState,
    Topic,
)
from groupmatch.services import paging
from groupmatch.services.care import gates
from groupmatch.services.paging import Page
from groupmatch.services.requests.waiting import waiting

#: People who are read at once where all are asked for.
_CHUNK = 500


#: What the list tells of a person's own record.
_SHOWN = load_only(
    Participant.first_name,
    Participant.last_name,
    Participant.region,
    Participant.safety_flag_since,
)

_PEOPLE = ids_given("people")
#: The topics that some people wait for, and since when.
_WAITS = (
    select(Request.participant_id, Topic.name, Request.waiting_since)
    .join(RequestTopic, RequestTopic.request_id == Request.id)
    .join(Topic, Topic.code == RequestTopic.topic_code)
    .where(among(Request.participant_id, _PEOPLE), waiting())
    .order_by(RequestTopic.rank, Topic.name)
)
#: The groups in which some people hold a seat.
_SEATED = (
    select(Seat.participant_id, Group.name)
    .join(Group, Group.id == Seat.group_id)
    .where(among(Seat.participant_id, _PEOPLE), Seat.state != SeatState.ENDED)
    .order_by(Group.name)
)


class Standing(enum.StrEnum):
    """Where a person in care stands."""

    WAITING = "waiting"
    SEATED = "seated"
    WITHOUT_REQUEST = "without_request"
    FLAGGED = "flagged"
    DISCHARGED = "discharged"


class PeopleSort(enum.StrEnum):
    """What the list can be ordered by."""

    NAME = "name"
    REGION = "region"
    WAITING = "waiting"


@dataclass(frozen=True)
class PeopleFilter:
    """Which people to show. Discharged people show only when asked for."""

    words: str = ""
    standing: Standing | None = None
    region: str = ""
    topic: str = ""
    sort: PeopleSort = PeopleSort.NAME
    descending: bool = False
    #: Look for names that differ by one slip of the keyboard.
    nearly: bool = False


@dataclass(frozen=True)
class PersonRow:
    """One person, what they wait for and what they have."""

    participant: Participant
    #: Names of the topics that would serve the open requests, first choices first.
    waits_for: tuple[str, ...]
    waiting_since: date | None
    #: Names of the groups in which they hold a seat.
    groups: tuple[str, ...]
    #: Codes of closed gates, "safety" among them.
    gates: tuple[str, ...]


def people(
    session: Session,
    program: Program,
    wanted: PeopleFilter,
    *,
    on: date,
    number: int = 1,
    size: int = 50,
) -> Page[PersonRow]:
    """One page of the people whom a filter lets through. A number past the end gives the last."""
    page = _fetched(session, program, wanted, number, size)
    return Page(_rows(session, page.rows, on), page.total, page.number, size)


def all_people(
    session: Session, program: Program, wanted: PeopleFilter, *, on: date
) -> Iterator[PersonRow]:
    """Everybody whom a filter lets through, in order."""
    number, pages = 1, 1
    while number <= pages:
        page = people(session, program, wanted, on=on, number=number, size=_CHUNK)
        yield from page.rows
        number, pages = number + 1, page.pages


def regions_of(session: Session, program: Program) -> Sequence[str]:
    """The regions in which people of a program are."""
    query = select(Participant.region).where(Participant.program_id == program.id).distinct()
    return session.scalars(query.order_by(Participant.region)).all()


def _fetched(
    session: Session, program: Program, wanted: PeopleFilter, number: int, size: int
) -> Page[Participant]:
    chosen = _ordered(_chosen(program, wanted), program, wanted)
    narrow = wanted.words or wanted.standing or wanted.topic
    return (paging.find if narrow else paging.fetch)(session, chosen, number, size)


def _chosen(program: Program, wanted: PeopleFilter) -> Select[Participant]:
    discharged = wanted.standing == Standing.DISCHARGED
    status = ParticipantStatus.DISCHARGED if discharged else ParticipantStatus.ACTIVE
    query = (
        select(Participant)
        .where(Participant.program_id == program.id, Participant.status == status)
        .options(_SHOWN)
    )
    if wanted.words:
        query = query.where(_nearly(wanted.words) if wanted.nearly else _named(wanted.words))
    if wanted.region:
        query = query.where(Participant.region == wanted.region)
    if wanted.topic:
        topic = Request.topics.any(RequestTopic.topic_code == wanted.topic)
        query = query.where(_has_request(waiting(), topic))
    if wanted.standing and not discharged and not _ordered_by_waits(wanted):
        query = query.where(_standing(wanted.standing))
    return query


def _named(words: str) -> ColumnElement[bool]:
    begins = [
        Participant.search_text.contains(f" {word}", autoescape=True) for word in sought(words)
    ]
    return or_(and_(*begins), Participant.id == words.strip())


def _nearly(words: str) -> ColumnElement[bool]:
    """Every word begins a name, or would with one slip less.

    There are dozens of slips, so the database looks for their few traces first.
    """
    text = Participant.search_text
    meant = [
        and_(
            or_(*(text.contains(trace, autoescape=True) for trace in sorted(traces(word)))),
            or_(*(text.like(_pattern(slip), escape="/") for slip in sorted(slips(word)))),
        )
        for word in sought(words)
    ]
    return and_(*meant)


def _pattern(slip: str) -> str:
    meant = "".join(f"/{sign}" if sign in "/%_" else sign for sign in slip)
    return f"% {meant.replace(ANY, '_')}%"


def _has_request(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return select(Request.id).where(Request.participant_id == Participant.id, *conditions).exists()


def _standing(standing: Standing) -> ColumnElement[bool]:
    held = (
        select(Seat.id)
        .where(Seat.participant_id == Participant.id, Seat.state != SeatState.ENDED)
        .exists()
    )
    conditions: dict[Standing, ColumnElement[bool]] = {
        Standing.WAITING: _has_request(waiting()),
        Standing.SEATED: held,
        Standing.WITHOUT_REQUEST: ~_has_request(Request.status == RequestStatus.OPEN),
        Standing.FLAGGED: Participant.safety_flag_since.is_not(None),
    }
    return conditions[standing]


def _ordered(
    query: Select[Participant], program: Program, wanted: PeopleFilter
) -> Select[Participant]:
    name = (func.lower(Participant.last_name), func.lower(Participant.first_name), Participant.id)
    if wanted.sort == PeopleSort.NAME:
        return query.order_by(*(each.desc() if wanted.descending else each for each in name))
    if wanted.sort == PeopleSort.REGION:
        region = Participant.region
        return query.order_by(region.desc() if wanted.descending else region, *name)
    waits = (
        select(Request.participant_id, func.min(Request.waiting_since).label("since"))
        .where(Request.program_id == program.id, waiting())
        .group_by(Request.participant_id)
        .subquery()
    )
    since, theirs = waits.c.since, waits.c.participant_id == Participant.id
    # Whoever waits longest comes first; those who do not wait come last either way.
    return query.join(waits, theirs, isouter=not _ordered_by_waits(wanted)).order_by(
        since.is_(None), since.desc() if wanted.descending else since, *name
    )


def _ordered_by_waits(wanted: PeopleFilter) -> bool:
    """Whether the order looks for those who wait and the list shows nobody else."""
    return wanted.standing == Standing.WAITING and wanted.sort == PeopleSort.WAITING


def _rows(session: Session, found: Sequence[Participant], on: date) -> tuple[PersonRow, ...]:
    if not found:
        return ()
    people = {"people": [participant.id for participant in found]}
    waits = _waits(session.execute(_WAITS, people))
    groups = _groups(session.execute(_SEATED, people))
    closed = gates.closed_gates(session, found, on)
    return tuple(
        PersonRow(
            participant=participant,
            waits_for=tuple(dict.fromkeys(topic for topic, _ in waits.get(participant.id, []))),
            waiting_since=min((since for _, since in waits.get(participant.id, [])), default=None),
            groups=tuple(groups.get(participant.id, ())),
            gates=tuple(closed.get(participant.id, ())),
        )
        for participant in found
    )


def _waits(rows: Iterable[Row[str, str, date]]) -> dict[str, list[tuple[str, date]]]:
    waits: dict[str, list[tuple[str, date]]] = {}
    for participant_id, topic, since in rows:
        waits.setdefault(participant_id, []).append((topic, since))
    return waits


def _groups(rows: Iterable[Row[str, str]]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for participant_id, name in rows:
        groups.setdefault(participant_id, []).append(name)
    return groups
