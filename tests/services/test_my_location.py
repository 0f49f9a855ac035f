"""Participants confirm themselves where they are; who moved is matched no more, and is called."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch.database import Database
from groupmatch.errors import NotAllowed
from groupmatch.matching.care import care
from groupmatch.records import AuditEntry, GateKind, SeatState, Task, TaskKind
from groupmatch.services.care import gates
from groupmatch.services.participants.my_location import confirm_my_location, region_to_confirm
from tests.cast import NOW, TODAY, Cast, make_cast


def closed(session: Session, cast: Cast) -> tuple[str, ...]:
    session.flush()
    return gates.closed_gates(session, [cast.ada], TODAY).get(cast.ada.id, ())


def test_it_is_asked_some_weeks_before_it_lapses(
    database: Database, fixed_clock: time_machine.Traveller
) -> None:
    with database.transaction() as session:
        cast = make_cast(session)
        confirm_my_location(session, cast.ada, there=True, by=None)
        session.flush()
        ahead = care().location_days - care().location_ask_days_ahead
        fixed_clock.move_to(NOW + timedelta(days=ahead))
        assert region_to_confirm(session, cast.ada) is None
        fixed_clock.move_to(NOW + timedelta(days=ahead + 1))
        assert region_to_confirm(session, cast.ada) == "New York"
        confirm_my_location(session, cast.ada, there=True, by=None)
        assert region_to_confirm(session, cast.ada) is None


def test_it_is_asked_when_the_record_changed(session: Session, cast: Cast) -> None:
    confirm_my_location(session, cast.ada, there=True, by=None)
    cast.ada.region = "NJ"
    assert region_to_confirm(session, cast.ada) == "New Jersey"
    assert closed(session, cast) == (GateKind.LOCATION,)
    confirm_my_location(session, cast.ada, there=True, by=None)
    assert closed(session, cast) == ()


def test_who_is_elsewhere_keeps_the_seat_and_is_called(session: Session, cast: Cast) -> None:
    confirm_my_location(session, cast.ada, there=False, by=None)
    assert closed(session, cast) == (GateKind.LOCATION,)
    assert cast.ada_seat.state == SeatState.ACTIVE
    [task] = session.scalars(select(Task))
    assert (task.kind, task.participant_id) == (TaskKind.CALL, cast.ada.id)


def test_their_word_is_audited_as_theirs(session: Session, cast: Cast) -> None:
    confirm_my_location(session, cast.ada, there=True, by=cast.mara.id)
    entry = session.scalars(select(AuditEntry).filter_by(act="gate.cleared")).one()
    assert (entry.actor_id, entry.after["gate"]) == (cast.mara.id, GateKind.LOCATION)


def test_the_other_gates_are_not_theirs_to_open(session: Session, cast: Cast) -> None:
    with pytest.raises(NotAllowed, match="not_your_decision"):
        gates.clear_gate(session, cast.ada, GateKind.CONSENT, by=cast.dov_staff.id)
