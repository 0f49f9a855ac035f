"""Reports: their numbers, and that no small count can be told."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from groupmatch.records import (
    EndReason,
    GroupSession,
    MeasureScore,
    Participant,
    Presence,
    SeatState,
)
from groupmatch.services.reports import past, small_counts, waits
from groupmatch.services.reports.months import by_month, last_day, months_until
from groupmatch.services.reports.outcomes import outcomes
from groupmatch.services.reports.past import Came, DaysToSeat, Fill, Moves
from groupmatch.services.reports.small_counts import parted
from groupmatch.services.reports.waits import Waits
from groupmatch.services.sessions import attendance
from groupmatch.services.sessions.attendance import Mark
from tests import cast as made
from tests.cast import LONG_AGO, NOW, TODAY, Cast

OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)
MONTHS = [OCTOBER, NOVEMBER]


@pytest.fixture
def few_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows of two people may be told, so that tests need no crowd."""
    for module in (past, waits):
        monkeypatch.setattr(module, "smallest", lambda: 2)
    monkeypatch.setattr(small_counts, "smallest", lambda: 2)
    monkeypatch.setattr("groupmatch.services.reports.outcomes.smallest", lambda: 2)


def test_months_run_over_a_year_and_hold_what_is_theirs() -> None:
    assert months_until(date(2026, 1, 31), 3) == [
        date(2025, 11, 1),
        date(2025, 12, 1),
        date(2026, 1, 1),
    ]
    assert last_day(date(2024, 2, 1)) == date(2024, 2, 29)
    dated = [(date(2026, 11, 30), "b"), (date(2026, 11, 1), "a"), (date(2026, 9, 30), "c")]
    assert by_month(MONTHS, dated) == {OCTOBER: [], NOVEMBER: ["a", "b"]}


def test_days_count_from_the_wait_to_the_first_seat_that_was_taken_up(
    session: Session, cast: Cast, few_are_enough: None
) -> None:
    cast.ada_request.waiting_since = LONG_AGO - timedelta(days=10)
    for days, number in ((20, 0), (30, 1)):
        person = made.participant(session, cast.program, f"Eve{number}")
        since = LONG_AGO - timedelta(days=days)
        request = made.request(session, person, waiting_since=since)
        over = {"state": SeatState.ENDED, "ends_on": LONG_AGO}
        begun = {"starts_on": LONG_AGO, "end_reason": EndReason.MOVED}
        never = {"starts_on": since, "end_reason": EndReason.DECLINED}
        made.seat(session, request, cast.group, **over, **never)
        made.seat(session, request, cast.group, **over, **begun)
        made.seat(session, request, cast.group, starts_on=TODAY)
    assert past.days_to_seat(session, cast.program, MONTHS) == [
        DaysToSeat(OCTOBER, 3, 20, 30),
        DaysToSeat(NOVEMBER, 0, None, None),
    ]


def test_days_of_too_few_are_not_told(session: Session, cast: Cast) -> None:
    """One seat began; without the guard its wait would be told."""
    (october, _) = past.days_to_seat(session, cast.program, MONTHS)
    assert (october.number, october.told) == (1, False)


