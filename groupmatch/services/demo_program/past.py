"""What the demo has behind it: sessions of the last weeks, who came, and what was measured.

All of it is written down when it happened, in a time that is pretended meanwhile.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch import clock
from groupmatch.records import Group, GroupSession, Participant, Presence, SessionState
from groupmatch.services.care import measures
from groupmatch.services.care.instruments import instruments
from groupmatch.services.demo_program.crowd import Crowd
from groupmatch.services.sessions import attendance, holidays, sessions, substitutes
from groupmatch.services.sessions.attendance import Mark

_WEEKS = 4
#: Leaders write down who came some minutes after the session.
_WRITING = timedelta(minutes=10)
_PRESENCE = (Presence.PRESENT,) * 17 + (Presence.LATE,) + (Presence.ABSENT,) + (Presence.EXCUSED,)


def look_back(crowd: Crowd, facts: dict[str, Any], *, now: datetime, by: str) -> None:
    """Hold the sessions of some groups, and measure some of their members, up to an instant."""
    leader = crowd.offer.therapists[facts["leader"]].id
    groups = [group for group in crowd.offer.weekly if group.leaders[0].therapist_id == leader]
    missing = crowd.members[groups[0].id][0]
    with clock.pretending(now - timedelta(weeks=_WEEKS)) as go_to:
        sessions.lay_out_together(crowd.session, groups, by=None)
        crowd.session.flush()
        # Of the last one nobody has written down yet who came.
        for meeting in _over(crowd.session, groups, now)[:-1]:
            go_to(meeting.ends_at + _WRITING)
            there = attendance.expected(crowd.session, meeting)
            marks = [_mark(crowd, each.seat.participant, missing) for each in there]
            attendance.record(crowd.session, meeting, marks, seen=0, by=by)
    for row in facts["measures"]:
        group = next(each for each in groups if each.topic_code == row["topic"])
        _measure(crowd.session, crowd.members[group.id][row["member"]], row, now=now, by=by)


def look_ahead(crowd: Crowd, facts: dict[str, Any], *, by: str) -> None:
    """Close for a day, and let a leader ask for a substitute for the next session."""
    on = crowd.today + timedelta(days=facts["closed_in_days"])
    holidays.declare_holiday(crowd.session, crowd.program, on=on, name=facts["closed_for"], by=by)
    coming = select(GroupSession).where(
        GroupSession.program_id == crowd.program.id,
        GroupSession.starts_at > clock.now() + timedelta(days=1),
        GroupSession.state == SessionState.SCHEDULED,
    )
    meeting = crowd.session.scalars(coming.order_by(GroupSession.starts_at)).first()
    if meeting:
        substitutes.ask_for_substitute(crowd.session, meeting, note=facts["away_for"], by=by)


def _over(session: Session, groups: Sequence[Group], now: datetime) -> Sequence[GroupSession]:
    query = select(GroupSession).where(
        GroupSession.group_id.in_([group.id for group in groups]),
        GroupSession.starts_at < now - timedelta(hours=3),
    )
    return session.scalars(query.order_by(GroupSession.starts_at)).all()


def _mark(crowd: Crowd, person: Participant, missing: Participant) -> Mark:
    """Most come; one has not been seen for weeks."""
    presence = Presence.ABSENT if person is missing else crowd.rng.choice(_PRESENCE)
    return Mark(person.id, presence)


def _measure(
    session: Session, person: Participant, row: dict[str, Any], *, now: datetime, by: str
) -> None:
    """One questionnaire every four weeks; the answers to each follow the scores of the row."""
    instrument, scores = instruments()[row["instrument"]], row["scores"]
    with clock.pretending(now - timedelta(weeks=4 * (len(scores) - 1))) as go_to:
        for number, total in enumerate(scores):
            go_to(now - timedelta(weeks=4 * (len(scores) - 1 - number)))
            measures.add_score(
                session,
                person,
                instrument,
                taken_on=clock.today(person.program.timezone),
                answers=_answers(total, len(instrument.items)),
                by=by,
            )


def _answers(total: int, items: int) -> list[int]:
    """Answers with a total, evenly spread; the last item, which may alarm, has none."""
    least, more = divmod(total, items - 1)
    return [least + (number < more) for number in range(items - 1)] + [0]
