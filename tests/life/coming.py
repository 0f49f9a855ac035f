"""Who comes, what they ask for, and what stands in their way."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule
from sqlalchemy.orm import Session

from groupmatch import clock
from groupmatch.records import GateKind
from groupmatch.services.care import gates
from groupmatch.services.hours import availability
from groupmatch.services.participants import people
from groupmatch.services.privacy import apart
from groupmatch.services.requests import requests
from tests.life import town
from tests.life.living import ANY, Living, one_of

_STEPS = [timedelta(hours=1), timedelta(hours=9), timedelta(days=1), timedelta(days=8)]
#: Six days before the clocks of New York go forward.
_LATE_WINTER = datetime(2027, 3, 8, 15, 0, tzinfo=UTC)


class Coming(Living):
    """Participants and their requests, and the clock."""

    @rule(hours=st.sampled_from(sorted(town.HOURS)), place=st.sampled_from(town.PLACES), topics=ANY)
    def enroll(self, hours: str, place: tuple[str, str], topics: int) -> None:
        """Somebody comes, with all gates open, and asks for a seat."""
        person, request = self.act(
            lambda session: town.enroll(
                session,
                self.program(session),
                f"P{len(self.people)}",
                hours,
                place,
                one_of(town.TOPICS, topics),
                by=self.town.coordinator,
            )
        )
        self.people.append(person)
        self.asked.append(request)

    @rule(person=ANY, topics=ANY)
    def ask_for_more(self, person: int, topics: int) -> None:
        """Somebody asks for another seat."""
        wanted = one_of(town.TOPICS, topics)
        added = self.act(
            lambda session: (
                town.ask(session, self.person(session, person), wanted, by=self.town.coordinator).id
            )
        )
        self.asked.append(added)

    @rule(request=ANY)
    def close_request(self, request: int) -> None:
        """A need is over."""
        self.act(
            lambda session: requests.close_request(
                session, self.request(session, request), by=self.town.coordinator, reason="met"
            )
        )

    @rule(person=ANY, kind=st.sampled_from(town.GATES), opens=st.booleans())
    def decide_on_a_gate(self, person: int, kind: GateKind, opens: bool) -> None:
        """Staff clear a gate, or withdraw what they decided."""

        def act(session: Session) -> None:
            if opens:
                town.clear(session, self.person(session, person), kind)
            else:
                gates.close_gate(session, self.person(session, person), kind, by=None)

        self.act(act)

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

    @rule(person=ANY, hours=st.sampled_from(sorted(town.HOURS)))
    def change_hours(self, person: int, hours: str) -> None:
        """Somebody paints other hours."""
        self.act(
            lambda session: availability.set_weekly(
                session, self.person(session, person), town.HOURS[hours], by=None
            )
        )

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

    @rule(step=st.sampled_from(_STEPS))
    def let_time_pass(self, step: timedelta) -> None:
        """An hour, a day, or more than a week: the clocks of New York go back on the tenth day."""
        self.traveller.shift(step)

    @precondition(lambda self: clock.now() < _LATE_WINTER)
    @rule()
    def let_the_winter_pass(self) -> None:
        """Next comes the week in which the clocks of New York go forward."""
        self.traveller.move_to(_LATE_WINTER)
