"""Two groups become one: who agrees goes over on the date, and nobody else is moved."""

from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch.database import Database
from groupmatch.errors import Conflict, Refused
from groupmatch.matching import compile_program
from groupmatch.records import (
    ApartPair,
    Availability,
    Group,
    GroupMerge,
    GroupSession,
    GroupStatus,
    MergeAnswer,
    MergeConsent,
    Participant,
    Presence,
    Program,
    Seat,
    SeatState,
    SessionState,
)
from groupmatch.services.groups import groups, merging
from groupmatch.services.seats import seats
from groupmatch.services.sessions import attendance, sessions
from groupmatch.services.sessions.attendance import Mark
from tests import cast as people
from tests.cast import EVENING, NOW, TODAY, TUESDAY, Cast, make_cast

#: A Monday.
ON = date(2026, 12, 7)


@pytest.fixture
def cast(database: Database, fixed_clock: time_machine.Traveller) -> Cast:
    """The cast on both engines, Ben beside Ada, and a group on Tuesdays that both could come to."""
    with database.transaction() as session:
        made = make_cast(session)
        people.seat(session, made.ben_request, made.group)
        noor = people.therapist(session, made.program, "Noor")
        hours = ((TUESDAY, EVENING, 60),)
        people.therapy_group(
            session, made.program, leaders=[noor], meetings=hours, name="Tuesdays", max_size=3
        )
        for person in (made.ada, made.ben):
            free = Availability(weekday=TUESDAY, start_minute=EVENING, end_minute=EVENING + 60)
            free.participant_id = person.id
            session.add(free)
    sessions.lay_out_due(database)
    return made


def tuesdays(session: Session) -> Group:
    return session.scalars(select(Group).where(Group.name == "Tuesdays")).one()


def propose(database: Database, cast: Cast, **changes: date) -> None:
    with database.transaction() as session:
        merging.propose_merge(
            session,
            session.get_one(Group, cast.group.id),
            tuesdays(session),
            on=changes.get("on", ON),
            reason="Too few come",
            by=cast.mara.id,
        )


def consent(session: Session, person: Participant) -> MergeConsent:
    query = select(MergeConsent).join(Seat).where(Seat.participant_id == person.id)
    return session.scalars(query).one()


def first_session(session: Session, cast: Cast) -> GroupSession:
    query = select(GroupSession).where(
        GroupSession.group_id == cast.group.id, GroupSession.on == date(2026, 11, 23)
    )
    return session.scalars(query).one()


def agree(database: Database, cast: Cast, person: Participant) -> None:
    with database.transaction() as session:
        merging.agree(session, consent(session, person), by=cast.mara.id)


def held(session: Session, person: Participant) -> Seat:
    query = select(Seat).where(Seat.participant_id == person.id, Seat.state != SeatState.ENDED)
    return session.scalars(query).one()


def test_a_proposal_moves_nobody(database: Database, cast: Cast) -> None:
    propose(database, cast)
    with database.read() as session:
        group = session.get_one(Group, cast.group.id)
        assert (group.status, group.ends_on) == (GroupStatus.ENDING, date(2026, 12, 6))
        assert consent(session, cast.ada).answer == MergeAnswer.ASKED
        assert {held(session, person).group_id for person in (cast.ada, cast.ben)} == {group.id}


def test_who_agrees_misses_no_week_and_comes_to_both_groups_in_none(
    database: Database, cast: Cast
) -> None:
    propose(database, cast)
    agree(database, cast, cast.ada)
    with database.read() as session:
        new, old = held(session, cast.ada), session.get_one(Seat, cast.ada_seat.id)
        assert (new.group_id, new.starts_on) == (tuesdays(session).id, date(2026, 12, 8))
        assert old.state == SeatState.ENDED
        assert old.ends_on is not None
        assert date(2026, 11, 30) <= old.ends_on < ON
        # Ben has said nothing, and nothing happened to his seat.
        assert held(session, cast.ben).group_id == cast.group.id


def test_who_declines_stays_until_the_end_and_is_then_displaced(
    database: Database, cast: Cast, fixed_clock: time_machine.Traveller
) -> None:
    propose(database, cast)
    agree(database, cast, cast.ada)
    with database.transaction() as session:
        merging.decline(session, consent(session, cast.ben), by=cast.mara.id)
    with database.read() as session:
        assert held(session, cast.ben).group_id == cast.group.id
        compiled = compile_program(session, cast.program, on=TODAY)
        displaced = {name for name, each in compiled.standings.items() if each.displaced}
    assert displaced == {cast.ben_request.id}
    fixed_clock.move_to(NOW + timedelta(days=15))
    with database.transaction() as session:
        groups.finish_ended_groups(session, session.get_one(Program, cast.program.id))
    with database.read() as session:
        assert held(session, cast.ada).group_id == tuesdays(session).id
        assert session.get_one(Group, cast.group.id).status == GroupStatus.ENDED


def test_attendance_stays_with_the_group_that_ended(
    database: Database, cast: Cast, fixed_clock: time_machine.Traveller
) -> None:
    """features.md 5: swaps that drop attendance."""
    fixed_clock.move_to(NOW + timedelta(days=2))
    with database.transaction() as session:
        meeting = first_session(session, cast)
        marks = [Mark(cast.ada.id, Presence.PRESENT)]
        attendance.record(session, meeting, marks, seen=0, by=None)
    propose(database, cast)
    agree(database, cast, cast.ada)
    with database.read() as session:
        [row] = first_session(session, cast).attendance
        assert (row.participant_id, row.seat_id) == (cast.ada.id, cast.ada_seat.id)


