"""First come, first served, on a few people: an honest list, within the same rules as the night."""

from datetime import timedelta

from sqlalchemy.orm import Session

from groupmatch.records import Group, GroupKind, GroupStatus, Participant, Request
from groupmatch.services.requests import requests
from groupmatch.services.requests.requests import RequestWish
from groupmatch.simulation.first_come import first_come
from tests import cast as make
from tests.cast import EVENING, MONDAY, TODAY, TUESDAY, Cast
from tests.matching.compiling import compiled
from tests.services.drafting import ask_to_switch


def waiting(session: Session, cast: Cast, name: str, *, days: int, **more: object) -> Request:
    person = make.participant(session, cast.program, name)
    return make.request(session, person, waiting_since=TODAY - timedelta(days=days), **more)


def given_to(session: Session, cast: Cast) -> dict[str, str]:
    """Request → group, of the new seats."""
    solution = first_come(compiled(session, cast.program))
    return {seat.request: seat.group for seat in solution.seats if seat.new}


def test_the_last_seat_goes_to_whoever_waits_longest_whatever_their_urgency(
    session: Session, cast: Cast
) -> None:
    cast.group.max_size = 2
    urgent = waiting(session, cast, "Uma", days=1, urgency="urgent")
    oldest = waiting(session, cast, "Oda", days=9)
    assert given_to(session, cast) == {oldest.id: cast.group.id}
    assert urgent.id not in given_to(session, cast)


def test_a_closed_gate_keeps_somebody_from_a_seat_here_too(session: Session, cast: Cast) -> None:
    person = make.participant(session, cast.program, "Gus", gates=False)
    make.request(session, person, waiting_since=TODAY - timedelta(days=30))
    assert set(given_to(session, cast)) == {cast.ben_request.id}


def test_the_first_topic_is_chosen_before_the_second(session: Session, cast: Cast) -> None:
    grief = make.therapy_group(
        session,
        cast.program,
        leaders=[cast.cleo],
        topic_code="grief-loss",
        meetings=((MONDAY, EVENING + 90, 60),),
    )
    topics = ("grief-loss", "anxiety-depression")
    asked = waiting(session, cast, "Gil", days=3, topics=topics)
    assert given_to(session, cast)[asked.id] == grief.id


def test_a_proposed_group_opens_when_those_who_wait_are_enough(
    session: Session, cast: Cast
) -> None:
    cast.group.max_size = 1
    proposed = make.therapy_group(
        session,
        cast.program,
        leaders=[cast.cleo],
        status=GroupStatus.PROPOSED,
        min_size=3,
        meetings=((MONDAY, EVENING + 90, 60),),
    )
    waiting(session, cast, "Ida", days=2)
    assert given_to(session, cast) == {}
    waiting(session, cast, "Jon", days=1)
    assert set(given_to(session, cast).values()) == {proposed.id}
    assert len(given_to(session, cast)) == 3


def test_a_plan_is_served_whole_or_not_at_all(session: Session, cast: Cast) -> None:
    person = make.participant(
        session,
        cast.program,
        "Pia",
        hours=((MONDAY, EVENING, EVENING + 60), (TUESDAY, EVENING, EVENING + 60)),
    )
    plan = ask_for_week(session, person)
    assert set(given_to(session, cast)) == {cast.ben_request.id}
    alone = hour_alone(session, cast)
    session.expire_all()
    assert {given_to(session, cast).get(name) for name in plan} == {cast.group.id, alone.id}


def test_a_plan_that_lost_one_seat_gets_that_one_again(session: Session, cast: Cast) -> None:
    hours = ((MONDAY, EVENING, EVENING + 60), (TUESDAY, EVENING, EVENING + 60))
    person = make.participant(session, cast.program, "Pia", hours=hours)
    alone = hour_alone(session, cast)
    names = ask_for_week(session, person)
    kept, lost = sorted(
        (session.get_one(Request, name) for name in names), key=lambda each: str(each.kind)
    )
    make.seat(session, kept, cast.group)
    assert given_to(session, cast)[lost.id] == alone.id
    assert kept.id not in given_to(session, cast)


def hour_alone(session: Session, cast: Cast) -> Group:
    return make.therapy_group(
        session,
        cast.program,
        leaders=[cast.cleo],
        kind=GroupKind.INDIVIDUAL,
        max_size=1,
        meetings=((TUESDAY, EVENING, 50),),
    )


def ask_for_week(session: Session, person: Participant) -> list[str]:
    wishes = [
        RequestWish(["anxiety-depression"]),
        RequestWish(["anxiety-depression"], kind=GroupKind.INDIVIDUAL),
    ]
    plan = requests.add_plan(
        session, person, level_code="outpatient", requests=wishes, waiting_since=TODAY, by=None
    )
    session.flush()
    return [request.id for request in plan.requests]


def test_a_seat_left_tonight_is_given_tomorrow_only(session: Session, cast: Cast) -> None:
    cast.group.max_size = 1
    other = make.therapy_group(
        session, cast.program, leaders=[cast.cleo], meetings=((MONDAY, EVENING + 90, 60),)
    )
    other.max_size = 1
    ask_to_switch(session, cast.ada_seat)
    found = given_to(session, cast)
    assert set(found.values()) == {other.id}
