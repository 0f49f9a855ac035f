"""Offers and their answers, and what is taken back."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule
from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch.records import (
    LIVE_OFFERS,
    BundleState,
    DeclineReason,
    DraftBundle,
    Offer,
    SwitchRequest,
    SwitchState,
)
from groupmatch.services.drafts import undoing
from groupmatch.services.offers import offers, reoffering
from groupmatch.services.programs import programs
from groupmatch.services.switching import switch_approval, switch_options, switch_undo
from tests.life.living import ANY, Living, one_of


class Answering(Living):
    """What people say to seats that are offered, and coordinators who change their mind."""

    @rule(offered=st.booleans())
    def change_the_policy(self, offered: bool) -> None:
        """The program makes offers from now on, or gives seats at once."""
        self.act(
            lambda session: programs.edit_program(
                session, self.program(session), publish_offers=offered, by=self.town.coordinator
            )
        )

    @rule(offer=ANY, on_their_behalf=st.booleans())
    def accept(self, offer: int, on_their_behalf: bool) -> None:
        """Somebody accepts, or a coordinator does so for them, by phone."""
        by = self.town.coordinator if on_their_behalf else None
        self._on_an_offer(offer, lambda session, live: offers.accept(session, live, by=by))

    @rule(offer=ANY, reason=st.sampled_from(DeclineReason))
    def decline_an_offer(self, offer: int, reason: DeclineReason) -> None:
        """Somebody would rather not."""
        self._on_an_offer(
            offer, lambda session, live: offers.decline(session, live, reason=reason, by=None)
        )

    @rule(offer=ANY)
    def withdraw_an_offer(self, offer: int) -> None:
        """A coordinator takes an offer back."""
        self._on_an_offer(
            offer,
            lambda session, live: offers.withdraw(
                session, live, reason="by mistake", by=self.town.coordinator
            ),
        )

    @rule()
    def let_offers_lapse(self) -> None:
        """The minute in which the scheduler asks what is over."""
        self.act(lambda session: offers.lapse_due(session, self.program(session)), by_person=False)

    @rule(group=ANY)
    def offer_to_the_next(self, group: int) -> None:
        """A coordinator offers a free seat to the next of those who wait."""
        self.act(
            lambda session: reoffering.offer_next(
                session,
                self.program(session),
                self.group(session, group),
                by=self.town.coordinator,
            )
        )

    @rule(bundle=ANY)
    def undo_a_publishing(self, bundle: int) -> None:
        """A coordinator takes a published bundle back."""

        def act(session: Session) -> None:
            query = (
                select(DraftBundle)
                .where(DraftBundle.state == BundleState.PUBLISHED)
                .order_by(DraftBundle.decided_at, DraftBundle.position)
            )
            published = session.scalars(query).all()
            if published:
                undoing.undo(
                    session,
                    self.program(session),
                    [one_of(published, bundle)],
                    by=self.town.coordinator,
                    reason="too soon",
                )

        self.act(act)

    @rule(number=ANY, choice=ANY)
    def grant_a_switch(self, number: int, choice: int) -> None:
        """A coordinator grants one of the options of an ask."""

        def act(session: Session) -> None:
            for switch in self._switches(session, number, SwitchState.ASKED, SwitchState.TONIGHT):
                options = switch_options.options(session, switch)
                if options:
                    option = one_of(options, choice)
                    switch_approval.approve(
                        session, switch, option.steps, seal=option.seal, by=self.town.coordinator
                    )

        self.act(act)

    @rule(number=ANY)
    def take_a_switch_back(self, number: int) -> None:
        """A coordinator takes a granted switch back."""

        def act(session: Session) -> None:
            for switch in self._switches(session, number, SwitchState.GRANTED):
                switch_undo.undo(session, switch, reason="too soon", by=self.town.coordinator)

        self.act(act)

    def _on_an_offer(self, number: int, act: Callable[[Session, Offer], Any]) -> None:
        def on_it(session: Session) -> None:
            query = select(Offer).where(Offer.state.in_(LIVE_OFFERS))
            live = sorted(
                session.scalars(query), key=lambda offer: self.asked.index(offer.request_id)
            )
            if live:
                act(session, one_of(live, number))

        self.act(on_it)

    def _switches(self, session: Session, number: int, *states: SwitchState) -> list[SwitchRequest]:
        """One of the switch requests in these states, if there is any."""
        query = select(SwitchRequest).where(SwitchRequest.state.in_(states))
        found = sorted(
            session.scalars(query),
            key=lambda each: (self.asked.index(each.seat.request_id), each.asked_at),
        )
        return [one_of(found, number)] if found else []
