"""Groups: created, edited, closed, ended."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch.database import Database
from groupmatch.errors import Conflict, Refused
from groupmatch.records import (
    Admission,
    AuditEntry,
    EndReason,
    Group,
    GroupKind,
    GroupStatus,
    RequestStatus,
    SeatState,
)
from groupmatch.services.groups import groups
from groupmatch.services.groups.group_parts import parts_of
from groupmatch.services.groups.groups import Limit, MeetingTime
from groupmatch.services.offers import offering
from groupmatch.services.seats import seats
from tests import cast as people
from tests.cast import EVENING, FRIDAY, MONDAY, SUNDAY, TODAY, WEDNESDAY, Cast, make_cast

_FIELDS = {
    "name": "Evening track",
    "topic_code": "dbt-skills",
    "level_code": "iop-adult",
    "timezone": "America/New_York",
    "min_size": 4,
    "max_size": 12,
}
_TRACK = [MeetingTime(day, EVENING, 180) for day in (FRIDAY, MONDAY, WEDNESDAY)]


def test_a_track_is_one_group_with_several_meetings(database: Database) -> None:
    with database.transaction() as session:
        cast = make_cast(session)
        noor = people.therapist(session, cast.program, "Noor")
        made = groups.create_group(
            session,
            cast.program,
            meetings=_TRACK,
            leaders=[noor.id, cast.cleo.id],
            limits=[Limit("primary_condition", "bpd", 2)],
            entries=[date(2026, 12, 7)],
            admission=Admission.GATED,
            by=cast.mara.id,
            **_FIELDS,
        )
    with database.read() as session:
        stored = session.get_one(Group, made.id)
        assert [meeting.weekday for meeting in stored.meetings] == [MONDAY, WEDNESDAY, FRIDAY]
        assert parts_of(stored).leaders == [noor.id, cast.cleo.id]
        assert stored.limits[0].max_members == 2
        assert stored.entries[0].entry_on == date(2026, 12, 7)


def test_an_edit_replaces_parts_as_a_whole_and_keeps_the_members(database: Database) -> None:
    with database.transaction() as session:
        cast = make_cast(session)
        noor = people.therapist(session, cast.program, "Noor")
        assert groups.edit_group(
            session,
            cast.group,
            max_size=10,
            meetings=[MeetingTime(MONDAY, EVENING, 60), MeetingTime(FRIDAY, EVENING, 60)],
            leaders=[noor.id, cast.cleo.id],
            by=cast.mara.id,
        )
        seat = cast.ada_seat
    with database.read() as session:
        stored = session.get_one(Group, cast.group.id)
        assert stored.max_size == 10
        assert [meeting.weekday for meeting in stored.meetings] == [MONDAY, FRIDAY]
        assert parts_of(stored).leaders == [noor.id, cast.cleo.id]
        assert seat.state == SeatState.ACTIVE


def test_an_edit_that_changes_nothing_leaves_no_trace(session: Session, cast: Cast) -> None:
    meetings = [MeetingTime(MONDAY, EVENING, 60)]
    assert not groups.edit_group(
        session, cast.group, by=cast.mara.id, max_size=8, meetings=meetings
    )
    assert session.scalars(select(AuditEntry)).all() == []


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        ({"name": ""}, "name_missing"),
        ({"timezone": "EST"}, None),
        ({"timezone": "New York"}, "unknown_zone"),
        ({"topic_code": "tarot"}, "unknown_topic"),
        ({"level_code": "spa"}, "unknown_level"),
        ({"type_code": "circle"}, "unknown_group_type"),
        ({"min_size": 9}, "sizes_out_of_range"),
        ({"held_seats": 9}, "sizes_out_of_range"),
        ({"status": GroupStatus.PROPOSED, "min_size": 0}, "sizes_out_of_range"),
        ({"kind": GroupKind.INDIVIDUAL}, "one_seat_only"),
        ({"open_cost": -1}, "open_cost_negative"),
        ({"starts_on": TODAY, "ends_on": TODAY - timedelta(days=1)}, "dates_backward"),
        ({"meetings": []}, "no_meetings"),
        ({"meetings": [MeetingTime(7, 0, 60)]}, "meeting_out_of_range"),
        ({"meetings": [MeetingTime(0, 600, 60), MeetingTime(0, 630, 60)]}, "meetings_overlap"),
        ({"meetings": [MeetingTime(SUNDAY, 1410, 60), MeetingTime(0, 0, 30)]}, "meetings_overlap"),
        ({"leaders": []}, "no_leader"),
        ({"leaders": ["nobody"]}, "unknown_leader"),
        ({"limits": [Limit("primary_condition", "bpd", -1)]}, "limit_negative"),
    ],
)
def test_a_group_that_cannot_meet_is_refused(
    session: Session, cast: Cast, edit: dict[str, Any], code: str | None
) -> None:
    if code is None:
        assert groups.edit_group(session, cast.group, by=cast.mara.id, **edit)
        return
    with pytest.raises(Refused, match=code):
        groups.edit_group(session, cast.group, by=cast.mara.id, **edit)


def test_a_therapist_of_another_program_leads_nothing_here(session: Session, cast: Cast) -> None:
    stranger = people.therapist(session, cast.other_program, "Sol")
    with pytest.raises(Refused, match="unknown_leader"):
        groups.edit_group(session, cast.group, by=cast.mara.id, leaders=[stranger.id])


def test_a_group_that_has_members_is_no_proposal_again(database: Database) -> None:
    with database.transaction() as session:
        cast = make_cast(session)
        empty = people.therapy_group(session, cast.program, leaders=[cast.cleo])
        with pytest.raises(Refused, match="group_awaited"):
            groups.edit_group(session, cast.group, status=GroupStatus.PROPOSED, by=cast.mara.id)
        groups.edit_group(session, empty, status=GroupStatus.PROPOSED, by=cast.mara.id)
        offering.offer_seat(session, cast.program, cast.ben_request, cast.group, by=None)
        seats.end_seat(session, cast.ada_seat, last_on=TODAY, reason=EndReason.WITHDREW, by=None)
        with pytest.raises(Refused, match="group_awaited"):
            groups.edit_group(session, cast.group, status=GroupStatus.PROPOSED, by=cast.mara.id)


def test_closing_to_newcomers_keeps_who_is_in(session: Session, cast: Cast) -> None:
    groups.close_to_newcomers(session, cast.group, by=cast.mara.id)
    assert cast.group.admission == Admission.CLOSED
    assert cast.ada_seat.state == SeatState.ACTIVE


def test_an_ending_group_keeps_its_members_through_its_last_date(
    session: Session, cast: Cast, fixed_clock: time_machine.Traveller
) -> None:
    monday = TODAY + timedelta(days=1)
    groups.end_group(session, cast.group, last_on=monday, by=cast.mara.id, reason="lease")
    assert groups.finish_ended_groups(session, cast.program) == 0
    assert (cast.group.status, cast.ada_seat.state) == (GroupStatus.ENDING, SeatState.ACTIVE)
    fixed_clock.shift(timedelta(days=2))
    assert groups.finish_ended_groups(session, cast.program) == 1
    assert (cast.group.status, cast.ada_seat.state) == (GroupStatus.ENDED, SeatState.ENDED)
    assert (cast.ada_seat.ends_on, cast.ada_seat.end_reason) == (monday, EndReason.GROUP_ENDED)
    assert cast.ada_request.status == RequestStatus.OPEN


def test_a_group_that_was_only_proposed_ends_at_once(session: Session, cast: Cast) -> None:
    idea = people.therapy_group(
        session, cast.program, leaders=[cast.cleo], status=GroupStatus.PROPOSED
    )
    groups.end_group(session, idea, last_on=TODAY, by=cast.mara.id, reason="no room")
    assert idea.status == GroupStatus.ENDED
    with pytest.raises(Conflict, match="group_over"):
        groups.end_group(session, idea, last_on=TODAY, by=cast.mara.id, reason="again")


def test_a_group_does_not_end_in_the_past(session: Session, cast: Cast) -> None:
    yesterday = TODAY - timedelta(days=1)
    with pytest.raises(Refused, match="last_day_past"):
        groups.end_group(session, cast.group, last_on=yesterday, by=cast.mara.id, reason="")
