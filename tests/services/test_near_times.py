"""Why not this one: reasons about the person alone, whatever anybody else is or does."""

from collections.abc import Callable
from importlib import import_module

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from groupmatch.records import (
    ApartPair,
    Fit,
    Group,
    Participant,
    RequestTherapist,
    RequestTopic,
)
from groupmatch.services.hours.availability import Span, overlaid, set_weekly, weekly
from groupmatch.services.requests.near_times import NearTime, near_times
from groupmatch.services.requests.open_time import Reason
from groupmatch.services.requests.times import open_times
from tests import cast as casting
from tests.cast import EVENING, MONDAY, NOW, TUESDAY, Cast

pytestmark = pytest.mark.usefixtures("fixed_clock")

#: Its package gives its name to a function.
_MODULE = import_module("groupmatch.matching.fits")


def tuesdays(session: Session, cast: Cast, **more: object) -> Group:
    """A group like Ada's at an hour that Ben did not name."""
    return casting.therapy_group(
        session, cast.program, leaders=[cast.cleo], meetings=((TUESDAY, EVENING, 60),), **more
    )


def member(session: Session, cast: Cast, group: Group, name: str = "Olga") -> Participant:
    """Somebody else, with a seat in a group."""
    person = casting.participant(session, cast.program, name, hours=((TUESDAY, 0, 1440),))
    casting.seat(session, casting.request(session, person), group)
    return person


def near(session: Session, cast: Cast) -> list[NearTime]:
    session.flush()
    session.expire_all()
    return near_times(session, cast.ben_request)


def test_an_hour_that_was_not_named_is_told_with_that_hour(session: Session, cast: Cast) -> None:
    group = tuesdays(session, cast)
    (found,) = near(session, cast)
    assert found.time.group_id == group.id
    assert [(each.weekday, each.start.hour) for each in found.missed] == [(TUESDAY, 18)]
    assert found.needs == ()


def test_what_a_group_asks_for_is_told_by_its_kind(session: Session, cast: Cast) -> None:
    tuesdays(session, cast, requires={"gender": ["woman"]})
    (found,) = near(session, cast)
    assert found.needs == ("gender",)
    assert found.missed


def test_what_is_open_is_not_among_them(session: Session, cast: Cast) -> None:
    assert near(session, cast) == []
    assert [time.group_id for each in open_times(session, cast.ben) for time in each.times] == [
        cast.group.id
    ]


def _full(session: Session, cast: Cast, group: Group) -> None:
    group.max_size = 1
    member(session, cast, group)


def _kept_apart(session: Session, cast: Cast, group: Group) -> None:
    other = member(session, cast, group)
    first, second = sorted((other.id, cast.ben.id))
    pair = ApartPair(
        program_id=cast.program.id, first_id=first, second_id=second, kind="work", created_at=NOW
    )
    session.add(pair)


@pytest.mark.parametrize("done", [_full, _kept_apart])
def test_what_others_keep_away_is_not_there_at_all(
    session: Session,
    cast: Cast,
    monkeypatch: pytest.MonkeyPatch,
    done: Callable[[Session, Cast, Group], None],
) -> None:
    group = tuesdays(session, cast)
    assert len(near(session, cast)) == 1
    done(session, cast, group)
    assert near(session, cast) == []
    # Without the look at all rules, the group would come back and its fix would lead nowhere.
    monkeypatch.setattr(_MODULE, "broken", lambda *_: ())
    assert len(near(session, cast)) == 1


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    members=st.integers(0, 3),
    size=st.integers(1, 5),
    apart=st.booleans(),
    wait=st.integers(0, 2),
)
def test_whatever_others_do_a_time_is_told_in_the_same_words_or_not_at_all(
    session: Session, cast: Cast, members: int, size: int, apart: bool, wait: int
) -> None:
    with session.begin_nested() as savepoint:
        group = tuesdays(session, cast, max_size=5)
        alone = near(session, cast)
        group.max_size = size
        people = [member(session, cast, group, f"Olga{n}") for n in range(members)]
        for n in range(wait):
            other = casting.participant(session, cast.program, f"Wim{n}")
            casting.request(session, other)
        if apart and people:
            first, second = sorted((people[0].id, cast.ben.id))
            session.add(
                ApartPair(
                    program_id=cast.program.id,
                    first_id=first,
                    second_id=second,
                    kind="work",
                    created_at=NOW,
                )
            )
        found = near(session, cast)
        told = members < size and not (apart and people)
        assert found == (alone if told else [])
        savepoint.rollback()


def test_what_speaks_for_a_time_is_the_persons_own_wish(session: Session, cast: Cast) -> None:
    def reasons() -> tuple[Reason, ...]:
        session.expire_all()
        (only,) = (time for each in open_times(session, cast.ben) for time in each.times)
        return only.reasons

    assert reasons() == (Reason.WORKS_WELL,)
    session.add(RequestTherapist(request_id=cast.ben_request.id, therapist_id=cast.cleo.id))
    session.add(RequestTopic(request_id=cast.ben_request.id, topic_code="grief-loss", rank=2))
    if_needed = [Span(MONDAY, EVENING, EVENING + 30, Fit.IF_NEEDED)]
    week = overlaid(weekly(session, cast.ben), if_needed)
    set_weekly(session, cast.ben, week, by=None)
    session.flush()
    assert reasons() == (Reason.FIRST_TOPIC, Reason.THERAPIST, Reason.IF_NEEDED)
