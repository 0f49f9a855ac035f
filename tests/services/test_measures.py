"""Measures: published keys, alarms that call a person, changes that are told, and no match."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch.database import Database
from groupmatch.errors import Conflict, Refused
from groupmatch.records import AuditEntry, MeasureScore, SeatState, Task, TaskKind
from groupmatch.services.care import measures
from groupmatch.services.care.instruments import Instrument, instruments
from groupmatch.services.participants.people import set_safety_flag
from tests.cast import TODAY, Cast, make_cast
from tests.matching.compiling import compiled, gates_of, takes_part
from tests.queries import counted

pytestmark = pytest.mark.usefixtures("fixed_clock")

PHQ, GAD, PCL, CSSRS = (instruments()[code] for code in ("phq-9", "gad-7", "pcl-5", "c-ssrs"))


def answered(instrument: Instrument, total: int, **items: int) -> list[int]:
    """Answers with this total, the first items first; `item_9=1` sets one by itself."""
    most, alarming = len(instrument.answers) - 1, {alarm.item: 0 for alarm in instrument.alarms}
    fixed = alarming | {int(name.removeprefix("item_")): answer for name, answer in items.items()}
    left, answers = total - sum(fixed.values()), []
    for number in range(1, len(instrument.items) + 1):
        given = min(left, most) if number not in fixed else 0
        left -= given
        answers.append(fixed.get(number, given))
    assert sum(answers) == total
    return answers


@pytest.mark.parametrize(
    ("instrument", "items", "highest", "change"),
    [(PHQ, 9, 27, 6), (GAD, 7, 21, 4), (PCL, 20, 80, 10)],
)
def test_instruments_have_their_published_items_and_ranges(
    instrument: Instrument, items: int, highest: int, change: int
) -> None:
    assert len(instrument.items) == items
    assert instrument.highest == highest
    assert instrument.reliable_change == change


@pytest.mark.parametrize(
    ("instrument", "total", "band"),
    [
        (PHQ, 4, "minimal"),
        (PHQ, 5, "mild"),
        (PHQ, 10, "moderate"),
        (PHQ, 15, "moderately severe"),
        (PHQ, 20, "severe"),
        (GAD, 9, "mild"),
        (GAD, 10, "moderate"),
        (GAD, 15, "severe"),
        (PCL, 30, "below the screening range"),
        (PCL, 31, "in the screening range"),
    ],
)
def test_a_total_lies_in_its_published_band(instrument: Instrument, total: int, band: str) -> None:
    assert instrument.band(total) == band


def test_answers_are_summed_and_kept(database: Database) -> None:
    with database.transaction() as session:
        cast = make_cast(session)
        add(session, cast, PHQ, answered(PHQ, 14))
    with database.read() as session:
        stored = session.scalars(select(MeasureScore)).one()
        assert (stored.total, sum(stored.answers), stored.entered_by_id) == (14, 14, cast.mara.id)
        assert session.scalars(select(Task)).all() == []


@pytest.mark.parametrize(
    ("instrument", "answers", "note"),
    [
        (PHQ, answered(PHQ, 1, item_9=1), "PHQ-9, item 9: today"),
        (PHQ, answered(PHQ, 2, item_9=2), "PHQ-9, item 9: at once"),
        (CSSRS, [1, 1, 0, 1, 0, 0, 0], "C-SSRS screener, item 4: at once"),
        (CSSRS, [1, 1, 0, 0, 1, 0, 0], "C-SSRS screener, item 5: at once"),
        (CSSRS, [0, 0, 0, 0, 0, 1, 1], "C-SSRS screener, item 7: at once"),
    ],
)
def test_an_alarming_answer_holds_automation_keeps_the_seat_and_calls_a_person_today(
    database: Database, instrument: Instrument, answers: list[int], note: str
) -> None:
    with database.transaction() as session:
        cast = make_cast(session)
        for person in (cast.ada, cast.ben):
            measures.add_score(
                session, person, instrument, taken_on=TODAY, answers=answers, by=cast.mara.id
            )
        assert gates_of(compiled(session, cast.program), cast.ben_request) == {"safety"}
        assert compiled(session, cast.program).standings[cast.ada_request.id].fixed
        assert cast.ada_seat.state == SeatState.ACTIVE
        tasks = session.scalars(select(Task)).all()
        assert {(task.kind, task.note, task.due_on) for task in tasks} == {
            (TaskKind.SAFETY, note, TODAY)
        }
        assert {task.participant_id for task in tasks} == {cast.ada.id, cast.ben.id}


@pytest.mark.parametrize(
    ("instrument", "answers"),
    [(PHQ, answered(PHQ, 24)), (CSSRS, [1, 1, 1, 0, 0, 1, 0]), (GAD, [3] * 7), (PCL, [4] * 20)],
)
def test_other_answers_hold_nothing(
    session: Session, cast: Cast, instrument: Instrument, answers: list[int]
) -> None:
    add(session, cast, instrument, answers)
    assert cast.ben.safety_flag_since is None


def test_an_alarm_under_a_raised_flag_is_added_to_the_task(session: Session, cast: Cast) -> None:
    set_safety_flag(session, cast.ben, raised=True, by=cast.mara.id, reason="a call")
    add(session, cast, PHQ, answered(PHQ, 3, item_9=3))
    task = session.scalars(select(Task)).one()
    assert task.note == "a call\nPHQ-9, item 9: at once"


@pytest.mark.parametrize(
    ("totals", "changes"),
    [
        ([14, 19], [None, None]),
        ([14, 20], [None, 6]),
        ([14, 8], [None, -6]),
        # Slow drift is told once, and then from there.
        ([10, 13, 16, 18, 22], [None, None, 6, None, 6]),
    ],
)
def test_a_reliable_change_is_told_whichever_way_it_goes(
    session: Session, cast: Cast, totals: list[int], changes: list[int | None]
) -> None:
    for week, total in enumerate(totals):
        day = TODAY - timedelta(weeks=len(totals) - week)
        add(session, cast, PHQ, answered(PHQ, total), taken_on=day)
    [trend] = measures.trends(session, cast.ben)
    assert [point.change for point in trend.points] == changes
    told = session.scalars(select(Task).where(Task.kind == TaskKind.REVIEW)).all()
    assert len(told) == any(changes)


def test_what_is_taken_back_counts_no_more_and_stays_in_the_record(database: Database) -> None:
    with database.transaction() as session:
        cast = make_cast(session)
        score = add(session, cast, PHQ, answered(PHQ, 1, item_9=1))
        measures.withdraw_score(session, score, by=cast.mara.id, reason="another person’s sheet")
        assert measures.trends(session, cast.ben) == ()
        assert session.get_one(MeasureScore, score.id).total == 1
        # Only a clinician lowers the flag.
        assert cast.ben.safety_flag_since is not None
        with pytest.raises(Conflict, match="score_withdrawn"):
            measures.withdraw_score(session, score, by=cast.mara.id, reason="again")


def test_every_item_is_answered_and_not_ahead_of_time(session: Session, cast: Cast) -> None:
    for answers in ([0] * 8, [0] * 8 + [4], [0] * 8 + [-1]):
        with pytest.raises(Refused, match="answers_missing"):
            add(session, cast, PHQ, answers)
    with pytest.raises(Refused, match="taken_ahead"):
        add(session, cast, PHQ, [0] * 9, taken_on=TODAY + timedelta(days=1))


def test_the_audit_log_holds_no_answer(session: Session, cast: Cast) -> None:
    add(session, cast, PHQ, answered(PHQ, 23))
    entry = session.scalars(select(AuditEntry).where(AuditEntry.act == "measure.entered")).one()
    assert entry.after == {"instrument": "phq-9", "taken_on": TODAY.isoformat()}


def test_no_match_ever_reads_a_measure(session: Session, cast: Cast) -> None:
    before = compiled(session, cast.program)
    add(session, cast, PHQ, answered(PHQ, 24))
    add(session, cast, PCL, [4] * 20)
    session.flush()
    with counted(session) as read:
        after = compiled(session, cast.program)
    assert after.document == before.document
    assert takes_part(after, cast.ben_request)
    assert read.statements
    assert not [statement for statement in read.statements if "measure_score" in statement]


def add(
    session: Session, cast: Cast, instrument: Instrument, answers: list[int], **more: object
) -> MeasureScore:
    """Mara writes down what Ben answered today."""
    day = {"taken_on": TODAY, **more}
    return measures.add_score(
        session,
        cast.ben,
        instrument,
        answers=answers,
        by=cast.mara.id,
        **day,  # type: ignore[arg-type]
    )
