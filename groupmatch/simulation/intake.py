"""Taking people in: who comes today, and the human decisions that follow, days later or anew."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from groupmatch.matching.care import care
from groupmatch.records import (
    Gate,
    GateKind,
    GroupKind,
    Participant,
    ParticipantStatus,
    Request,
    RequestStatus,
    RequestTopic,
)
from groupmatch.services.care import gates
from groupmatch.services.hours import availability
from groupmatch.services.participants import people
from groupmatch.services.requests import requests
from groupmatch.services.requests.requests import RequestWish
from groupmatch.simulation.newcomers import Newcomer
from groupmatch.simulation.world import World, key_in

_PART2 = "substance-use"


def admit(world: World, newcomers: Sequence[Newcomer]) -> None:
    """Take today's newcomers in: they say where they are, when they can come and what they need."""
    for newcomer in newcomers:
        world.act(_admit, newcomer)


def _admit(world: World, session: Session, newcomer: Newcomer) -> None:
    by = world.staff
    person = people.add_participant(session, world.program(session), by=by, **newcomer.person)
    availability.set_weekly(session, person, newcomer.hours, by=by)
    gates.clear_gate(session, person, GateKind.LOCATION, by=by)
    if newcomer.intensive:
        wishes = [
            RequestWish(newcomer.topics, external_id=newcomer.key),
            RequestWish(["cbt"], GroupKind.INDIVIDUAL, external_id=f"{newcomer.key}-alone"),
        ]
        requests.add_plan(
            session, person, level_code=newcomer.level, requests=wishes, urgency="soon", by=by
        )
    else:
        requests.add_request(
            session,
            person,
            topics=newcomer.topics,
            level_code=newcomer.level,
            external_id=newcomer.key,
            by=by,
        )


@dataclass(frozen=True)
class _Needed:
    """A decision that somebody's open requests need and that does not hold."""

    person: str
    key: str
    kind: GateKind
    level: str
    since: date


def decide_due(world: World, on: date) -> None:
    """Sign what is missing once its days are over, and renew what has run out."""
    for each in world.read(_needed, on):
        days = _days(world, each)
        if on >= each.since + timedelta(days=days):
            world.act(_decide, each, on)


def _days(world: World, needed: _Needed) -> int:
    most = {
        GateKind.CONSENT: world.assumed.consent_days,
        GateKind.PART2_CONSENT: world.assumed.consent_days,
        GateKind.LEVEL_OF_CARE: world.assumed.level_of_care_days,
    }.get(needed.kind, 0)
    return world.chance.stream(needed.key, "decides", needed.kind).randint(0, most)


def _needed(world: World, session: Session, on: date) -> list[_Needed]:
    asks_part2 = exists().where(
        RequestTopic.request_id == Request.id, RequestTopic.topic_code == _PART2
    )
    query = (
        select(
            Participant.id,
            key_in(Participant),
            Participant.created_at,
            Request.level_code,
            asks_part2,
        )
        .join(Participant, Participant.id == Request.participant_id)
        .where(
            Request.program_id == world.program_id,
            Request.status == RequestStatus.OPEN,
            Participant.status == ParticipantStatus.ACTIVE,
            # A level that is reserved ahead is decided when its time comes; the present one first.
            func.coalesce(Request.needed_from, on) <= on,
        )
        .order_by(Request.created_at, Request.id)
    )
    holding = _holding(session, on)
    needed: dict[tuple[str, GateKind], _Needed] = {}
    for person, key, since, level, part2 in session.execute(query):
        for kind in GateKind:
            signed = holding.get((person, kind), "")
            suits = signed == level if kind == GateKind.LEVEL_OF_CARE else bool(signed)
            if not suits and (part2 or kind != GateKind.PART2_CONSENT):
                each = _Needed(person, key, kind, level, since.date())
                needed.setdefault((person, kind), each)
    return list(needed.values())


def _holding(session: Session, on: date) -> dict[tuple[str, GateKind], str]:
    """Person and kind → the level that was decided, or the kind itself, of what holds."""
    query = select(Gate.participant_id, Gate.kind, Gate.level_code).where(
        func.coalesce(Gate.valid_to, on) >= on
    )
    return {(person, kind): level or kind for person, kind, level in session.execute(query)}


def _decide(world: World, session: Session, needed: _Needed, on: date) -> None:
    person = session.get_one(Participant, needed.person)
    level = needed.kind == GateKind.LEVEL_OF_CARE
    gates.clear_gate(
        session,
        person,
        needed.kind,
        by=world.staff,
        level_code=needed.level if level else None,
        valid_to=on + timedelta(days=care().reassess_days) if level else None,
    )
