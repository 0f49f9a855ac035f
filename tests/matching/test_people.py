"""Participants and requests as the solver sees them: hours, wishes and what they cost."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from groupmatch.matching.timeline import WEEK
from groupmatch.records import (
    ApartPair,
    Availability,
    Fit,
    RequestAvoid,
    RequestChoice,
    RequestTherapist,
)
from solver.timeline import time_cost
from tests import cast as make
from tests.cast import EVENING, MONDAY, NOW, SUNDAY, Cast
from tests.matching.compiling import compiled, failing, participant_in, request_in


def test_hours_are_read_on_the_participant_s_own_clock(session: Session, cast: Cast) -> None:
    cast.ben.timezone = "America/Los_Angeles"
    found = participant_in(compiled(session, cast.program), cast.ben)
    assert found["available"] == [[1260, 1440, 0]]
    assert found["day_offset_minutes"] == -180


@pytest.mark.parametrize(
    ("today", "weeks", "fit"),
    [
        # New York leaves daylight saving on November 1, 2026; Arizona has none. The group's 18:00
        # is 15:00 in Phoenix until then, and 16:00 afterwards.
        (date(2026, 10, 20), 2, {"both"}),
        (date(2026, 9, 1), 1, {"summer only", "both"}),
        (date(2026, 11, 22), 1, {"winter only", "both"}),
    ],
)
def test_somebody_in_arizona_must_be_free_before_and_after_the_clocks_change(
    session: Session, cast: Cast, today: date, weeks: int, fit: set[str]
) -> None:
    free = {
        "summer only": (15 * 60, 16 * 60),
        "winter only": (16 * 60, 17 * 60),
        "both": (15 * 60, 17 * 60),
    }
    requests = {
        name: make.request(
            session,
            make.participant(
                session,
                cast.program,
                name,
                timezone="America/Phoenix",
                hours=((MONDAY, *hours),),
            ),
        )
        for name, hours in free.items()
    }
    problem = compiled(session, cast.program, on=today).problem
    assert problem.horizon_minutes == weeks * WEEK
    assert {n for n in requests if not failing(problem, requests[n], cast.group)} == fit


def test_an_hour_if_needed_costs(session: Session, cast: Cast) -> None:
    span = Availability(weekday=MONDAY, start_minute=EVENING + 30, end_minute=EVENING + 60)
    span.participant_id, span.fit = cast.ben.id, Fit.IF_NEEDED
    session.add(span)
    problem = compiled(session, cast.program).problem
    available = problem.participant[cast.ben.id].available
    assert time_cost(available, problem.group[cast.group.id].meetings) == 80


def test_hours_across_the_week_s_end_are_split(session: Session, cast: Cast) -> None:
    night = ((SUNDAY, 20 * 60, 24 * 60), (MONDAY, 0, 60))
    owl = make.participant(session, cast.program, "Owl", hours=night, timezone="America/Chicago")
    make.request(session, owl)
    found = participant_in(compiled(session, cast.program), owl)
    assert sorted(found["available"]) == [[0, 60, 0], [60, 120, 0], [WEEK - 180, WEEK, 0]]


def test_later_choices_of_topic_cost_more(session: Session, cast: Cast) -> None:
    topics = ("trauma-ptsd", "anxiety-depression", "grief-loss", "ocd")
    wishes = make.request(session, cast.ben, topics=topics)
    found = request_in(compiled(session, cast.program), wishes)
    assert [found["topics"][topic] for topic in topics] == [0, 75, 150, 150]


def test_a_group_without_the_therapist_they_would_like_costs(session: Session, cast: Cast) -> None:
    gil = make.therapist(session, cast.program, "Gil")
    other = make.therapy_group(session, cast.program, leaders=[gil])
    together = make.therapy_group(session, cast.program, leaders=[cast.cleo, gil])
    cast.ben_request.preferences.append(RequestTherapist(therapist_id=gil.id))
    found = request_in(compiled(session, cast.program), cast.ben_request)
    assert found["group_cost"] == {cast.group.id: 80}
    assert {other.id, together.id}.isdisjoint(found["group_cost"])


def test_ranked_groups_cost_by_rank_and_others_most(session: Session, cast: Cast) -> None:
    second, other = (
        make.therapy_group(session, cast.program, leaders=[cast.cleo]) for _ in range(2)
    )
    for rank, group in enumerate((cast.group, second), start=1):
        cast.ben_request.choices.append(RequestChoice(group_id=group.id, rank=rank))
    found = request_in(compiled(session, cast.program), cast.ben_request)
    assert found["group_cost"] == {second.id: 20, other.id: 80}


def test_wishes_cost_in_every_representative_week_as_hours_do(session: Session, cast: Cast) -> None:
    cast.program.horizon_weeks = 20
    cast.ada.timezone = "America/Phoenix"
    topics = ("trauma-ptsd", "anxiety-depression")
    wishes = make.request(session, cast.ben, topics=topics)
    wishes.preferences.append(
        RequestTherapist(therapist_id=make.therapist(session, cast.program).id)
    )
    found = request_in(compiled(session, cast.program), wishes)
    assert found["topics"]["anxiety-depression"] == 2 * 75
    assert found["group_cost"] == {cast.group.id: 2 * 80}


@pytest.mark.parametrize("target", ["group", "therapist"])
def test_what_they_avoid_is_not_given(session: Session, cast: Cast, target: str) -> None:
    named = {"group_id": cast.group.id} if target == "group" else {"therapist_id": cast.cleo.id}
    cast.ben_request.avoided.append(RequestAvoid(**named))
    problem = compiled(session, cast.program).problem
    assert failing(problem, cast.ben_request, cast.group) == {"avoids"}


def test_avoiding_what_is_not_in_the_run_is_left_aside(session: Session, cast: Cast) -> None:
    idle = make.therapy_group(session, cast.program, leaders=[], meetings=())
    gone = make.therapist(session, cast.program, "Gil")
    cast.ben_request.avoided.append(RequestAvoid(group_id=idle.id))
    cast.ben_request.avoided.append(RequestAvoid(therapist_id=gone.id))
    found = request_in(compiled(session, cast.program), cast.ben_request)
    assert (found["avoid_groups"], found["avoid_therapists"]) == ([], [])


@pytest.mark.parametrize("lifted", [False, True])
def test_people_who_must_not_meet_are_kept_apart(
    session: Session, cast: Cast, lifted: bool
) -> None:
    first, second = sorted([cast.ada.id, cast.ben.id])
    pair = ApartPair(program_id=cast.program.id, first_id=first, second_id=second)
    pair.kind, pair.created_at, pair.lifted_at = "conflict", NOW, NOW if lifted else None
    session.add(pair)
    found = compiled(session, cast.program).problem.keep_apart
    assert found == (() if lifted else ((first, second),))
