"""The table of groups: sizes, demand, filters, order."""

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from groupmatch.database import Database
from groupmatch.records import GroupKind, GroupStatus, SeatState
from groupmatch.services.groups import groups_table
from groupmatch.services.groups.groups_table import (
    GroupFilter,
    GroupRow,
    demand_for,
    group_rows,
    tell_the_rest,
)
from tests import cast as people
from tests.cast import TODAY, Cast, make_cast
from tests.queries import counted

ALL = GroupFilter()


def test_a_row_tells_size_demand_room_and_what_is_missing(database: Database) -> None:
    with database.transaction() as session:
        cast = make_cast(session)
        cast.group.min_size, cast.group.max_size, cast.group.held_seats = 3, 5, 1
        (row,) = group_rows(session, cast.program, ALL)
    assert (row.size, row.waiting, row.free, row.gap) == (1, 1, 3, 2)


def test_seats_on_hold_and_offered_take_room_and_ended_ones_do_not(
    session: Session, cast: Cast
) -> None:
    for number, state in enumerate([SeatState.OFFERED, SeatState.ON_HOLD]):
        person = people.participant(session, cast.program, f"Eve{number}")
        people.seat(session, people.request(session, person), cast.group, state=state)
    gone = people.participant(session, cast.program, "Gil")
    people.seat(
        session,
        people.request(session, gone),
        cast.group,
        state=SeatState.ENDED,
        ends_on=TODAY,
        end_reason="moved",
    )
    assert _only(session, cast).size == 3


def test_demand_counts_those_who_wait_for_this_topic_level_and_kind(
    session: Session, cast: Cast
) -> None:
    for number, wish in enumerate(
        [
            {"topics": ("anger",)},
            {"level_code": "iop-adult"},
            {"kind": "individual"},
            {"status": "closed"},
            {"topics": ("anger", "anxiety-depression")},
        ]
    ):
        person = people.participant(session, cast.program, f"Eve{number}")
        people.request(session, person, **wish)
    # Ben, and the last of these.
    assert _only(session, cast).waiting == demand_for(session, cast.group) == 2


def test_a_plain_request_is_demand_for_education_too_but_not_the_other_way(
    session: Session, cast: Cast
) -> None:
    cast.group.kind = GroupKind.EDUCATION
    session.flush()
    assert _only(session, cast).waiting == demand_for(session, cast.group) == 1
    cast.ben_request.kind = GroupKind.EDUCATION
    cast.group.kind = GroupKind.GROUP
    session.flush()
    assert _only(session, cast).waiting == demand_for(session, cast.group) == 0


def test_another_programs_groups_and_requests_are_not_counted(session: Session, cast: Cast) -> None:
    people.request(session, cast.dov)
    people.therapy_group(session, cast.other_program, leaders=[])
    assert _only(session, cast).waiting == 1


def test_an_over_full_group_has_no_room_and_never_less(session: Session, cast: Cast) -> None:
    cast.group.max_size = cast.group.min_size = 0
    assert _only(session, cast).free == 0


def test_filters_narrow_by_words_status_topic_leader_room_and_minimum(
    session: Session, cast: Cast
) -> None:
    zoe = people.therapist(session, cast.program, "Zoë")
    people.therapy_group(
        session,
        cast.program,
        leaders=[zoe],
        name="Evening anger",
        topic_code="anger",
        min_size=2,
        status=GroupStatus.PROPOSED,
    )
    people.therapy_group(session, cast.program, leaders=[], name="Over", status=GroupStatus.ENDED)
    expected = {
        GroupFilter(words="zoe"): ["Evening anger"],
        GroupFilter(words="eve ANG"): ["Evening anger"],
        GroupFilter(words="ger"): [],
        GroupFilter(status=GroupStatus.PROPOSED): ["Evening anger"],
        GroupFilter(status=GroupStatus.ENDED): ["Over"],
        GroupFilter(topic="anger"): ["Evening anger"],
        GroupFilter(therapist=cast.cleo.id): ["Anxiety and depression"],
        GroupFilter(below_minimum=True): ["Evening anger"],
        replace(ALL, level="iop-adult"): [],
        ALL: ["Anxiety and depression", "Evening anger"],
    }
    for wanted, names in expected.items():
        assert _names(group_rows(session, cast.program, wanted)) == names
    cast.group.max_size = 1
    session.flush()
    with_room = GroupFilter(with_room=True)
    assert _names(group_rows(session, cast.program, with_room)) == ["Evening anger"]


def test_fifty_groups_cost_no_more_queries_than_one(session: Session, cast: Cast) -> None:
    session.commit()
    session.expunge_all()
    with counted(session) as few:
        group_rows(session, cast.program, ALL)
    for number in range(50):
        leader = people.therapist(session, cast.program, f"Lee{number}")
        people.therapy_group(session, cast.program, leaders=[leader], name=f"Group {number}")
    session.commit()
    session.expunge_all()
    with counted(session) as many:
        for row in group_rows(session, cast.program, ALL):
            assert row.group.topic_name
            assert row.group.leaders
    assert len(many) <= len(few) + 1


@pytest.mark.parametrize("few", [0, 200])
def test_hours_and_leaders_can_be_told_later(
    session: Session, cast: Cast, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(groups_table, "_FEW", few)
    rows = group_rows(session, cast.program, ALL, hours=False, leaders=False)
    assert [(row.group.meetings, row.group.leaders) for row in rows] == [([], [])]
    for _twice in range(2):
        tell_the_rest(session, cast.program, ALL, rows)
        assert rows == group_rows(session, cast.program, ALL)
    assert rows[0].group.leaders == [cast.cleo.full_name]


def _only(session: Session, cast: Cast) -> GroupRow:
    session.flush()
    (row,) = group_rows(session, cast.program, ALL)
    return row


def _names(rows: list[GroupRow]) -> list[str]:
    return [row.group.name for row in rows]
