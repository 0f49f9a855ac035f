"""When a member may ask to switch; safety never waits."""

from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy.orm import Session

from groupmatch.errors import Refused
from groupmatch.records import (
    CancelReason,
    GroupSession,
    Seat,
    SessionState,
    SwitchKind,
    SwitchReason,
    SwitchRequest,
)
from groupmatch.services.switching import switches
from groupmatch.services.switching.switch_rules import not_until
from tests import cast as builders
from tests.cast import NOW, TODAY, Cast

Clock = time_machine.Traveller


def ask(session: Session, seat: Seat, reason: SwitchReason) -> SwitchRequest:
    return switches.request_switch(session, seat, kind=SwitchKind.TIME, reason=reason, by=None)


@pytest.fixture
def new_seat(session: Session, cast: Cast) -> Seat:
    """Ben's, in the Monday group since today, a Sunday."""
    return builders.seat(session, cast.ben_request, cast.group)


def test_four_sessions_come_first(session: Session, new_seat: Seat, fixed_clock: Clock) -> None:
    # The sessions are on November 23 and 30, December 7 and 14.
    assert not_until(session, new_seat) == date(2026, 12, 15)
    with pytest.raises(Refused) as caught:
        ask(session, new_seat, SwitchReason.SCHEDULE)
    assert (caught.value.code, caught.value.facts["on"]) == (
        "switch_too_early",
        date(2026, 12, 15),
    )
    fixed_clock.move_to(NOW + timedelta(days=23))
    ask(session, new_seat, SwitchReason.SCHEDULE)


def test_a_cancelled_session_does_not_count(session: Session, new_seat: Seat) -> None:
    monday = NOW.replace(hour=23) + timedelta(days=1)
    session.add(
        GroupSession(
            program_id=new_seat.program_id,
            group_id=new_seat.group_id,
            on=TODAY + timedelta(days=1),
            starts_at=monday,
            minutes=60,
            state=SessionState.CANCELLED,
            cancel_reason=CancelReason.HOLIDAY,
            created_at=NOW,
        )
    )
    session.flush()
    assert not_until(session, new_seat) == date(2026, 12, 22)


def test_safety_never_waits(session: Session, new_seat: Seat) -> None:
    assert ask(session, new_seat, SwitchReason.SAFETY).reason == SwitchReason.SAFETY


def test_a_group_that_ends_before_its_fourth_session_keeps_nobody_longer(
    session: Session, new_seat: Seat
) -> None:
    new_seat.group.ends_on = date(2026, 12, 1)
    assert not_until(session, new_seat) == date(2026, 12, 2)


def test_eight_weeks_lie_between_two_asks(session: Session, cast: Cast, fixed_clock: Clock) -> None:
    first = ask(session, cast.ada_seat, SwitchReason.SCHEDULE)
    switches.decline(session, first, reason="No group at that hour yet.", by=cast.mara.id)
    with pytest.raises(Refused) as caught:
        ask(session, cast.ada_seat, SwitchReason.FIT)
    assert (caught.value.code, caught.value.facts["on"]) == (
        "switch_too_early",
        date(2027, 1, 17),
    )
    fixed_clock.move_to(NOW + timedelta(weeks=8))
    ask(session, cast.ada_seat, SwitchReason.FIT)


def test_what_was_taken_back_or_was_about_safety_does_not_count(
    session: Session, cast: Cast
) -> None:
    switches.withdraw(session, ask(session, cast.ada_seat, SwitchReason.FIT), by=None)
    unsafe = ask(session, cast.ada_seat, SwitchReason.SAFETY)
    switches.decline(session, unsafe, reason="We spoke, and you stay.", by=cast.mara.id)
    assert not_until(session, cast.ada_seat) is None