def test_without_the_guard_the_wait_of_one_would_be_told(
    session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(past, "smallest", lambda: 1)
    (october, _) = past.days_to_seat(session, cast.program, MONTHS)
    assert october.told


def test_fill_counts_seats_held_at_the_end_of_each_month(session: Session, cast: Cast) -> None:
    made.therapy_group(session, cast.program, leaders=[], max_size=4, starts_on=NOVEMBER)
    made.seat(session, cast.ben_request, cast.group, starts_on=TODAY)
    cast.ada_seat.ends_on = date(2026, 10, 31)
    assert past.fill(session, cast.program, MONTHS, today=TODAY) == [
        Fill(OCTOBER, 1, 8),
        Fill(NOVEMBER, 1, 12),
    ]


def test_attendance_leaves_the_excused_aside(session: Session, cast: Cast) -> None:
    for presence in (Presence.PRESENT, Presence.LATE, Presence.ABSENT, Presence.EXCUSED):
        _came(session, cast, made.participant(session, cast.program, presence), presence)
    (_, november) = past.attendance(session, cast.program, MONTHS)
    assert november == Came(NOVEMBER, came=2, excused=1, absent=1)
    assert november.rate == pytest.approx(200 / 3)


def test_moves_tell_what_was_asked_from_what_was_not(session: Session, cast: Cast) -> None:
    for reason in (EndReason.SWITCHED, EndReason.MOVED, EndReason.MOVED, EndReason.WITHDREW):
        person = made.participant(session, cast.program, reason)
        over = {"state": SeatState.ENDED, "end_reason": reason, "ends_on": TODAY}
        made.seat(session, made.request(session, person), cast.group, **over)
    assert past.moves(session, cast.program, MONTHS) == [
        Moves(OCTOBER, 0, 0),
        Moves(NOVEMBER, switched=1, moved=2),
    ]


def test_waits_are_told_by_topic_state_and_payer(
    session: Session, cast: Cast, few_are_enough: None
) -> None:
    for days in (4, 8):
        since = TODAY - timedelta(days=days)
        person = made.participant(session, cast.program, "Eve", region="NJ", payer_code="medicare")
        made.request(session, person, topics=("anger", "cbt"), waiting_since=since)
    session.flush()
    asked = (session, cast.program)
    waiting = waits.who_waits(*asked, on=TODAY)
    assert waiting.by_topic[0].number == 2
    # Ben waits alone in New York: so that he cannot be told, New Jersey is not told either.
    assert waiting.by_region == [Waits("", 3, 4, 8, together=2)]
    assert waiting.by_payer == [Waits("", 3, 4, 8, together=2)]


@pytest.mark.parametrize(
    ("sizes", "alone", "together"),
    [
        ([30, 12, 5, 7], [30, 12], [5, 7]),
        ([30, 12, 5], [30], [5, 12]),
        ([30, 20], [30, 20], []),
        ([5], [], [5]),
        ([4, 3], [], [3, 4]),
        ([], [], []),
    ],
)
def test_rows_of_few_are_told_together_so_that_nobody_is_found_by_subtracting(
    sizes: list[int], alone: list[int], together: list[int]
) -> None:
    assert parted(sizes, lambda size: size) == (alone, together)


def test_the_better_are_counted_among_those_who_answered_at_eight_weeks(
    session: Session, cast: Cast, few_are_enough: None
) -> None:
    better, same, early = (made.participant(session, cast.program, f"Eve{n}") for n in range(3))
    _score(session, better, 80, 18)
    _score(session, better, 24, 12)
    _score(session, better, 35, 17)
    _score(session, same, 80, 18)
    _score(session, same, 24, 13)
    _score(session, early, 80, 18)
    _score(session, early, 60, 1)
    (found,) = outcomes(session, cast.program)
    assert (found.number, found.better, found.worse, found.share) == (2, 1, 0, 50)


def test_outcomes_of_too_few_have_no_share(session: Session, cast: Cast) -> None:
    _score(session, cast.ada, 80, 18)
    _score(session, cast.ada, 24, 12)
    (found,) = outcomes(session, cast.program)
    assert (found.told, found.share) == (False, None)


def _came(session: Session, cast: Cast, person: Participant, presence: Presence) -> None:
    """Each at a session of their own, all in November."""
    made.seat(session, made.request(session, person), cast.group)
    before = timedelta(hours=list(Presence).index(presence))
    meeting = GroupSession(
        program_id=cast.program.id,
        group_id=cast.group.id,
        on=TODAY,
        starts_at=NOW - before,
        minutes=60,
        created_at=NOW,
    )
    session.add(meeting)
    session.flush()
    attendance.record(session, meeting, [Mark(person.id, presence)], seen=0, by=None)


def _score(session: Session, person: Participant, days_ago: int, total: int) -> None:
    session.add(
        MeasureScore(
            program_id=person.program_id,
            participant_id=person.id,
            instrument="phq-9",
            taken_on=TODAY - timedelta(days=days_ago),
            answers=[0] * 9,
            total=total,
            entered_at=NOW,
        )
    )
    session.flush()
