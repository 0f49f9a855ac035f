"""Granting a switch now, alone or as a cycle, and taking it back."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch.database import Database
from groupmatch.errors import Conflict, Refused
from groupmatch.matching import Step
from groupmatch.records import (
    AuditEntry,
    EndReason,
    Group,
    Seat,
    SeatState,
    SwitchReason,
    SwitchRequest,
    SwitchState,
)
from groupmatch.services.participants import people as caring
from groupmatch.services.seats import seats
from groupmatch.services.switching import switch_undo, switches
from groupmatch.services.switching.switch_approval import approve
from groupmatch.services.switching.switch_options import (
    SwitchOption,
    footing,
    options,
)
from tests import cast
from tests.cast import WEDNESDAY, Cast
from tests.services.drafting import seats_of
from tests.services.switching import Full, ask, full, solved

Clock = time_machine.Traveller
#: A Tuesday: Eve's group met yesterday, Finn's meets tomorrow.
TUESDAY_NOON = datetime(2026, 11, 24, 12, tzinfo=ZoneInfo("America/New_York"))


@pytest.fixture
def writing(database: Database, fixed_clock: Clock) -> Iterator[Session]:
    """A write transaction on each database."""
    fixed_clock.move_to(TUESDAY_NOON)
    with database.session(write=True) as session:
        yield session


def room(session: Session, people: Cast) -> Group:
    """A group on Wednesday afternoons that has seats."""
    leader = cast.therapist(session, people.program)
    return cast.therapy_group(
        session, people.program, leaders=[leader], meetings=((WEDNESDAY, 900, 60),)
    )


def cycle(session: Session, there: Full) -> tuple[SwitchRequest, SwitchRequest, SwitchOption]:
    """Finn's ask, Eve's later one, and the option to trade places."""
    first = ask(session, there.finn)
    run = solved(session, there.people.program)
    switch = ask(session, there.eve)
    [option] = options(session, switch, run)
    return first, switch, option


def grant(session: Session, switch: SwitchRequest, option: SwitchOption) -> list[Seat]:
    return approve(session, switch, option.steps, seal=option.seal, by=None)


def test_an_open_seat_is_given_at_once_and_no_week_is_missed(writing: Session) -> None:
    there = full(writing)
    group = room(writing, there.people)
    switch = ask(writing, there.eve)
    [option] = options(writing, switch)
    [new] = grant(writing, switch, option)
    assert (new.group, new.starts_on) == (group, date(2026, 12, 2))
    assert (there.eve.state, there.eve.end_reason) == (SeatState.ENDED, EndReason.SWITCHED)
    assert (switch.state, option.dates.starts_on) == (SwitchState.GRANTED, new.starts_on)


def test_a_cycle_of_full_groups_is_carried_out_as_one(writing: Session) -> None:
    there = full(writing)
    first, switch, option = cycle(writing, there)
    new = grant(writing, switch, option)
    assert [(seat.participant, seat.group) for seat in new] == [
        (there.eve.participant, there.wednesdays),
        (there.finn.participant, there.mondays),
    ]
    assert [seat.starts_on for seat in new] == [date(2026, 12, 2), date(2026, 11, 30)]
    assert (there.eve.ends_on, there.finn.ends_on) == (date(2026, 11, 24), date(2026, 11, 25))
    assert first.state == switch.state == SwitchState.GRANTED
    for group in (there.mondays, there.wednesdays):
        assert seats.free_seats(writing, group, date(2026, 12, 7)) == 0


@pytest.mark.parametrize("change", ["hour", "seat", "made up", "nothing"])
def test_what_is_not_what_was_shown_is_refused_whole(writing: Session, change: str) -> None:
    there = full(writing)
    _, switch, option = cycle(writing, there)
    steps, seal = option.steps, option.seal
    if change == "hour":
        there.mondays.meetings[0].start_minute = 660
    elif change == "seat":
        seats.end_seat(
            writing, there.finn, last_on=date(2026, 11, 24), reason=EndReason.COMPLETED, by=None
        )
    elif change == "made up":
        steps = (*steps[:1], Step("nobody", steps[1].group_id))
    else:
        steps = ()
    writing.flush()
    _refused(writing, switch, steps, seal, "option_changed")
    assert there.eve.state == SeatState.ACTIVE


def _refused(
    session: Session, switch: SwitchRequest, steps: Sequence[Step], seal: str, code: str
) -> Conflict:
    with pytest.raises(Conflict) as caught, session.begin_nested():
        approve(session, switch, tuple(steps), seal=seal, by=None)
    assert caught.value.code == code
    session.expire_all()
    return caught.value


def test_a_seat_that_somebody_else_took_is_told_as_the_reason(writing: Session) -> None:
    there = full(writing)
    group = room(writing, there.people)
    switch = ask(writing, there.eve)
    [option] = options(writing, switch)
    group.max_size = 1
    cast.seat(writing, there.people.ben_request, group)
    refusal = _refused(writing, switch, option.steps, option.seal, "option_changed")
    assert "capacity" in {item["rule"] for item in refusal.facts["refusal"]}  # type: ignore[attr-defined]


def test_a_settled_member_is_moved_by_nobodys_switch(writing: Session) -> None:
    there = full(writing)
    first, switch, option = cycle(writing, there)
    there.people.program.max_moves = None
    switches.withdraw(writing, first, by=None)
    refusal = _refused(writing, switch, option.steps, option.seal, "option_changed")
    [item] = refusal.facts["refusal"]  # type: ignore[misc]
    assert (item["code"], item["fact"], item["who"]) == ("changed", "kind", "Finn Finnson")


def test_nobody_with_a_safety_flag_is_moved_by_a_chain(writing: Session) -> None:
    there = full(writing)
    _, switch, option = cycle(writing, there)
    caring.set_safety_flag(
        writing, there.finn.participant, raised=True, by=None, reason="PHQ-9 item 9"
    )
    refusal = _refused(writing, switch, option.steps, option.seal, "option_changed")
    assert [item["code"] for item in refusal.facts["refusal"]] == ["kept"]  # type: ignore[attr-defined]


def test_a_coordinator_who_has_talked_may_grant_an_ask_for_safety(writing: Session) -> None:
    there = full(writing)
    room(writing, there.people)
    switch = ask(writing, there.eve)
    switch.reason = SwitchReason.SAFETY
    [option] = options(writing, switch)
    [new] = grant(writing, switch, option)
    assert new.participant is there.eve.participant


def test_what_is_decided_is_not_granted(writing: Session) -> None:
    there = full(writing)
    _, switch, option = cycle(writing, there)
    switches.withdraw(writing, switch, by=None)
    _refused(writing, switch, option.steps, option.seal, "switch_over")


def test_a_granted_cycle_is_taken_back_as_it_was(writing: Session) -> None:
    there = full(writing)
    first, switch, option = cycle(writing, there)
    new = grant(writing, switch, option)
    assert switch_undo.can_undo(writing, switch)
    switch_undo.undo(writing, switch, reason="Finn called: not yet.", by=there.people.mara.id)
    for seat in (there.eve, there.finn):
        assert (seat.state, seat.ends_on, seat.end_reason) == (SeatState.ACTIVE, None, None)
        assert len(seats_of(writing, seat.request)) == 2
    assert {(seat.state, seat.end_reason) for seat in new} == {(SeatState.ENDED, EndReason.UNDONE)}
    assert first.state == switch.state == SwitchState.TONIGHT
    undone = select(AuditEntry.reason).where(AuditEntry.act == "switch.undone")
    assert writing.scalars(undone).all() == ["Finn called: not yet."] * 2

    assert options(writing, switch) == []


@pytest.mark.parametrize(
    ("moment", "possible"),
    [(TUESDAY_NOON + timedelta(days=5), True), (TUESDAY_NOON + timedelta(days=7), False)],
)
def test_what_has_met_is_not_taken_back(
    writing: Session, fixed_clock: Clock, moment: datetime, possible: bool
) -> None:
    there = full(writing)
    _, switch, option = cycle(writing, there)
    grant(writing, switch, option)
    fixed_clock.move_to(moment)
    # Finn's first session on Mondays is on November 30.
    assert switch_undo.can_undo(writing, switch) is possible
    if not possible:
        with pytest.raises(Conflict) as caught:
            switch_undo.undo(writing, switch, reason="Too late.", by=None)
        assert caught.value.code == "switch_undo_late"


def test_a_former_seat_that_somebody_else_has_is_not_taken_back(writing: Session) -> None:
    there = full(writing)
    room(writing, there.people)
    switch = ask(writing, there.eve)
    [option] = options(writing, switch)
    [new] = grant(writing, switch, option)
    cast.seat(writing, there.people.ben_request, there.mondays)
    with pytest.raises(Conflict) as caught, writing.begin_nested():
        switch_undo.undo(writing, switch, reason="Eve called.", by=None)
    assert caught.value.code == "switch_undo_blocked"
    assert {item["rule"] for item in caught.value.facts["refusal"]} == {"capacity"}  # type: ignore[attr-defined]
    writing.expire_all()
    assert (new.state, there.eve.state) == (SeatState.ACTIVE, SeatState.ENDED)


def test_nothing_is_taken_back_without_a_reason_or_twice(writing: Session) -> None:
    there = full(writing)
    _, switch, option = cycle(writing, there)
    grant(writing, switch, option)
    with pytest.raises(Refused):
        switch_undo.undo(writing, switch, reason=" ", by=None)
    switch_undo.undo(writing, switch, reason="Not yet.", by=None)
    with pytest.raises(Conflict) as caught:
        switch_undo.undo(writing, switch, reason="Not yet.", by=None)
    assert caught.value.code == "switch_not_granted"


def test_of_two_coordinators_who_grant_crossing_asks_one_is_told(
    database: Database, fixed_clock: Clock
) -> None:
    fixed_clock.move_to(TUESDAY_NOON)
    with database.transaction() as session:
        there = full(session)
        first, switch, option = cycle(session, there)
        back = (option.steps[1], option.steps[0])
        asks = [(switch.id, option.steps, option.seal)]
        asks.append((first.id, back, footing(session, back).seal(back)))

    def grant_it(asked: tuple[str, tuple[Step, ...], str]) -> str:
        try:
            with database.transaction() as session:
                asked_for = session.get_one(SwitchRequest, asked[0])
                approve(session, asked_for, asked[1], seal=asked[2], by=None)
        except Conflict as conflict:
            return conflict.code
        return "granted"

    with ThreadPoolExecutor(2) as both:
        told = sorted(both.map(grant_it, asks))
    assert told == ["granted", "switch_over"]
    with database.read() as session:
        held = select(Seat.participant_id, Seat.group_id).where(Seat.state != SeatState.ENDED)
        seats_now = {(person, group) for person, group in session.execute(held)}
        assert (there.eve.participant_id, there.wednesdays.id) in seats_now
        assert (there.finn.participant_id, there.mondays.id) in seats_now