def test_two_who_must_not_meet_are_not_merged(database: Database, cast: Cast) -> None:
    with database.transaction() as session:
        eve = people.participant(session, cast.program, "Eve")
        people.seat(session, people.request(session, eve), tuesdays(session))
        first, second = sorted((cast.ada.id, eve.id))
        session.add(
            ApartPair(
                program_id=cast.program.id,
                first_id=first,
                second_id=second,
                kind="protective_order",
                created_at=NOW,
            )
        )
    propose(database, cast)
    with pytest.raises(Conflict, match="seat_impossible"):
        agree(database, cast, cast.ada)
    with database.read() as session:
        assert consent(session, cast.ada).answer == MergeAnswer.ASKED
        assert held(session, cast.ada).group_id == cast.group.id


def test_an_answer_is_written_down_once(database: Database, cast: Cast) -> None:
    propose(database, cast)
    agree(database, cast, cast.ada)
    with pytest.raises(Conflict, match="merge_answered"):
        agree(database, cast, cast.ada)


def test_a_group_without_room_for_all_members_is_refused(database: Database, cast: Cast) -> None:
    with database.transaction() as session:
        for name in ("Eve", "Gus"):
            person = people.participant(session, cast.program, name)
            people.seat(session, people.request(session, person), tuesdays(session))
    with pytest.raises(Refused, match="merge_too_large") as refusal:
        propose(database, cast)
    assert refusal.value.facts == {"members": 2, "free": 1}
    with database.read() as session:
        assert session.get_one(Group, cast.group.id).status == GroupStatus.RUNNING


def test_room_is_kept_for_members_who_have_not_answered(database: Database, cast: Cast) -> None:
    propose(database, cast)
    with database.transaction() as session:
        compiled = compile_program(session, session.get_one(Program, cast.program.id), on=TODAY)
        (held,) = (
            each["held_seats"]
            for each in compiled.document["groups"]
            if each["id"] == tuesdays(session).id
        )
        assert (held, seats.free_seats(session, tuesdays(session), ON)) == (2, 1)
        merging.agree(session, consent(session, cast.ada), by=cast.mara.id)
        merging.decline(session, consent(session, cast.ben), by=cast.mara.id)
        assert seats.free_seats(session, tuesdays(session), ON) == 2


def test_groups_that_are_not_alike_are_not_merged(database: Database, cast: Cast) -> None:
    with database.transaction() as session:
        tuesdays(session).level_code = "iop-adult"
    with pytest.raises(Refused, match="merge_unlike"):
        propose(database, cast)


def test_a_merge_lies_ahead_and_both_groups_run(database: Database, cast: Cast) -> None:
    with pytest.raises(Refused, match="merge_date_past"):
        propose(database, cast, on=TODAY)
    propose(database, cast)
    with pytest.raises(Conflict, match="group_not_running"):
        propose(database, cast)


def call_off(database: Database, cast: Cast) -> None:
    with database.transaction() as session:
        newest = select(GroupMerge).order_by(GroupMerge.created_at.desc()).limit(1)
        merge = session.scalars(newest).one()
        merging.call_off(session, merge, by=cast.mara.id, reason="enough come again")


def test_a_merge_that_is_called_off_leaves_everything_as_it_was(
    database: Database, cast: Cast
) -> None:
    propose(database, cast)
    agree(database, cast, cast.ada)
    call_off(database, cast)
    with database.read() as session:
        group = session.get_one(Group, cast.group.id)
        assert (group.status, group.ends_on) == (GroupStatus.RUNNING, None)
        assert merging.merge_of(session, group) is None
        assert held(session, cast.ada).id == cast.ada_seat.id
        assert held(session, cast.ada).ends_on is None
        assert {held(session, person).group_id for person in (cast.ada, cast.ben)} == {group.id}
        coming = select(GroupSession.state).where(GroupSession.group_id == group.id)
        assert set(session.scalars(coming)) == {SessionState.SCHEDULED}


def test_who_has_another_seat_by_now_keeps_it(database: Database, cast: Cast) -> None:
    propose(database, cast)
    agree(database, cast, cast.ada)
    with database.transaction() as session:
        third = people.therapy_group(session, cast.program, leaders=[cast.cleo], name="Third")
        seats.move(session, held(session, cast.ada), third, starts_on=ON, by=cast.mara.id)
    call_off(database, cast)
    with database.read() as session:
        assert held(session, cast.ada).group.name == "Third"


def test_a_merge_is_called_off_once_and_before_its_date(
    database: Database, cast: Cast, fixed_clock: time_machine.Traveller
) -> None:
    propose(database, cast)
    call_off(database, cast)
    with pytest.raises(Conflict, match="merge_over"):
        call_off(database, cast)
    with pytest.raises(Conflict, match="merge_over"):
        agree(database, cast, cast.ada)
    propose(database, cast)
    fixed_clock.move_to(NOW + timedelta(days=15))
    with pytest.raises(Conflict, match="merge_over"):
        call_off(database, cast)


def test_it_is_not_called_off_where_a_former_seat_cannot_be_given_back(
    database: Database, cast: Cast
) -> None:
    """Meanwhile the group was made smaller, to those who are left in it."""
    propose(database, cast)
    agree(database, cast, cast.ada)
    with database.transaction() as session:
        group = session.get_one(Group, cast.group.id)
        groups.edit_group(session, group, max_size=1, by=cast.mara.id)
    with pytest.raises(Conflict, match="merge_call_off_blocked"):
        call_off(database, cast)
    with database.read() as session:
        assert held(session, cast.ada).group_id == tuesdays(session).id
        assert session.get_one(Group, cast.group.id).status == GroupStatus.ENDING
