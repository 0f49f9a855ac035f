"""Switch requests: a member asks for another group, therapist or time.

The old seat stands until a new one is published. An ask that gives safety as its reason goes
straight to a person, and no run touches it until a coordinator has left it to tonight.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch import clock
from groupmatch.errors import Conflict, Refused
from groupmatch.records import (
    OPEN_SWITCHES,
    Participant,
    Seat,
    SeatState,
    SwitchKind,
    SwitchReason,
    SwitchRequest,
    SwitchState,
    TaskKind,
)
from groupmatch.services import locks
from groupmatch.services.audit import audit
from groupmatch.services.care import calls
from groupmatch.services.mail import outbox
from groupmatch.services.switching import switch_rules


def open_switch(session: Session, seat: Seat) -> SwitchRequest | None:
    """The open ask about a seat."""
    query = select(SwitchRequest).where(
        SwitchRequest.seat_id == seat.id, SwitchRequest.state.in_(OPEN_SWITCHES)
    )
    return session.scalar(query)


def latest_switch(session: Session, seat: Seat) -> SwitchRequest | None:
    """The last ask about a seat, open or decided: what its member sees."""
    query = (
        select(SwitchRequest)
        .where(SwitchRequest.seat_id == seat.id)
        .order_by(SwitchRequest.asked_at.desc(), SwitchRequest.id)
    )
    return session.scalars(query).first()


def request_switch(
    session: Session,
    seat: Seat,
    *,
    kind: SwitchKind,
    reason: SwitchReason,
    note: str = "",
    by: str | None,
) -> SwitchRequest:
    """Ask for a switch; `note` is in the member's own words, for staff only.

    Raises Conflict `seat_over`, or `switch_open` when an ask about this seat is still open; and
    Refused `switch_too_early` with the date from which on the member may ask. Safety never waits
    for that.
    """
    locks.hold(session, seat.participant)
    locks.hold(session, seat)
    # Whoever has not accepted a seat yet answers its offer.
    if seat.state in (SeatState.ENDED, SeatState.OFFERED):
        raise Conflict("seat_over")
    if open_switch(session, seat):
        raise Conflict("switch_open")
    if reason != SwitchReason.SAFETY:
        _refuse_too_early(session, seat)
    switch = SwitchRequest(
        program_id=seat.program_id,
        seat_id=seat.id,
        participant_id=seat.participant_id,
        kind=kind,
        reason=reason,
        note=note.strip(),
        asked_at=clock.now(),
    )
    session.add(switch)
    after = {"state": SwitchState.ASKED, "kind": kind, "reason": reason}
    audit.record(session, "switch.asked", switch, by=by, after=after)
    if reason == SwitchReason.SAFETY:
        _call_today(session, seat.participant, note=switch.note, by=by)
    return switch


def leave_to_tonight(session: Session, switch: SwitchRequest, *, by: str | None) -> None:
    """A coordinator has looked, and leaves it to tonight's run. Raises Conflict `switch_over`."""
    _hold_open(session, switch)
    _set_state(session, switch, SwitchState.TONIGHT, by=by)


def decline(session: Session, switch: SwitchRequest, *, reason: str, by: str | None) -> None:
    """Decline an ask; the member reads the reason, so it must not be empty.

    Raises Refused `reason_missing` and Conflict `switch_over`.
    """
    if not reason.strip():
        raise Refused("reason_missing")
    _hold_open(session, switch)
    _close(session, switch, SwitchState.DECLINED, by=by, told=reason.strip())
    participant = switch.participant
    outbox.post_once(
        session,
        "switch_decided",
        participant.email,
        program_id=switch.program_id,
        facts={},
        zone=participant.timezone,
    )


def withdraw(session: Session, switch: SwitchRequest, *, by: str | None) -> None:
    """The member no longer asks. Raises Conflict `switch_over`."""
    _hold_open(session, switch)
    _close(session, switch, SwitchState.WITHDRAWN, by=by)


def close_with_seat(session: Session, seat: Seat, *, granted: bool, by: str | None) -> None:
    """Close the open ask about a seat that ends: granted when another seat follows."""
    switch = open_switch(session, seat)
    if switch:
        state = SwitchState.GRANTED if granted else SwitchState.WITHDRAWN
        _close(session, switch, state, by=by)


def _call_today(session: Session, person: Participant, *, note: str, by: str | None) -> None:
    today = clock.today(person.program.timezone)
    calls.open_task(session, person, TaskKind.SAFETY, note=note, by=by, due_on=today)


def _refuse_too_early(session: Session, seat: Seat) -> None:
    first, rules = switch_rules.not_until(session, seat), switch_rules.switch_policy()
    if first:
        raise Refused(
            "switch_too_early",
            on=first,
            day=first.day,
            sessions=rules.after_sessions,
            weeks=rules.weeks_between,
        )


def reopen(session: Session, seat: Seat, *, by: str | None, reason: str) -> None:
    """A seat that was left for another stands again: leave its granted ask to the night anew."""
    switch = latest_switch(session, seat)
    if switch is None or switch.state != SwitchState.GRANTED:
        return
    switch.state, switch.decided_at, switch.decided_by_id = SwitchState.TONIGHT, None, None
    audit.record(
        session,
        "switch.undone",
        switch,
        by=by,
        before={"state": SwitchState.GRANTED},
        after={"state": SwitchState.TONIGHT},
        reason=reason,
    )


def _hold_open(session: Session, switch: SwitchRequest) -> None:
    # Whoever publishes, or grants it by hand, has read what it asks for under the same lock.
    locks.hold_program(session, switch.program_id)
    locks.hold(session, switch)
    if switch.state not in OPEN_SWITCHES:
        raise Conflict("switch_over")


def _close(
    session: Session, switch: SwitchRequest, state: SwitchState, *, by: str | None, told: str = ""
) -> None:
    switch.decided_at, switch.decided_by_id, switch.decision_reason = clock.now(), by, told
    _set_state(session, switch, state, by=by)


def _set_state(
    session: Session, switch: SwitchRequest, state: SwitchState, *, by: str | None
) -> None:
    before, switch.state = switch.state, state
    act = f"switch.{'left_to_tonight' if state == SwitchState.TONIGHT else state}"
    audit.record(
        session,
        act,
        switch,
        by=by,
        before={"state": before},
        after={"state": state},
        reason=switch.decision_reason,
    )
