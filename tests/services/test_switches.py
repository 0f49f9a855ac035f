"""A member asks to switch; the old seat stands until a new one is published."""

from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch.database import Database
from groupmatch.errors import Conflict, Refused
from groupmatch.records import (
    AuditEntry,
    EndReason,
    Group,
    OutboxMail,
    Seat,
    SeatState,
    SwitchKind,
    SwitchReason,
    SwitchRequest,
    SwitchState,
    Task,
    TaskKind,
)
from groupmatch.services import locks
from groupmatch.services.seats import seats
from groupmatch.services.switching import switches
from tests import cast
from tests.cast import NOW, TODAY, Cast


def ask(
    session: Session, people: Cast, reason: SwitchReason = SwitchReason.SCHEDULE
) -> SwitchRequest:
    return switches.request_switch(
        session,
        people.ada_seat,
        kind=SwitchKind.TIME,
        reason=reason,
        note=" Mondays are hard now. ",
        by=None,
    )


def test_an_ask_leaves_the_seat_as_it_is(session: Session) -> None:
    people = cast.make_cast(session)
    switch = ask(session, people)
    assert (switch.state, switch.note) == (SwitchState.ASKED, "Mondays are hard now.")
    assert people.ada_seat.state == SeatState.ACTIVE
    assert switches.latest_switch(session, people.ada_seat) is switch


def test_one_ask_at_a_time_is_open(session: Session) -> None:
    people = cast.make_cast(session)
    ask(session, people)
    with pytest.raises(Conflict) as caught:
        ask(session, people)
    assert caught.value.code == "switch_open"


def test_after_a_decision_the_member_may_ask_again_in_time(
    session: Session, fixed_clock: time_machine.Traveller
) -> None:
    people = cast.make_cast(session)
    first = ask(session, people)
    switches.decline(session, first, reason="No group at that hour yet.", by=people.mara.id)
    fixed_clock.move_to(NOW + timedelta(weeks=8))
    second = ask(session, people)
    assert switches.open_switch(session, people.ada_seat) is second


def test_who_has_no_seat_any_more_cannot_ask_to_leave_it(session: Session) -> None:
    people = cast.make_cast(session)
    seats.end_seat(session, people.ada_seat, last_on=TODAY, reason=EndReason.BY_HAND, by=None)
    with pytest.raises(Conflict) as caught:
        ask(session, people)
    assert caught.value.code == "seat_over"


def test_an_ask_for_safety_calls_a_person_at_once(session: Session) -> None:
    people = cast.make_cast(session)
    switch = ask(session, people, SwitchReason.SAFETY)
    [task] = session.scalars(select(Task))
    assert (task.kind, task.participant_id, task.done_at) == (TaskKind.SAFETY, people.ada.id, None)
    assert (task.note, task.due_on) == (switch.note, TODAY)


def test_other_reasons_call_nobody(session: Session) -> None:
    people = cast.make_cast(session)
    ask(session, people, SwitchReason.CLINICAL)
    assert session.scalars(select(Task)).all() == []


def test_a_decision_names_its_author_and_its_reason(session: Session) -> None:
    people = cast.make_cast(session)
    switch = ask(session, people)
    switches.leave_to_tonight(session, switch, by=people.mara.id)
    assert (switch.state, switch.decided_at) == (SwitchState.TONIGHT, None)
    switches.decline(session, switch, reason="No group at that hour yet.", by=people.ines.id)
    assert (switch.state, switch.decided_by_id) == (SwitchState.DECLINED, people.ines.id)
    entries = session.scalars(
        select(AuditEntry).where(AuditEntry.subject_id == switch.id).order_by(AuditEntry.at)
    ).all()
    assert {(entry.act, entry.actor_id, entry.reason) for entry in entries} == {
        ("switch.asked", None, ""),
        ("switch.left_to_tonight", people.mara.id, ""),
        ("switch.declined", people.ines.id, "No group at that hour yet."),
    }


def test_nobody_is_declined_without_a_reason(session: Session) -> None:
    people = cast.make_cast(session)
    switch = ask(session, people)
    with pytest.raises(Refused) as caught:
        switches.decline(session, switch, reason="  ", by=people.mara.id)
    assert caught.value.code == "reason_missing"
    assert switch.state == SwitchState.ASKED


@pytest.mark.parametrize("decide", [switches.leave_to_tonight, switches.withdraw])
def test_a_decision_is_made_once(session: Session, decide: object) -> None:
    people = cast.make_cast(session)
    switch = ask(session, people)
    switches.withdraw(session, switch, by=None)
    with pytest.raises(Conflict) as caught:
        decide(session, switch, by=people.mara.id)  # type: ignore[operator]
    assert caught.value.code == "switch_over"


def test_nobody_takes_an_ask_back_while_a_person_grants_it(database: Database) -> None:
    with database.transaction() as session:
        people = cast.make_cast(session)
        switch_id = ask(session, people).id
        other = cast.therapy_group(session, people.program, leaders=[people.cleo])
    with ThreadPoolExecutor(1) as pool:
        with database.transaction() as session:
            locks.hold_program(session, people.program.id)
            withdrawn = pool.submit(_withdraw, database, switch_id)
            assert not wait([withdrawn], timeout=0.5).done
            seat = session.get_one(Seat, people.ada_seat.id)
            seats.move(session, seat, session.get_one(Group, other.id), starts_on=TODAY, by=None)
        with pytest.raises(Conflict, match="switch_over"):
            withdrawn.result()


def _withdraw(database: Database, switch_id: str) -> None:
    with database.transaction() as session:
        switches.withdraw(session, session.get_one(SwitchRequest, switch_id), by=None)


def test_the_mail_about_a_decision_tells_nothing_of_it(session: Session) -> None:
    people = cast.make_cast(session)
    switches.decline(session, ask(session, people), reason="Not yet.", by=people.mara.id)
    [mail] = session.scalars(select(OutboxMail))
    assert (mail.template, mail.recipient, mail.facts) == ("switch_decided", "ada@example.org", {})


def test_a_seat_that_ends_takes_its_open_ask_along(session: Session) -> None:
    people = cast.make_cast(session)
    switch = ask(session, people)
    seats.end_seat(
        session, people.ada_seat, last_on=TODAY, reason=EndReason.WITHDREW, by=people.mara.id
    )
    assert switch.state == SwitchState.WITHDRAWN
