"""What members ask for beside a seat: to switch; and the flags that somebody raises for them."""

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch import clock
from groupmatch.records import (
    OPEN_SWITCHES,
    Participant,
    ParticipantStatus,
    Request,
    RequestStatus,
    Seat,
    SeatState,
    SwitchKind,
    SwitchReason,
    SwitchRequest,
)
from groupmatch.services.participants import people
from groupmatch.services.switching import switches
from groupmatch.simulation.world import World, key_in

_WEEKS_A_YEAR = 52
_ASKS = (
    (SwitchKind.TIME, SwitchReason.SCHEDULE),
    (SwitchKind.GROUP, SwitchReason.FIT),
    (SwitchKind.THERAPIST, SwitchReason.THERAPIST),
)


def ask_to_switch(world: World, on: date) -> None:
    """Once a week some members ask for another group, therapist or time."""
    share = world.assumed.switch_asks_per_year / _WEEKS_A_YEAR
    for seat, key in world.read(_members):
        if world.chance.happens(share, key, "asks", on):
            kind, reason = world.chance.stream(key, "asks for", on).choice(_ASKS)
            world.act(_ask, seat, kind, reason)


def _ask(_: World, session: Session, seat: str, kind: SwitchKind, reason: SwitchReason) -> None:
    held = session.get_one(Seat, seat)
    switches.request_switch(session, held, kind=kind, reason=reason, by=None)


def decline_old_asks(world: World) -> None:
    """A coordinator tells those whom no night could serve for weeks."""
    before = clock.now() - timedelta(weeks=world.assumed.switch_patience_weeks)
    query = (
        select(SwitchRequest.id)
        .where(
            SwitchRequest.program_id == world.program_id,
            SwitchRequest.state.in_(OPEN_SWITCHES),
            SwitchRequest.asked_at < before,
        )
        .order_by(SwitchRequest.asked_at, SwitchRequest.id)
    )
    for name in world.ids(query):
        world.act(_decline, name)


def _decline(world: World, session: Session, name: str) -> None:
    switch = session.get_one(SwitchRequest, name)
    switches.decline(session, switch, reason="There was no room for weeks.", by=world.staff)


def raise_flags(world: World, on: date) -> None:
    """Once a week somebody worries about somebody: no night touches them until it is cleared."""
    share = world.assumed.safety_flags_per_year / _WEEKS_A_YEAR
    for person, key in world.read(_in_care):
        if world.chance.happens(share, key, "flag", on):
            world.act(_set_flag, person, raised=True)


def lower_flags(world: World) -> None:
    """A clinician lowers the flags of those looked after."""
    before = clock.now() - timedelta(days=world.assumed.safety_flag_days)
    query = (
        select(Participant.id)
        .where(Participant.safety_flag_since <= before)
        .order_by(Participant.created_at, Participant.id)
    )
    for name in world.ids(query):
        world.act(_set_flag, name, raised=False)


def _set_flag(world: World, session: Session, person_id: str, *, raised: bool) -> None:
    person = session.get_one(Participant, person_id)
    people.set_safety_flag(
        session, person, raised=raised, by=world.staff, reason="asked to look first"
    )


def _members(world: World, session: Session) -> list[tuple[str, str]]:
    query = (
        select(Seat.id, key_in(Request))
        .join(Request, Request.id == Seat.request_id)
        .where(
            Seat.program_id == world.program_id,
            Seat.state == SeatState.ACTIVE,
            Request.plan_id.is_(None),
        )
        .order_by(Seat.created_at, Seat.id)
    )
    return [(seat, key) for seat, key in session.execute(query)]


def _in_care(world: World, session: Session) -> list[tuple[str, str]]:
    asking = select(Request.participant_id).where(Request.status == RequestStatus.OPEN)
    query = (
        select(Participant.id, key_in(Participant))
        .where(
            Participant.program_id == world.program_id,
            Participant.status == ParticipantStatus.ACTIVE,
            Participant.id.in_(asking),
        )
        .order_by(Participant.created_at, Participant.id)
    )
    return [(person, key) for person, key in session.execute(query)]
