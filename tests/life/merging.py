"""Two groups that become one, as far as their members agree."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import rule
from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch import clock
from groupmatch.records import GroupMerge, MergeConsent
from groupmatch.services.groups import merging
from groupmatch.services.seats import placing
from tests.life.living import ANY, Living, one_of

_DAY = timedelta(days=1)


class Merging(Living):
    """Merges, and what members say to them."""

    @rule(group=ANY, into=ANY, days=st.integers(1, 10))
    def merge(self, group: int, into: int, days: int) -> None:
        """A coordinator would let one group go on in another."""

        def act(session: Session) -> None:
            ending, other = self.group(session, group), self.group(session, into)
            merging.propose_merge(
                session,
                ending,
                other,
                on=clock.today(ending.timezone) + days * _DAY,
                reason="both are small",
                by=self.town.coordinator,
            )

        self.act(act)

    @rule(number=ANY)
    def call_a_merge_off(self, number: int) -> None:
        """A coordinator thinks better of it."""

        def act(session: Session) -> None:
            found = session.scalars(select(GroupMerge).order_by(GroupMerge.created_at)).all()
            if found:
                by = self.town.coordinator
                merging.call_off(session, one_of(found, number), by=by, reason="they grew")

        self.act(act)

    @rule(number=ANY, agrees=st.booleans())
    def answer_a_merge(self, number: int, agrees: bool) -> None:
        """A member says whether they go on in the other group; nobody else's seat changes."""

        def act(session: Session) -> str | None:
            consents = session.scalars(
                select(MergeConsent).join(GroupMerge).order_by(GroupMerge.created_at)
            ).all()
            found = sorted(consents, key=lambda each: self.asked.index(each.seat.request_id))
            if not found:
                return None
            consent, by = one_of(found, number), self.town.coordinator
            if agrees:
                asked, group = consent.seat.request, consent.merge.into_group
                despite = [each.key for each in placing.warnings_of(session, asked, group)]
                merging.agree(session, consent, by=by, despite=despite)
            else:
                merging.decline(session, consent, by=by)
            return consent.seat.participant_id

        before = self.seen.seats
        answered = self.act(act)
        others = {key for key, seat in before.items() if seat.participant != answered}
        assert all(self.seen.seats[key] == before[key] for key in others), "somebody else moved"
