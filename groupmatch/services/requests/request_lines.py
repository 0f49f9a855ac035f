"""A participant's requests as staff read them: what would serve, what they have, why they wait."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import BindParameter, bindparam, select
from sqlalchemy.orm import Session, contains_eager, joinedload, load_only, selectinload

from groupmatch.database.among import among, ids_given
from groupmatch.matching.policy import policy
from groupmatch.matching.priority import Priority, priority
from groupmatch.records import (
    BundleState,
    DraftBundle,
    DraftEntry,
    Group,
    LevelOfCare,
    Participant,
    Pin,
    PinKind,
    Request,
    RequestChoice,
    RequestStatus,
    Run,
    RunState,
    Seat,
    SeatState,
    Therapist,
    Topic,
    Unplaced,
)
from groupmatch.services.findings.why_not import WhyNot, why_not


@dataclass(frozen=True)
class RequestLine:
    """One request with everything that its line on a page tells."""

    request: Request
    level: LevelOfCare
    #: First choice first.
    topics: tuple[Topic, ...]
    wanted_therapists: tuple[Therapist, ...]
    avoided: tuple[Group | Therapist, ...]
    #: Words on groups that no match is to suggest again, and on the only one that it may.
    bans: tuple[Pin, ...]
    pin: Pin | None
    seat: Seat | None
    #: What the present draft proposes.
    proposed: DraftEntry | None
    #: Why the last run left it waiting.
    why_not: WhyNot | None
    #: What it counts while it waits.
    priority: Priority

    @property
    def waiting(self) -> bool:
        """Open, and without a seat."""
        return self.request.status == RequestStatus.OPEN and self.seat is None


_PERSON: BindParameter[str] = bindparam("person")
_IDS = ids_given("requests")
_GROUP_NAME = load_only(Group.name)

#: All requests of a person, open ones first.
_REQUESTS = (
    select(Request)
    .where(Request.participant_id == _PERSON)
    .options(
        joinedload(Request.plan),
        joinedload(Request.topics),
        joinedload(Request.choices).joinedload(RequestChoice.group).options(_GROUP_NAME),
        selectinload(Request.preferences),
        selectinload(Request.avoided),
    )
    .order_by(Request.closed_at.is_not(None), Request.waiting_since, Request.id)
)
#: Their pins and bans in force, the oldest first.
_PINS = (
    select(Pin)
    .where(among(Pin.request_id, _IDS), Pin.lifted_at.is_(None))
    .options(joinedload(Pin.group).options(_GROUP_NAME))
    .order_by(Pin.set_at)
)
#: What the present draft proposes for some.
_PROPOSED = (
    select(DraftEntry)
    .join(DraftEntry.bundle)
    .where(
        among(DraftEntry.request_id, _IDS),
        DraftBundle.state.in_([BundleState.PROPOSED, BundleState.APPROVED]),
    )
    .options(
        contains_eager(DraftEntry.bundle),
        joinedload(DraftEntry.to_group).selectinload(Group.meetings),
    )
)
_LAST_RUN = (
    select(Run.id)
    .where(Run.program_id == bindparam("program"), Run.state == RunState.DONE)
    .order_by(Run.started_at.desc())
    .limit(1)
    .scalar_subquery()
)
#: Those that the last run left without a seat.
_UNPLACED = select(Unplaced).where(among(Unplaced.request_id, _IDS), Unplaced.run_id == _LAST_RUN)


def request_lines(
    session: Session, participant: Participant, seats: Iterable[Seat], on: date
) -> tuple[RequestLine, ...]:
    """The requests of a participant on a date, open ones first, given all their seats."""
    requests = session.scalars(_REQUESTS, {"person": participant.id}).unique().all()
    if not requests:
        return ()
    held = {seat.request_id: seat for seat in seats if seat.state != SeatState.ENDED}
    names = _Names.of(session, requests)
    asked = {"requests": [request.id for request in requests]}
    pins = session.scalars(_PINS, asked).all()
    proposed = in_draft(session, asked["requests"])
    left_out = session.scalars(_UNPLACED, asked | {"program": participant.program_id}).all()
    unplaced = {why.unplaced.request_id: why for why in why_not(session, left_out)}
    return tuple(
        RequestLine(
            request=request,
            level=names.levels[request.level_code],
            topics=tuple(names.topics[topic.topic_code] for topic in request.topics),
            wanted_therapists=tuple(
                names.therapists[wanted.therapist_id] for wanted in request.preferences
            ),
            avoided=names.avoided(request),
            bans=tuple(pin for pin in pins if _is(pin, request, PinKind.BAN)),
            pin=next((pin for pin in pins if _is(pin, request, PinKind.PIN)), None),
            seat=held.get(request.id),
            proposed=proposed.get(request.id),
            why_not=unplaced.get(request.id),
            priority=priority(
                policy(), request.urgency, request.waiting_since, on, displaced=False
            ),
        )
        for request in requests
    )


def in_draft(session: Session, request_ids: Sequence[str]) -> Mapping[str, DraftEntry]:
    """What the present draft proposes for some requests, with the group and its meetings."""
    found = session.scalars(_PROPOSED, {"requests": request_ids})
    return {entry.request_id: entry for entry in found}


@dataclass(frozen=True)
class _Names:
    """What the codes and ids in some requests stand for."""

    topics: Mapping[str, Topic]
    levels: Mapping[str, LevelOfCare]
    groups: Mapping[str, Group]
    therapists: Mapping[str, Therapist]

    @classmethod
    def of(cls, session: Session, requests: Sequence[Request]) -> "_Names":
        avoided = [avoid for request in requests for avoid in request.avoided]
        groups = {avoid.group_id for avoid in avoided}
        therapists = {avoid.therapist_id for avoid in avoided} | {
            wanted.therapist_id for request in requests for wanted in request.preferences
        }
        return cls(
            topics={topic.code: topic for topic in session.scalars(select(Topic))},
            levels={level.code: level for level in session.scalars(select(LevelOfCare))},
            groups=_by_id(session, Group, groups),
            therapists=_by_id(session, Therapist, therapists),
        )

    def avoided(self, request: Request) -> tuple[Group | Therapist, ...]:
        groups = [self.groups[each.group_id] for each in request.avoided if each.group_id]
        therapists = [
            self.therapists[each.therapist_id] for each in request.avoided if each.therapist_id
        ]
        return (*groups, *therapists)


def _by_id(session: Session, record: Any, ids: Iterable[str | None]) -> dict[str, Any]:
    wanted = [each for each in ids if each]
    found = session.scalars(select(record).where(record.id.in_(wanted))) if wanted else ()
    return {each.id: each for each in found}


def _is(pin: Pin, request: Request, kind: PinKind) -> bool:
    return pin.request_id == request.id and pin.kind == kind
