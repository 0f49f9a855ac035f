"""Unmet demand: who could come at an hour, on whichever clock, against free seats."""

from datetime import date

from sqlalchemy.orm import Session

from groupmatch.records import Admission, GroupStatus
from groupmatch.services.groups.demand import DemandMap, Unmet, demand_by_topic, demand_map
from tests import cast as made
from tests.cast import EVENING, MONDAY, SUNDAY, TODAY, TUESDAY, Cast


def test_an_hour_counts_those_whom_all_of_it_suits(session: Session, cast: Cast) -> None:
    _waits(session, cast, (MONDAY, EVENING + 30, EVENING + 120))
    found = _map(session, cast).cells
    assert found[MONDAY, 18] == Unmet(could_come=1, free=7)
    assert found[MONDAY, 19] == Unmet(could_come=2, free=0)
    assert found[MONDAY, 20] == Unmet(could_come=1, free=0)
    assert (MONDAY, 21) not in found


def test_hours_are_told_on_the_programs_clock_and_wrap_around_the_week(
    session: Session, cast: Cast
) -> None:
    _waits(session, cast, (SUNDAY, 21 * 60, 23 * 60), timezone="America/Los_Angeles")
    found = _map(session, cast).cells
    assert found[MONDAY, 0] == Unmet(1, 0)
    assert found[MONDAY, 1] == Unmet(1, 0)
    assert (SUNDAY, 21) not in found


def test_a_change_of_clocks_moves_the_hour_with_it(session: Session, cast: Cast) -> None:
    """Phoenix keeps its clock: three hours behind New York in summer, two in winter."""
    _waits(session, cast, (TUESDAY, 10 * 60, 11 * 60), timezone="America/Phoenix")
    assert (TUESDAY, 12) in _map(session, cast, on=date(2026, 12, 1)).cells
    assert (TUESDAY, 13) in _map(session, cast, on=date(2026, 7, 1)).cells


def test_whoever_has_a_seat_is_no_demand(session: Session, cast: Cast) -> None:
    assert _map(session, cast).cells[MONDAY, 19].could_come == 1
    made.seat(session, cast.ben_request, cast.group)
    assert (MONDAY, 19) not in _map(session, cast).cells


def test_proposed_and_closed_groups_are_no_capacity(session: Session, cast: Cast) -> None:
    cast.group.status = GroupStatus.PROPOSED
    assert _map(session, cast).cells[MONDAY, 18] == Unmet(1, 0)
    cast.group.status, cast.group.admission = GroupStatus.RUNNING, Admission.CLOSED
    assert _map(session, cast).cells[MONDAY, 18] == Unmet(1, 0)
    cast.group.admission = Admission.ROLLING
    assert _map(session, cast).cells[MONDAY, 18] == Unmet(1, 7)


def test_a_topic_counts_only_those_who_take_it(session: Session, cast: Cast) -> None:
    person = _waits(session, cast, (TUESDAY, EVENING, EVENING + 60))
    made.request(session, person, topics=("anger", "cbt"))
    assert _map(session, cast, topic="anger").cells[TUESDAY, 18].could_come == 1
    assert _map(session, cast).cells[TUESDAY, 18].could_come == 2


def test_shades_go_by_the_greatest(session: Session, cast: Cast) -> None:
    found = DemandMap({(0, 9): Unmet(8, 0), (0, 10): Unmet(3, 1), (0, 11): Unmet(1, 5)})
    assert [found.shade((0, hour)) for hour in (9, 10, 11, 12)] == [4, 1, 0, 0]


def test_topics_come_with_the_least_met_first(session: Session, cast: Cast) -> None:
    person = _waits(session, cast, (TUESDAY, EVENING, EVENING + 60))
    made.request(session, person, topics=("anger",))
    found = demand_by_topic(session, cast.program)
    assert [(row.topic, row.unmet) for row in found] == [
        ("anger", Unmet(1, 0)),
        ("anxiety-depression", Unmet(2, 7)),
    ]


def test_another_program_is_not_counted(session: Session, cast: Cast) -> None:
    before = _map(session, cast)
    made.request(session, cast.dov)
    assert _map(session, cast) == before


def _waits(
    session: Session, cast: Cast, hours: tuple[int, int, int], **more: object
) -> made.Participant:
    person = made.participant(session, cast.program, "Eve", hours=(hours,), **more)
    made.request(session, person)
    return person


def _map(session: Session, cast: Cast, *, on: date = TODAY, topic: str = "") -> DemandMap:
    session.flush()
    return demand_map(session, cast.program, on=on, topic=topic)
