"""What clinicians write down of people, and people who leave care and come back."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import rule
from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch import clock
from groupmatch.records import MeasureScore
from groupmatch.services.care import discharge, measures
from groupmatch.services.care.instruments import instruments
from tests.life.living import ANY, Living, one_of

#: The item of the PHQ-9 that asks for thoughts of death.
_ALARMING = 9


class Caring(Living):
    """Measures, discharge and readmission."""

    @rule(person=ANY, answer=st.integers(0, 3), alarm=st.booleans())
    def measure(self, person: int, answer: int, alarm: bool) -> None:
        """A PHQ-9 is written down; an answer to its last item that alarms holds all automation."""

        def act(session: Session) -> str:
            measured, phq9 = self.person(session, person), instruments()["phq-9"]
            answers = [answer] * (len(phq9.items) - 1) + [int(alarm)]
            today = clock.today(self.program(session).timezone)
            measures.add_score(
                session,
                measured,
                phq9,
                taken_on=today,
                answers=answers,
                by=self.town.coordinator,
            )
            return measured.id

        seats = self.seen.seats
        measured = self.act(act)
        assert self.seen.seats == seats, "a score took a seat"
        assert not alarm or measured in self.seen.flagged, "an alarm raised no flag"

    @rule(number=ANY)
    def withdraw_a_score(self, number: int) -> None:
        """A score was written down by mistake; a flag that it raised stays up."""

        def act(session: Session) -> None:
            query = select(MeasureScore).order_by(MeasureScore.entered_at, MeasureScore.total)
            scores = session.scalars(query).all()
            if scores:
                by = self.town.coordinator
                measures.withdraw_score(session, one_of(scores, number), by=by, reason="mistake")

        flagged = self.seen.flagged
        self.act(act)
        assert self.seen.flagged == flagged, "a withdrawn score lowered a flag"

    @rule(person=ANY, days=st.sampled_from([0, 6]))
    def discharge(self, person: int, days: int) -> None:
        """Somebody's care here is over, today or after the sessions that are agreed."""

        def act(session: Session) -> None:
            gone = self.person(session, person)
            today = discharge.all_today(session, gone)
            discharge.discharge_participant(
                session,
                gone,
                last_dates={seat: on and on + timedelta(days=days) for seat, on in today.items()},
                by=self.town.coordinator,
                reason="done",
            )

        self.act(act)

    @rule(person=ANY)
    def readmit(self, person: int) -> None:
        """Somebody comes back: what they had stays in the record, and gives no seat."""
        held = {key for key, seat in self.seen.seats.items() if seat.held}
        self.act(
            lambda session: discharge.readmit_participant(
                session, self.person(session, person), by=self.town.coordinator, reason="again"
            )
        )
        assert {key for key, seat in self.seen.seats.items() if seat.held} == held
