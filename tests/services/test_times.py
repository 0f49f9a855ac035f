"""A participant sees the open hours that fit, and nothing of the people in them."""

from datetime import UTC, date, datetime, time

import time_machine
from sqlalchemy.orm import Session

from groupmatch.records import (
    ApartPair,
    Group,
    GroupStatus,
    Participant,
    SwitchKind,
    SwitchReason,
)
from groupmatch.services.requests.open_time import OpenTime
from groupmatch.services.requests.times import open_times
from groupmatch.services.switching import switches
from tests import cast
from tests.cast import MONDAY, NOW, TUESDAY, Cast
from tests.queries import counted

NEXT_MONDAY = date(2026, 11, 23)


def times_of(session: Session, participant: Participant) -> list[OpenTime]:
    session.flush()
    [found] = open_times(session, participant)
    return list(found.times)


def group_ids(session: Session, participant: Participant) -> list[str]:
    return [each.group_id for each in times_of(session, participant)]


def later_group(session: Session, people: Cast, **more: object) -> Group:
    """Another group that fits Ben: Mondays at eight in the evening."""
    return cast.therapy_group(
        session,
        people.program,
        leaders=[people.cleo],
        meetings=((MONDAY, 20 * 60, 60),),
        **more,
    )


def test_an_open_hour_is_told_with_topic_and_leader_in_ones_own_zone(session: Session) -> None:
    people = cast.make_cast(session)
    later = later_group(session, people)
    people.ben.timezone = "America/Chicago"
    [found] = times_of(session, people.ben)
    [meeting] = found.meetings
    assert (meeting.weekday, meeting.start, meeting.zone) == (MONDAY, time(19), "CST")
    assert ([each.name for each in found.leaders], found.starts_on) == (["Cleo Marsh"], NEXT_MONDAY)
    assert found.topic == later.topic.name


def test_nothing_tells_of_the_groups_name_or_of_its_members(session: Session) -> None:
    people = cast.make_cast(session)
    people.group.name = "The quiet ones"
    before = times_of(session, people.ben)
    assert "quiet" not in repr(before)
    assert "Ada" not in repr(before)
    eve = cast.participant(session, people.program, "Eve")
    cast.seat(session, cast.request(session, eve), people.group)
    assert times_of(session, people.ben) == before


def test_a_full_group_is_absent(session: Session) -> None:
    people = cast.make_cast(session)
    people.group.max_size = 1
    assert times_of(session, people.ben) == []


def test_a_group_of_somebody_who_must_not_be_met_is_absent_like_any_other(session: Session) -> None:
    people = cast.make_cast(session)
    first, second = sorted([people.ada.id, people.ben.id])
    session.add(
        ApartPair(
            program_id=people.program.id,
            first_id=first,
            second_id=second,
            kind="family",
            created_at=NOW,
        )
    )
    assert times_of(session, people.ben) == []


def test_hours_topics_and_licenses_decide(session: Session) -> None:
    people = cast.make_cast(session)
    leaders = [people.cleo]
    cast.therapy_group(session, people.program, leaders=leaders, meetings=((TUESDAY, 600, 60),))
    cast.therapy_group(session, people.program, leaders=leaders, topic_code="grief-loss")
    elsewhere = cast.therapist(session, people.program, "Rae", regions=("CA",))
    cast.therapy_group(session, people.program, leaders=[elsewhere])
    later = later_group(session, people)
    assert group_ids(session, people.ben) == [people.group.id, later.id]


def test_a_clash_with_ones_own_other_seat_is_absent(session: Session) -> None:
    people = cast.make_cast(session)
    other = cast.therapy_group(session, people.program, leaders=[people.cleo])
    cast.seat(session, cast.request(session, people.ben), other)
    assert people.group.id not in group_ids(session, people.ben)


def test_first_choice_topics_come_first_and_then_the_week(session: Session) -> None:
    people = cast.make_cast(session)
    grief = later_group(session, people, topic_code="grief-loss")
    eve = cast.participant(session, people.program, "Eve")
    cast.request(session, eve, topics=("grief-loss", "anxiety-depression"))
    assert group_ids(session, eve) == [grief.id, people.group.id]


def test_a_group_that_has_yet_to_open_may_be_ranked_and_not_reserved(session: Session) -> None:
    people = cast.make_cast(session)
    people.program.reserve_at_once = True
    later_group(session, people, status=GroupStatus.PROPOSED, min_size=4)
    _, proposed = times_of(session, people.ben)
    assert (proposed.proposed, proposed.starts_on, proposed.reservable) == (True, None, False)


def test_a_change_of_the_hour_is_told_ahead(
    session: Session, fixed_clock: time_machine.Traveller
) -> None:
    people = cast.make_cast(session)
    people.group.timezone = "America/Phoenix"
    people.group.meetings[0].start_minute = 16 * 60
    fixed_clock.move_to(datetime(2027, 2, 22, 18, tzinfo=UTC))
    [found] = times_of(session, people.ben)
    assert [meeting.start for meeting in found.meetings] == [time(18)]
    assert [(meeting.on, meeting.start) for meeting in found.later] == [
        (date(2027, 3, 15), time(19))
    ]


def test_who_has_a_seat_and_no_open_ask_looks_for_nothing(session: Session) -> None:
    people = cast.make_cast(session)
    assert open_times(session, people.ada) == []


def test_who_asks_to_switch_sees_other_hours_than_their_own(session: Session) -> None:
    people = cast.make_cast(session)
    later = later_group(session, people)
    switches.request_switch(
        session, people.ada_seat, kind=SwitchKind.TIME, reason=SwitchReason.SCHEDULE, by=None
    )
    assert group_ids(session, people.ada) == [later.id]


def test_who_loses_a_group_that_ends_sees_others(session: Session) -> None:
    people = cast.make_cast(session)
    later = later_group(session, people)
    people.group.status = GroupStatus.ENDING
    assert group_ids(session, people.ada) == [later.id]


def test_more_groups_cost_no_more_queries(session: Session) -> None:
    people = cast.make_cast(session)
    ben = people.ben.id
    statements = []
    for _ in range(2):
        session.expunge_all()
        with counted(session) as counter:
            times_of(session, session.get_one(Participant, ben))
        statements.append(len(counter))
        for _ in range(5):
            later_group(session, people)
    assert statements[0] == statements[1]
