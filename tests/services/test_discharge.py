"""Leaving care and coming back: every seat ends by choice, and its history stays."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch.database import Database
from groupmatch.errors import Conflict, Refused
from groupmatch.records import (
    AuditEntry,
    EndReason,
    ParticipantStatus,
    RequestStatus,
    Seat,
    SeatState,
)
from groupmatch.services.care import discharge, gates
from groupmatch.services.participants import people
from groupmatch.services.participants.my_care import my_care
from groupmatch.services.seats import seats
from tests import cast as make
from tests.cast import NOW, TODAY, Cast, make_cast
from tests.matching.compiling import compiled

pytestmark = pytest.mark.usefixtures("fixed_clock")

DAY = timedelta(days=1)
LAST = TODAY + timedelta(days=8)


def leave(session: Session, cast: Cast, last_dates: discharge.LastDates) -> None:
    discharge.discharge_participant(
        session, cast.ada, last_dates=last_dates, by=cast.mara.id, reason="completed"
    )


def test_a_discharge_ends_seats_and_closes_requests(database: Database) -> None:
    with database.transaction() as session:
        cast = make_cast(session)
        leave(session, cast, {cast.ada_seat.id: TODAY})
        discharge.discharge_participant(
            session, cast.ben, last_dates={}, by=cast.mara.id, reason="moved away"
        )
        assert cast.ada_seat.state == SeatState.ENDED
        assert cast.ada_seat.end_reason == EndReason.DISCHARGED
        assert cast.ada_request.status == RequestStatus.CLOSED
        assert cast.ben_request.status == RequestStatus.CLOSED
        assert cast.ben.status == ParticipantStatus.DISCHARGED
        with pytest.raises(Conflict, match="already_discharged"):
            leave(session, cast, {})


def test_a_discharge_ends_no_seat_that_nobody_chose_to_end(database: Database) -> None:
    with database.transaction() as session:
        cast = make_cast(session)
        with pytest.raises(Conflict, match="seats_unchosen"):
            leave(session, cast, {})
        leave(session, cast, {cast.ada_seat.id: None})
        assert cast.ada.status == ParticipantStatus.DISCHARGED
        assert (cast.ada_seat.state, cast.ada_seat.ends_on) == (SeatState.ACTIVE, None)
        assert cast.ada_request.status == RequestStatus.OPEN
        # Nor does the night move it, or give it away.
        assert compiled(session, cast.program).standings[cast.ada_request.id].fixed
        assert discharge.finish_leaving(session, cast.program) == 0


def test_a_seat_ends_after_its_last_agreed_session(database: Database) -> None:
    with database.transaction() as session:
        cast = make_cast(session)
        leave(session, cast, {cast.ada_seat.id: LAST})
        assert (cast.ada_seat.state, cast.ada_seat.ends_on) == (SeatState.ACTIVE, LAST)
        coming = my_care(session, cast.ada, now=NOW, weeks=4).sessions
        assert [each.starts_at.date() for each in coming] == [TODAY + DAY, TODAY + 8 * DAY]
        assert discharge.finish_leaving(session, cast.program) == 0
        cast.ada_seat.ends_on = TODAY - DAY
        session.flush()
        assert discharge.finish_leaving(session, cast.program) == 1
        assert (cast.ada_seat.state, cast.ada_seat.ends_on) == (SeatState.ENDED, TODAY - DAY)
        assert cast.ada_seat.end_reason == EndReason.DISCHARGED
        assert cast.ada_request.status == RequestStatus.CLOSED


def test_a_date_that_is_over_is_no_last_date(session: Session, cast: Cast) -> None:
    with pytest.raises(Refused, match="last_day_past"):
        leave(session, cast, {cast.ada_seat.id: TODAY - DAY})


def test_nobody_loses_a_seat_for_a_safety_flag(session: Session, cast: Cast) -> None:
    people.set_safety_flag(session, cast.ada, raised=True, by=cast.mara.id, reason="call notes")
    for last_on in (TODAY, LAST, None):
        with pytest.raises(Conflict, match="safety_flag"):
            leave(session, cast, {cast.ada_seat.id: last_on})
    with pytest.raises(Conflict, match="safety_flag"):
        discharge.set_last_dates(
            session, cast.ada, {cast.ada_seat.id: LAST}, by=cast.mara.id, reason="step down"
        )
    cast.ada_seat.ends_on = TODAY - DAY
    session.flush()
    assert discharge.finish_leaving(session, cast.program) == 0
    assert cast.ada_seat.state == SeatState.ACTIVE


def test_a_step_leaves_the_person_in_care_with_the_seats_that_stay(database: Database) -> None:
    with database.transaction() as session:
        cast = make_cast(session)
        other = make.therapy_group(session, cast.program, leaders=[cast.cleo])
        second = make.seat(session, make.request(session, cast.ada), other)
        discharge.set_last_dates(
            session,
            cast.ada,
            {cast.ada_seat.id: TODAY, second.id: None},
            by=cast.mara.id,
            reason="step up to intensive care",
        )
        assert cast.ada.status == ParticipantStatus.ACTIVE
        assert cast.ada_seat.end_reason == EndReason.COMPLETED
        assert (second.state, second.ends_on) == (SeatState.ACTIVE, None)


def test_who_comes_back_has_a_new_request_and_seat_beside_the_former(database: Database) -> None:
    with database.transaction() as session:
        cast = make_cast(session)
        with pytest.raises(Conflict, match="not_discharged"):
            discharge.readmit_participant(session, cast.ada, by=cast.mara.id, reason="again")
        leave(session, cast, {cast.ada_seat.id: TODAY})
        discharge.readmit_participant(session, cast.ada, by=cast.mara.id, reason="relapse")
        assert cast.ada.status == ParticipantStatus.ACTIVE
        # A clinician decides anew; the consents that were given still hold.
        assert gates.closed_gates(session, [cast.ada], TODAY) == {
            cast.ada.id: ("level_of_care", "location")
        }
        again = make.request(session, cast.ada)
        taken = seats.take(session, again, cast.group, starts_on=TODAY + DAY, by=cast.mara.id)
        held = session.scalars(select(Seat).filter_by(participant_id=cast.ada.id)).all()
        assert {each.id for each in held} == {cast.ada_seat.id, taken.id}
        assert (cast.ada_seat.state, cast.ada_request.status) == ("ended", "closed")
        acts = session.scalars(select(AuditEntry.act).filter_by(subject_id=cast.ada.id)).all()
        assert {"participant.discharged", "participant.readmitted"} <= set(acts)
