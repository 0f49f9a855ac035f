"""A participant ranks hours for tonight, or takes one that nobody else waits for."""

from datetime import date
from threading import Barrier, Thread

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch.database import Database
from groupmatch.errors import Conflict, Refused
from groupmatch.records import (
    Group,
    Participant,
    Plan,
    Request,
    RequestChoice,
    Seat,
    SwitchKind,
    SwitchReason,
)
from groupmatch.services.requests.open_time import OpenTime
from groupmatch.services.requests.times import open_times, rank_times, reserve
from groupmatch.services.switching import switches
from tests import cast
from tests.cast import MONDAY, NOW, Cast

NEXT_MONDAY = date(2026, 11, 23)


def times_of(session: Session, participant: Participant) -> list[OpenTime]:
    session.flush()
    [found] = open_times(session, participant)
    return list(found.times)


def later_group(session: Session, people: Cast, **more: object) -> Group:
    """Another group that fits Ben: Mondays at eight in the evening."""
    return cast.therapy_group(
        session,
        people.program,
        leaders=[people.cleo],
        meetings=((MONDAY, 20 * 60, 60),),
        **more,
    )


def choices(session: Session) -> list[tuple[str, int]]:
    found = session.scalars(select(RequestChoice).order_by(RequestChoice.rank))
    return [(choice.group_id, choice.rank) for choice in found]


def test_a_ranking_replaces_the_one_before(session: Session) -> None:
    people = cast.make_cast(session)
    later = later_group(session, people)
    rank_times(session, people.ben_request, [people.group.id, later.id], by=None)
    rank_times(session, people.ben_request, [later.id], by=None)
    assert choices(session) == [(later.id, 1)]
    assert [each.rank for each in times_of(session, people.ben)] == [None, 1]


def test_the_same_hour_twice_counts_once(session: Session) -> None:
    people = cast.make_cast(session)
    rank_times(session, people.ben_request, [people.group.id] * 3, by=None)
    assert choices(session) == [(people.group.id, 1)]


def test_a_ranking_may_be_taken_back(session: Session) -> None:
    people = cast.make_cast(session)
    rank_times(session, people.ben_request, [people.group.id], by=None)
    rank_times(session, people.ben_request, [], by=None)
    assert choices(session) == []


def test_at_most_three_are_ranked(session: Session) -> None:
    people = cast.make_cast(session)
    with pytest.raises(Refused) as caught:
        rank_times(session, people.ben_request, ["a", "b", "c", "d"], by=None)
    assert caught.value.code == "too_many_times"


def test_a_group_out_of_reach_and_one_that_does_not_exist_answer_alike(session: Session) -> None:
    people = cast.make_cast(session)
    full = later_group(session, people, max_size=1, held_seats=1)
    answers = []
    for name in (full.id, "nowhere"):
        with pytest.raises(Conflict) as caught:
            rank_times(session, people.ben_request, [name], by=None)
        answers.append((caught.value.code, dict(caught.value.facts)))
    assert answers == [("time_gone", {})] * 2


def cast_that_reserves(session: Session) -> Cast:
    people = cast.make_cast(session)
    people.program.reserve_at_once = True
    return people


def refusal(session: Session, people: Cast) -> str:
    with pytest.raises(Conflict) as caught:
        reserve(session, people.ben_request, people.group, by=None)
    return caught.value.code


def test_a_seat_that_nobody_else_waits_for_is_taken_at_once(session: Session) -> None:
    people = cast_that_reserves(session)
    assert [each.reservable for each in times_of(session, people.ben)] == [True]
    seat = reserve(session, people.ben_request, people.group, by=None)
    assert (seat.starts_on, seat.participant_id) == (NEXT_MONDAY, people.ben.id)


def test_only_where_the_program_allows_it(session: Session) -> None:
    people = cast.make_cast(session)
    assert [each.reservable for each in times_of(session, people.ben)] == [False]
    assert refusal(session, people) == "time_not_reservable"


def test_not_while_somebody_else_waits_who_could_use_it(session: Session) -> None:
    people = cast_that_reserves(session)
    eve = cast.participant(session, people.program, "Eve")
    cast.request(session, eve)
    assert refusal(session, people) == "time_not_reservable"


def test_somebody_behind_a_closed_gate_could_not_use_it_tonight(session: Session) -> None:
    people = cast_that_reserves(session)
    eve = cast.participant(session, people.program, "Eve", gates=False)
    cast.request(session, eve)
    assert [each.reservable for each in times_of(session, people.ben)] == [True]


def test_not_while_somebody_asks_to_switch_into_it(session: Session) -> None:
    people = cast_that_reserves(session)
    later = later_group(session, people)
    switches.request_switch(
        session, people.ada_seat, kind=SwitchKind.TIME, reason=SwitchReason.SCHEDULE, by=None
    )
    reservable = {each.group_id: each.reservable for each in times_of(session, people.ben)}
    assert reservable == {people.group.id: True, later.id: False}


def test_not_behind_a_safety_flag(session: Session) -> None:
    people = cast_that_reserves(session)
    people.ben.safety_flag_since = NOW
    assert refusal(session, people) == "time_not_reservable"


def test_not_a_part_of_a_plan(session: Session) -> None:
    people = cast_that_reserves(session)
    plan = Plan(
        program_id=people.program.id,
        participant_id=people.ben.id,
        level_code="outpatient",
        created_at=NOW,
    )
    session.add(plan)
    session.flush()
    people.ben_request.plan_id = plan.id
    cast.request(session, people.ben).plan_id = plan.id
    session.flush()
    assert refusal(session, people) == "time_not_reservable"


def test_not_what_has_gone_meanwhile(session: Session) -> None:
    people = cast_that_reserves(session)
    people.group.max_size = 1
    assert refusal(session, people) == "time_gone"


def test_not_twice(session: Session) -> None:
    people = cast_that_reserves(session)
    later = later_group(session, people)
    reserve(session, people.ben_request, people.group, by=None)
    with pytest.raises(Conflict) as caught:
        reserve(session, people.ben_request, later, by=None)
    assert caught.value.code == "time_gone"


def test_two_clicks_on_overlapping_hours_give_one_person_one_place(database: Database) -> None:
    with database.transaction() as session:
        people = cast_that_reserves(session)
        other = cast.therapy_group(
            session, people.program, leaders=[people.cleo], meetings=((MONDAY, 1110, 60),)
        )
        second = cast.request(session, people.ben)
    clicks = [(people.ben_request.id, people.group.id), (second.id, other.id)]
    told = click_at_once(database, clicks)
    assert sorted(told) == ["seated", "time_gone"]
    with database.read() as session:
        held = session.scalars(select(Seat).where(Seat.participant_id == people.ben.id)).all()
        assert len(held) == 1


def click_at_once(database: Database, clicks: list[tuple[str, str]]) -> list[str]:
    ready, told = Barrier(len(clicks)), []

    def work(request: str, group: str) -> None:
        ready.wait(timeout=30)
        try:
            with database.transaction() as session:
                reserve(
                    session,
                    session.get_one(Request, request),
                    session.get_one(Group, group),
                    by=None,
                )
        except Conflict as refused:
            told.append(refused.code)
        else:
            told.append("seated")

    threads = [Thread(target=work, args=click) for click in clicks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told
