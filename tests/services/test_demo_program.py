"""The demo program: possible in every part, and a believable morning after its first night."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch import clock, matching
from groupmatch.database import Database
from groupmatch.database.upgrade import upgrade
from groupmatch.records import (
    Account,
    Attendance,
    Group,
    GroupSession,
    GroupStatus,
    Holiday,
    MeasureScore,
    Offer,
    OfferState,
    Participant,
    Presence,
    Program,
    Request,
    Seat,
    SeatState,
    SessionState,
    StaffRole,
    SwitchRequest,
    Task,
    TaskKind,
    Therapist,
)
from groupmatch.services import demo_program
from groupmatch.services.demo_program import DemoAccounts
from groupmatch.services.hours import local_time
from groupmatch.services.requests.waiting import waiting
from solver import Solution
from tests.checked import solve

#: A day in November, and one a week before clocks change in spring.
_DAYS = (datetime(2026, 11, 22, 18, tzinfo=UTC), datetime(2027, 3, 7, 18, tzinfo=UTC))


@pytest.fixture(scope="module", params=_DAYS, ids=lambda day: day.date().isoformat())
def demo(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Session, DemoAccounts]]:
    """A session that reads the demo program, and its accounts, on a day."""
    path: Path = tmp_path_factory.mktemp("demo") / "demo.sqlite3"
    database = Database(f"sqlite:///{path}")
    upgrade(database)
    with time_machine.travel(request.param, tick=False):
        with database.transaction() as session:
            accounts = demo_program.create_demo(session, now=request.param)
        with database.read() as session:
            yield session, accounts
    database.dispose()


@pytest.fixture(scope="module")
def night(demo: tuple[Session, DemoAccounts]) -> tuple[matching.Compiled, Solution]:
    """What the night makes of it."""
    session, _ = demo
    program = session.scalars(select(Program)).one()
    on = session.scalars(select(Request.created_at).limit(1)).one().date()
    compiled = matching.compile_program(session, program, on=on)
    return compiled, solve(compiled.problem, time_limit=30, explain=True, workers=2)


def test_it_has_the_size_that_the_readme_promises(demo: tuple[Session, DemoAccounts]) -> None:
    session, _ = demo
    groups = session.scalars(select(Group).where(Group.kind != "individual")).all()
    running = [group for group in groups if group.status != GroupStatus.PROPOSED]
    tracks = [group for group in running if len(group.meetings) > 1]
    assert 230 <= len(session.scalars(select(Participant.id)).all()) <= 260
    assert len(tracks) == 6
    assert len([group for group in running if group.kind != "family"]) == 46
    asking = set(session.scalars(select(Request.participant_id).where(waiting())))
    assert 35 <= len(asking) <= 50
    assert len(session.scalars(select(SwitchRequest.id)).all()) == 5


def test_nobody_leads_two_groups_at_once(demo: tuple[Session, DemoAccounts]) -> None:
    session, _ = demo
    on = _DAYS[0].date()
    for therapist in session.scalars(select(Therapist)):
        led = select(Group).where(Group.leaders.any(therapist_id=therapist.id))
        hours = sorted(
            (meeting.on, meeting.start, meeting.end)
            for group in session.scalars(led)
            for meeting in local_time.meeting_times(group, therapist.timezone, on)
        )
        for (day, _, end), (next_day, start, _) in pairwise(hours):
            assert (day, end) <= (next_day, start), therapist.full_name


def test_no_group_holds_more_than_its_seats(demo: tuple[Session, DemoAccounts]) -> None:
    session, _ = demo
    held = Counter(session.scalars(select(Seat.group_id).where(Seat.state != SeatState.ENDED)))
    for group in session.scalars(select(Group)):
        assert held[group.id] <= group.max_size, group.name


def test_the_accounts_are_those_of_the_three_stories(demo: tuple[Session, DemoAccounts]) -> None:
    session, accounts = demo
    coordinator = session.get_one(Account, accounts.coordinator)
    roles = {role.role for role in coordinator.staff_roles}
    assert roles == set(StaffRole)
    therapist = session.get_one(Account, accounts.therapist).therapist
    assert therapist is not None
    led = session.scalars(select(Group).where(Group.leaders.any(therapist_id=therapist.id))).all()
    assert len(led) == 4
    assert session.get_one(Account, accounts.participant).participant is not None


def test_the_night_is_proved_and_places_the_participant_of_the_story(
    demo: tuple[Session, DemoAccounts], night: tuple[matching.Compiled, Solution]
) -> None:
    session, accounts = demo
    _, solution = night
    account = session.get_one(Account, accounts.participant)
    asked = session.scalars(
        select(Request).where(Request.participant_id == account.participant_id)
    ).one()
    assert solution.status == "optimal"
    seats = {seat["request"]: seat for seat in solution.as_json()["seats"]}
    assert seats[asked.id]["new"]


def test_most_who_wait_are_placed_and_the_rest_have_different_reasons(
    night: tuple[matching.Compiled, Solution],
) -> None:
    compiled, solution = night
    told = solution.as_json()
    placed = [seat for seat in told["seats"] if seat["new"]]
    unplaced = told["unplaced"]
    assert len(placed) >= 25
    assert len(unplaced) <= 16
    rules = {reason.get("rule") for each in unplaced for reason in each["reasons"]}
    assert {"availability", "full", "keep_apart", "limit", "plan", "not_opened"} <= rules
    gates = {gate for each in compiled.left_out for gate in each.gates}
    assert gates == {"safety", "level_of_care", "consent", "part2_consent", "payer"}


def test_it_opens_one_of_two_trauma_evenings_and_no_morning(
    demo: tuple[Session, DemoAccounts], night: tuple[matching.Compiled, Solution]
) -> None:
    session, _ = demo
    _, solution = night
    opened = [session.get_one(Group, name) for name in solution.as_json()["opened"]]
    assert [group.alternative_key for group in opened] == ["trauma evenings"]


def test_it_has_a_past_and_a_near_future(demo: tuple[Session, DemoAccounts]) -> None:
    session, _ = demo
    came = Counter(session.scalars(select(Attendance.presence)))
    assert came[Presence.PRESENT] > 10 * came[Presence.LATE] > 0
    over = select(GroupSession).where(GroupSession.starts_at < clock.now())
    unwritten = [each for each in session.scalars(over) if each.state != SessionState.HELD]
    assert len(unwritten) == 1
    kinds = set(session.scalars(select(Task.kind)))
    assert kinds == {TaskKind.OUTREACH, TaskKind.REVIEW, TaskKind.SAFETY}
    assert session.scalars(select(Offer.state)).all() == [OfferState.OPEN] * 2
    assert len(set(session.scalars(select(MeasureScore.participant_id)))) == 4
    assert session.scalars(select(Holiday.name)).all() == ["Staff training day"]
    asked = select(GroupSession.starts_at).where(GroupSession.cover_asked_at.is_not(None))
    assert session.scalars(asked).one() > clock.now()


def test_nobody_began_to_wait_after_the_day(demo: tuple[Session, DemoAccounts]) -> None:
    session, _ = demo
    made = session.scalars(select(Request.created_at).limit(1)).one()
    assert max(session.scalars(select(Request.waiting_since))) <= made.date()


def test_another_seed_makes_a_program_too(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'other.sqlite3'}")
    upgrade(database)
    now = datetime(2027, 1, 4, 5, 5, tzinfo=UTC)
    with time_machine.travel(now, tick=False), database.transaction() as session:
        demo_program.create_demo(session, now=now, seed=1)
        asks = session.scalars(select(SwitchRequest)).all()
        assert len({ask.participant_id for ask in asks}) == 5
    database.dispose()
