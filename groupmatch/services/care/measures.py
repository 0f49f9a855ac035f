"""Measures: write a questionnaire's answers down, call a person where they alarm, show the trend.

Scores are looked at by people and are no input to any match. An alarming answer holds automation
for the person as the safety flag does; a reliable change opens a task to talk about it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch import clock
from groupmatch.database import Json, new_id
from groupmatch.errors import Conflict, Refused
from groupmatch.records import MeasureScore, Participant, TaskKind
from groupmatch.services import locks
from groupmatch.services.audit import audit
from groupmatch.services.care import calls
from groupmatch.services.care.instruments import Instrument, instruments
from groupmatch.services.participants import people


@dataclass(frozen=True)
class Point:
    """One score within its trend."""

    score: MeasureScore
    #: By how much it differs reliably from the last score of which that was told, or the first.
    change: int | None


@dataclass(frozen=True)
class Trend:
    """All scores of one person on one instrument, the earliest first."""

    instrument: Instrument
    points: Sequence[Point]


def add_score(
    session: Session,
    participant: Participant,
    instrument: Instrument,
    *,
    taken_on: date,
    answers: Sequence[int],
    by: str | None,
) -> MeasureScore:
    """Write answers down; `taken_on` is a local date, today at the latest.

    Alarming answers raise the safety flag with a task for the same day; seats stay as they are.
    Raises Refused `answers_missing` or `taken_ahead`.
    """
    _refuse_unusable(participant, instrument, taken_on, answers)
    score = MeasureScore(
        id=new_id(),
        program_id=participant.program_id,
        participant_id=participant.id,
        instrument=instrument.code,
        taken_on=taken_on,
        answers=list(answers),
        total=instrument.total(answers),
        entered_at=clock.now(),
        entered_by_id=by,
    )
    session.add(score)
    audit.record(session, "measure.entered", score, by=by, after=_facts(score))
    _call_for_safety(session, participant, instrument, answers, by=by)
    _tell_of_change(session, participant, score, by=by)
    return score


def withdraw_score(session: Session, score: MeasureScore, *, by: str | None, reason: str) -> None:
    """Take back what was written down by mistake. A safety flag stays up: a person lowers it.

    Raises Conflict `score_withdrawn`.
    """
    locks.hold(session, score)
    if score.withdrawn_at is not None:
        raise Conflict("score_withdrawn")
    score.withdrawn_at = clock.now()
    audit.record(session, "measure.withdrawn", score, by=by, before=_facts(score), reason=reason)


def scores(session: Session, participant: Participant) -> Sequence[MeasureScore]:
    """All scores of a person, those taken back too, the earliest first."""
    query = (
        select(MeasureScore)
        .where(MeasureScore.participant_id == participant.id)
        .order_by(MeasureScore.taken_on, MeasureScore.entered_at, MeasureScore.id)
    )
    return session.scalars(query).all()


def trends(session: Session, participant: Participant) -> tuple[Trend, ...]:
    """The trends of a person, in the order of the instruments; without those never answered."""
    return trends_of(scores(session, participant))


def trends_of(every: Sequence[MeasureScore]) -> tuple[Trend, ...]:
    """The same of all scores of a person. What was taken back is left out."""
    stand = [score for score in every if score.withdrawn_at is None]
    found = (
        Trend(each, _points(each, [score for score in stand if score.instrument == each.code]))
        for each in instruments().values()
    )
    return tuple(trend for trend in found if trend.points)


def _points(instrument: Instrument, scores: Iterable[MeasureScore]) -> tuple[Point, ...]:
    points: list[Point] = []
    reference: int | None = None
    for score in scores:
        change = _change(instrument, reference, score.total)
        if reference is None or change is not None:
            reference = score.total
        points.append(Point(score, change))
    return tuple(points)


def _change(instrument: Instrument, reference: int | None, total: int | None) -> int | None:
    if reference is None or total is None or instrument.reliable_change is None:
        return None
    change = total - reference
    return change if abs(change) >= instrument.reliable_change else None


def _call_for_safety(
    session: Session,
    participant: Participant,
    instrument: Instrument,
    answers: Sequence[int],
    *,
    by: str | None,
) -> None:
    alarming = instrument.alarming(answers)
    if not alarming:
        return
    at_once = any(answers[alarm.item - 1] >= alarm.at_once_from for alarm in alarming)
    items = ", ".join(str(alarm.item) for alarm in alarming)
    note = f"{instrument.name}, item {items}: {'at once' if at_once else 'today'}"
    people.raise_alarm(session, participant, note=note, by=by)


def _tell_of_change(
    session: Session, participant: Participant, score: MeasureScore, *, by: str | None
) -> None:
    session.flush()
    for trend in trends(session, participant):
        for before, point in zip(trend.points, trend.points[1:], strict=False):
            if point.score is score and point.change is not None:
                told = f"{trend.instrument.name}: {before.score.total} → {score.total}"
                calls.open_task(session, participant, TaskKind.REVIEW, note=told, by=by)


def _refuse_unusable(
    participant: Participant, instrument: Instrument, taken_on: date, answers: Sequence[int]
) -> None:
    known = range(len(instrument.answers))
    if len(answers) != len(instrument.items) or not all(answer in known for answer in answers):
        raise Refused("answers_missing")
    if taken_on > clock.today(participant.program.timezone):
        raise Refused("taken_ahead")


def _facts(score: MeasureScore) -> Json:
    """What the audit log may hold: which instrument and day, and nothing that was answered."""
    return {"instrument": score.instrument, "taken_on": score.taken_on.isoformat()}
