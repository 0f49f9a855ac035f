"""What becomes of groups while people sit in them."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import rule
from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch import clock
from groupmatch.records import Therapist
from groupmatch.services.groups import groups
from groupmatch.services.groups.groups import MeetingTime
from tests.life.living import ANY, Living, one_of


class Gathering(Living):
    """Groups change, close and end."""

    @rule(group=ANY, largest=st.integers(1, 3))
    def resize(self, group: int, largest: int) -> None:
        """A group gets more seats, or fewer; whoever sits in it stays."""
        self.act(
            lambda session: groups.edit_group(
                session, self.group(session, group), max_size=largest, by=self.town.coordinator
            )
        )

    @rule(group=ANY, later=st.sampled_from([-30, 30]), days=st.integers(0, 9))
    def change_the_hour(self, group: int, later: int, days: int) -> None:
        """A group meets half an hour earlier or later from a day on."""

        def act(session: Session) -> None:
            edited = self.group(session, group)
            groups.edit_group(
                session,
                edited,
                meetings=[
                    MeetingTime(each.weekday, each.start_minute + later, each.minutes)
                    for each in edited.meetings
                    if each.until_on is None
                ],
                since=clock.today(edited.timezone) + timedelta(days=days),
                by=self.town.coordinator,
            )

        self.act(act)

    @rule(group=ANY, leader=ANY, days=st.integers(0, 9))
    def hand_over_the_lead(self, group: int, leader: int, days: int) -> None:
        """Somebody else leads a group from a day on."""

        def act(session: Session) -> None:
            edited = self.group(session, group)
            leaders = session.scalars(select(Therapist).order_by(Therapist.first_name)).all()
            groups.edit_group(
                session,
                edited,
                leaders=[one_of(leaders, leader).id],
                since=clock.today(edited.timezone) + timedelta(days=days),
                by=self.town.coordinator,
            )

        self.act(act)

    @rule(group=ANY)
    def close_to_newcomers(self, group: int) -> None:
        """Nobody new joins a group."""
        self.act(
            lambda session: groups.close_to_newcomers(
                session, self.group(session, group), by=self.town.coordinator
            )
        )

    @rule(group=ANY, days=st.integers(0, 20))
    def end_a_group(self, group: int, days: int) -> None:
        """A group meets for the last time, soon."""

        def act(session: Session) -> None:
            ending = self.group(session, group)
            last_on = clock.today(ending.timezone) + timedelta(days=days)
            groups.end_group(
                session, ending, last_on=last_on, by=self.town.coordinator, reason="over"
            )

        self.act(act)
