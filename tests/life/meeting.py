"""Dated sessions: laid out, held, cancelled, led by somebody else."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule
from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch import clock
from groupmatch.records import CancelReason, GroupSession, Presence, Therapist
from groupmatch.services.sessions import attendance, cancelling, holidays, sessions, substitutes
from groupmatch.services.sessions.attendance import Mark
from tests.life.living import ANY, Living, one_of


class Meeting(Living):
    """What becomes of the sessions of groups."""

    @rule()
    def lay_out(self) -> None:
        """The minute in which the scheduler looks ahead."""
        sessions.lay_out_due(self.database)
        self.act(lambda session: None, by_person=False)

    @rule(number=ANY, came=st.lists(st.sampled_from(Presence), min_size=3, max_size=3))
    def write_attendance(self, number: int, came: list[Presence]) -> None:
        """A leader writes down who came to a session of late, or will not come to the next one."""

        def on_it(session: Session, meeting: GroupSession) -> None:
            there = attendance.expected(session, meeting)
            marks = [
                Mark(each.seat.participant_id, presence)
                for each, presence in zip(there, came, strict=False)
            ]
            attendance.record(session, meeting, marks, seen=meeting.recordings, by=None)

        self._on_a_session(number, on_it)

    @rule(number=ANY)
    def all_stay_away(self, number: int) -> None:
        """Nobody comes to the last sessions of a group: some miss the third in a row."""

        def act(session: Session) -> None:
            group = self.group(session, number)
            query = select(GroupSession).where(
                GroupSession.group_id == group.id, GroupSession.starts_at <= clock.now()
            )
            for meeting in session.scalars(query.order_by(GroupSession.starts_at)).all()[-3:]:
                there = attendance.expected(session, meeting)
                marks = [Mark(each.seat.participant_id, Presence.ABSENT) for each in there]
                attendance.record(session, meeting, marks, seen=meeting.recordings, by=None)

        self.act(act)

    @rule(number=ANY, restored=st.booleans())
    def cancel_a_session(self, number: int, restored: bool) -> None:
        """A coordinator cancels one session, and sometimes thinks better of it."""
        by = self.town.coordinator

        def on_it(session: Session, meeting: GroupSession) -> None:
            if restored and meeting.cancel_reason:
                cancelling.restore_session(session, meeting, by=by)
            else:
                reason = CancelReason.LEADER_AWAY
                cancelling.cancel_session(session, meeting, reason=reason, note="", by=by)

        self._on_a_session(number, on_it)

    @rule(days=st.integers(0, 14))
    def close_for_a_day(self, days: int) -> None:
        """The program declares a holiday."""

        def act(session: Session) -> None:
            program = self.program(session)
            on = clock.today(program.timezone) + timedelta(days=days)
            holidays.declare_holiday(
                session, program, on=on, name="Closed", by=self.town.coordinator
            )

        self.act(act)

    @rule(number=ANY)
    def lift_a_holiday(self, number: int) -> None:
        """The program is open after all."""

        def act(session: Session) -> None:
            coming = holidays.coming_holidays(session, self.program(session))
            if coming:
                holidays.lift_holiday(session, one_of(coming, number), by=self.town.coordinator)

        self.act(act)

    @rule(number=ANY, choice=ANY, word=st.sampled_from(["ask", "send", "take back", "come"]))
    def find_a_substitute(self, number: int, choice: int, word: str) -> None:
        """A leader cannot come, a coordinator sends somebody else, or they come after all."""
        by = self.town.coordinator

        def on_it(session: Session, meeting: GroupSession) -> None:
            if word == "ask":
                substitutes.ask_for_substitute(session, meeting, note="", by=by)
            elif word == "send":
                leaders = session.scalars(select(Therapist).order_by(Therapist.first_name)).all()
                substitutes.send_substitute(session, meeting, one_of(leaders, choice), by=by)
            elif word == "take back":
                substitutes.take_substitute_back(session, meeting, by=by)
            else:
                substitutes.come_after_all(session, meeting, by=by)

        self._on_a_session(number, on_it)

    def _on_a_session(self, number: int, act: Callable[[Session, GroupSession], Any]) -> None:
        """One of the sessions of the last week or the next."""

        def on_it(session: Session) -> None:
            now, week = clock.now(), timedelta(weeks=1)
            query = select(GroupSession).where(
                GroupSession.starts_at > now - week, GroupSession.starts_at < now + week
            )
            order = GroupSession.starts_at, GroupSession.group_id
            near = session.scalars(query.order_by(*order)).all()
            if near:
                act(session, one_of(near, number))

        self.act(on_it)
