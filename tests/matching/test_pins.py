"""A coordinator's pins and bans, as far as they still make sense."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from groupmatch.matching import Compiled
from groupmatch.records import (
    Group,
    GroupStatus,
    Pin,
    PinKind,
    Request,
    RequestStatus,
    SeatState,
)
from tests import cast as make
from tests.cast import NOW, Cast
from tests.matching.compiling import compiled


@pytest.fixture
def other(session: Session, cast: Cast) -> Group:
    """Another group at the same hour that would suit Ben."""
    return make.therapy_group(session, cast.program, leaders=[cast.cleo])


def say(
    session: Session, request: Request, group: Group, kind: PinKind, *, minutes: int = 0
) -> Pin:
    """A word of a coordinator, some minutes after the first."""
    at = NOW + timedelta(minutes=minutes)
    pin = Pin(request_id=request.id, group_id=group.id, kind=kind, set_at=at)
    session.add(pin)
    session.flush()
    return pin


def dropped(found: Compiled) -> dict[str, tuple[str, ...]]:
    return {stale.pin_id: stale.reasons for stale in found.stale_pins}


def test_a_pin_to_a_group_that_suits_holds(session: Session, cast: Cast, other: Group) -> None:
    say(session, cast.ben_request, other, PinKind.PIN)
    found = compiled(session, cast.program)
    assert found.problem.pins == ((cast.ben_request.id, other.id),)
    assert not found.stale_pins


def test_a_ban_holds(session: Session, cast: Cast, other: Group) -> None:
    say(session, cast.ben_request, other, PinKind.BAN)
    found = compiled(session, cast.program)
    assert found.problem.bans == ((cast.ben_request.id, other.id),)
    assert not found.stale_pins


def test_a_pin_to_a_group_that_suits_no_longer_is_dropped_with_the_rule(
    session: Session, cast: Cast, other: Group
) -> None:
    pin = say(session, cast.ben_request, other, PinKind.PIN)
    other.level_code = "iop-adult"
    found = compiled(session, cast.program)
    assert dropped(found) == {pin.id: ("request_requires",)}
    assert found.problem.pins == ()


@pytest.mark.parametrize("kind", list(PinKind))
@pytest.mark.parametrize("over", ["request", "group"])
def test_a_word_about_what_is_over_is_dropped(
    session: Session, cast: Cast, other: Group, kind: PinKind, over: str
) -> None:
    pin = say(session, cast.ben_request, other, kind)
    if over == "request":
        cast.ben_request.status = RequestStatus.CLOSED
    else:
        other.status = GroupStatus.ENDED
    assert dropped(compiled(session, cast.program)) == {pin.id: ("over",)}


def test_a_pin_to_a_group_without_meetings_is_dropped(session: Session, cast: Cast) -> None:
    idle = make.therapy_group(session, cast.program, leaders=[cast.cleo], meetings=())
    pin = say(session, cast.ben_request, idle, PinKind.PIN)
    assert dropped(compiled(session, cast.program)) == {pin.id: ("not_meeting",)}


def test_a_word_about_somebody_behind_a_gate_stays_for_later(
    session: Session, cast: Cast, other: Group
) -> None:
    cast.ben.safety_flag_since = NOW
    say(session, cast.ben_request, other, PinKind.PIN)
    found = compiled(session, cast.program)
    assert not found.stale_pins
    assert found.problem.pins == ()


@pytest.mark.parametrize(
    ("earlier", "later"), [(PinKind.PIN, PinKind.BAN), (PinKind.BAN, PinKind.PIN)]
)
def test_the_later_of_two_contradicting_words_holds(
    session: Session, cast: Cast, other: Group, earlier: PinKind, later: PinKind
) -> None:
    first = say(session, cast.ben_request, other, earlier)
    say(session, cast.ben_request, other, later, minutes=1)
    found = compiled(session, cast.program)
    assert dropped(found) == {first.id: ("later_word",)}
    assert len(found.problem.pins) + len(found.problem.bans) == 1


def test_the_later_of_two_pins_holds(session: Session, cast: Cast, other: Group) -> None:
    first = say(session, cast.ben_request, cast.group, PinKind.PIN)
    say(session, cast.ben_request, other, PinKind.PIN, minutes=1)
    found = compiled(session, cast.program)
    assert dropped(found) == {first.id: ("later_word",)}
    assert found.problem.pins == ((cast.ben_request.id, other.id),)


def test_a_pin_to_the_present_seat_holds(session: Session, cast: Cast) -> None:
    say(session, cast.ada_request, cast.group, PinKind.PIN)
    found = compiled(session, cast.program)
    assert found.problem.pins == ((cast.ada_request.id, cast.group.id),)


def test_a_ban_on_the_present_seat_takes_nothing_away(session: Session, cast: Cast) -> None:
    say(session, cast.ada_request, cast.group, PinKind.BAN)
    cast.ada_seat.state = SeatState.ON_HOLD
    found = compiled(session, cast.program)
    assert found.problem.bans == ()
    assert found.problem.pins == ((cast.ada_request.id, cast.group.id),)


def test_a_seat_that_only_a_person_may_change_outweighs_a_pin_elsewhere(
    session: Session, cast: Cast, other: Group
) -> None:
    say(session, cast.ada_request, other, PinKind.PIN)
    cast.ada.safety_flag_since = NOW
    found = compiled(session, cast.program)
    assert found.problem.pins == ((cast.ada_request.id, cast.group.id),)
    assert not found.stale_pins


def test_a_lifted_word_is_no_word(session: Session, cast: Cast, other: Group) -> None:
    say(session, cast.ben_request, other, PinKind.BAN).lifted_at = NOW
    assert compiled(session, cast.program).problem.bans == ()
