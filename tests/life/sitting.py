"""Seats that people give, ask to change, and end."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule
from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch import clock
from groupmatch.records import (
    OPEN_SWITCHES,
    EndReason,
    Group,
    Seat,
    SwitchKind,
    SwitchReason,
    SwitchRequest,
)
from groupmatch.services.requests import times
from groupmatch.services.seats import placing, seats
from groupmatch.services.switching import switches
from tests.life.living import ANY, Living, one_of

_REASONS = [EndReason.WITHDREW, EndReason.COMPLETED, EndReason.BY_HAND]


class Sitting(Living):
    """Seats by hand, and switch requests."""

    @rule(request=ANY, group=ANY)
    def place_by_hand(self, request: int, group: int) -> None:
        """A coordinator places somebody, against every word that may be overridden."""

        def act(session: Session) -> None:
            asked, into = self.request(session, request), self.group(session, group)
            despite = [each.key for each in placing.warnings_of(session, asked, into)]
            placing.place_by_hand(
                session, asked, into, by=self.town.coordinator, reason="known", despite=despite
            )

        self.act(act)

    @rule(request=ANY, group=ANY)
    def fill_a_group(self, request: int, group: int) -> None:
        """A coordinator places one after the other in the same group, as long as it takes them."""
        for number in range(request, request + 4):
            self.place_by_hand(number, group)

    @rule(request=ANY, choice=ANY)
    def reserve(self, request: int, choice: int) -> None:
        """A participant takes one of the times that fit."""

        def act(session: Session) -> None:
            asked = self.request(session, request)
            found = times.open_times(session, asked.participant)
            fitting = [time for each in found if each.request_id == asked.id for time in each.times]
            if fitting:
                group = session.get_one(Group, one_of(fitting, choice).group_id)
                times.reserve(session, asked, group, by=None)

        self.act(act)

    @rule(seat=ANY, reason=st.sampled_from(_REASONS))
    def end_a_seat(self, seat: int, reason: EndReason) -> None:
        """A coordinator ends a seat today."""
        self._on_a_seat(
            seat,
            lambda session, held: seats.end_seat(
                session,
                held,
                last_on=clock.today(held.group.timezone),
                reason=reason,
                by=self.town.coordinator,
            ),
        )

    @rule(
        seat=ANY,
        kind=st.sampled_from(SwitchKind),
        reason=st.sampled_from([SwitchReason.SCHEDULE, SwitchReason.SAFETY]),
    )
    def ask_to_switch(self, seat: int, kind: SwitchKind, reason: SwitchReason) -> None:
        """A member asks for another group, therapist or time."""
        self._on_a_seat(
            seat,
            lambda session, held: switches.request_switch(
                session, held, kind=kind, reason=reason, by=None
            ),
        )

    @rule(number=ANY, word=st.sampled_from(["tonight", "decline", "withdraw"]))
    def decide_on_a_switch(self, number: int, word: str) -> None:
        """A coordinator leaves an ask to the night or declines it, or its member takes it back."""

        def act(session: Session) -> None:
            query = select(SwitchRequest).where(SwitchRequest.state.in_(OPEN_SWITCHES))
            found = sorted(
                session.scalars(query), key=lambda each: self.asked.index(each.seat.request_id)
            )
            if not found:
                return
            switch, by = one_of(found, number), self.town.coordinator
            if word == "tonight":
                switches.leave_to_tonight(session, switch, by=by)
            elif word == "decline":
                switches.decline(session, switch, reason="There is no room.", by=by)
            else:
                switches.withdraw(session, switch, by=None)

        self.act(act)

    def _on_a_seat(self, number: int, act: Callable[[Session, Seat], Any]) -> None:
        def on_it(session: Session) -> None:
            held = self.held_seat(session, number)
            if held:
                act(session, held)

        self.act(on_it)
