"""Who comes, what they ask for, and what stands in their way."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule
from sqlalchemy.orm import Session

from groupmatch.records import GateKind, Participant, Request
from groupmatch.services import apart, availability, gates, people, requests
from tests.life import town
from tests.life.living import ANY, Living, one_of

_GATES = [kind for kind in GateKind if kind != GateKind.PART2_CONSENT]
_STEPS = [timedelta(hours=1), timedelta(hours=9), timedelta(days=1), timedelta(days=8)]


class Coming(Living):
    """Participants and their requests, and the clock."""

    @rule(hours=st.sampled_from(sorted(town.HOURS)), place=st.sampled_from(town.PLACES), topics=ANY)
    def enroll(self, hours: str, place: tuple[str, str], topics: int) -> None:
        """Somebody comes, with all gates open, and asks for a seat."""

        def act(session: Session) -> tuple[str, str]:
            person = people.add_participant(
                session,
                self.program(session),
                first_name=f"P{len(self.people)}",
                last_name="Quill",
                region=place[0],
                timezone=place[1],
                by=self.town.coordinator,
            )
            availability.set_weekly(session, person, town.HOURS[hours], by=self.town.coordinator)
            for kind in _GATES:
                self._clear(session, person, kind)
            return person.id, self._ask(session, person, topics).id

        person, request = self.act(act)
        self.people.append(person)
        self.asked.append(request)

    @precondition(lambda self: self.people)
    @rule(person=ANY, topics=ANY)
    def ask_for_more(self, person: int, topics: int) -> None:
        """Somebody asks for another seat."""
        added = self.act(
            lambda session: self._ask(session, self.person(session, person), topics).id
        )
        if added:
            self.asked.append(added)

    @precondition(lambda self: self.asked)
    @rule(request=ANY)
    def close_request(self, request: int) -> None:
        """A need is over."""
        self.act(
            lambda session: requests.close_request(
                session, self.request(session, request), by=self.town.coordinator, reason="met"
            )
        )

    @precondition(lambda self: self.people)
    @rule(person=ANY, kind=st.sampled_from(_GATES), opens=st.booleans())
    def decide_on_a_gate(self, person: int, kind: GateKind, opens: bool) -> None:
        """Staff clear a gate, or withdraw what they decided."""

        def act(session: Session) -> None:
            if opens:
                self._clear(session, self.person(session, person), kind)
            else:
                gates.close_gate(session, self.person(session, person), kind, by=None)

        self.act(act)

    @precondition(lambda self: self.people)
    @rule(person=ANY, raised=st.booleans())
    def flag(self, person: int, raised: bool) -> None:
        """The safety flag goes up or down."""
        self.act(
            lambda session: people.set_safety_flag(
                session,
                self.person(session, person),
                raised=raised,
                by=self.town.coordinator,
                reason="by phone",
            )
        )

    @precondition(lambda self: self.people)
    @rule(person=ANY, hours=st.sampled_from(sorted(town.HOURS)))
    def change_hours(self, person: int, hours: str) -> None:
        """Somebody paints other hours."""
        self.act(
            lambda session: availability.set_weekly(
                session, self.person(session, person), town.HOURS[hours], by=None
            )
        )

    @precondition(lambda self: len(self.people) > 1)
    @rule(one=ANY, other=ANY, kind=st.sampled_from(["conflict", "protective_order"]))
    def keep_apart(self, one: int, other: int, kind: str) -> None:
        """Two people must not meet."""
        self.act(
            lambda session: apart.keep_apart(
                session,
                self.person(session, one),
                self.person(session, other),
                kind=kind,
                by=self.town.coordinator,
            )
        )

    @precondition(lambda self: self.people)
    @rule(person=ANY)
    def discharge(self, person: int) -> None:
        """Somebody's care here is over."""
        self.act(
            lambda session: people.discharge_participant(
                session, self.person(session, person), by=self.town.coordinator, reason="done"
            )
        )

    @rule(step=st.sampled_from(_STEPS))
    def let_time_pass(self, step: timedelta) -> None:
        """An hour, a day, or more than a week: the clocks of New York go back on the tenth day."""
        self.traveller.shift(step)

    def _ask(self, session: Session, person: Participant, topics: int) -> Request:
        return requests.add_request(
            session,
            person,
            topics=one_of(town.TOPICS, topics),
            level_code="outpatient",
            by=self.town.coordinator,
        )

    def _clear(self, session: Session, person: Participant, kind: GateKind) -> None:
        level = "outpatient" if kind == GateKind.LEVEL_OF_CARE else None
        # As imported: what staff may decide is for the tests of gates.
        gates.clear_gate(session, person, kind, by=None, level_code=level)
