"""What every act of the state machine stands on: a town, a clock, and a look after each step."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import time_machine
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize
from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch.errors import Refused
from groupmatch.records import Group, Participant, Program, Request, Seat, SeatState
from groupmatch.simulation.facts import look
from groupmatch.simulation.invariants import broken
from tests.life.places import Place
from tests.life.sessions_hold import broken_sessions, look_at_sessions
from tests.life.town import BEGINS

#: Stands for one of those that there are at the time.
ANY = st.integers(0, 999)

Chosen = TypeVar("Chosen")


class Living(RuleBasedStateMachine):
    """One program, from its first participant on."""

    place: Place

    @initialize()
    def found(self) -> None:
        """A town in which nobody has a seat yet, on an autumn Thursday."""
        self.clock = time_machine.travel(BEGINS, tick=False)
        self.traveller = self.clock.start()
        self.town, self.database = self.place.stands, self.place.open()
        #: Ids in the order in which they came.
        self.people = list(self.town.people)
        self.asked = list(self.town.asked)
        with self.database.read() as session:
            self.seen, self.met = look(session), look_at_sessions(session)

    def teardown(self) -> None:
        """Give the database back, and let the clock run."""
        if hasattr(self, "town"):
            self.place.close(self.database)
            self.clock.stop()

    def act(self, act: Callable[[Session], Any], *, by_person: bool = True) -> Any:
        """Do one thing in a transaction of its own, and hold the invariants to what it did.

        A refusal is fine and must leave no trace; the result is then None.
        """
        before, met = self.seen, self.met
        refusal, result = None, None
        try:
            with self.database.transaction() as session:
                result = act(session)
        except Refused as refused:
            refusal = refused
        with self.database.read() as session:
            self.seen, self.met = look(session), look_at_sessions(session)
            found = broken(session, before, self.seen, by_person=by_person)
            found += broken_sessions(session, met, self.met, self.seen.seats)
        assert not found, "; ".join(found)
        traceless = self.seen == before and self.met == met
        assert refusal is None or traceless, f"{refusal} left traces"
        return result

    def program(self, session: Session) -> Program:
        """The one program."""
        return session.get_one(Program, self.town.program)

    def person(self, session: Session, number: int) -> Participant:
        """One of the participants."""
        return session.get_one(Participant, one_of(self.people, number))

    def request(self, session: Session, number: int) -> Request:
        """One of the requests, open or closed."""
        return session.get_one(Request, one_of(self.asked, number))

    def group(self, session: Session, number: int) -> Group:
        """One of the groups."""
        return session.get_one(Group, one_of(self.town.groups, number))

    def held_seat(self, session: Session, number: int) -> Seat | None:
        """One of the seats that are held, by the order of their requests."""
        held = session.scalars(select(Seat).where(Seat.state != SeatState.ENDED)).all()
        if not held:
            return None
        return one_of(sorted(held, key=lambda seat: self.asked.index(seat.request_id)), number)


def one_of(found: Sequence[Chosen], number: int) -> Chosen:
    """One of those that there are."""
    return found[number % len(found)]
