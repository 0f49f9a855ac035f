"""Whatever the database holds, a night's draft can be published, and nobody is lost by it."""

from collections import Counter
from dataclasses import dataclass

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch.records import Seat, SeatState
from groupmatch.services.drafts.publishing import publish
from tests.matching.mess import Mess
from tests.services.drafting import approved_draft


@dataclass(frozen=True)
class Held:
    """A held seat as it was."""

    id: str
    request: str
    participant: str
    group: str
    state: SeatState


@pytest.mark.parametrize("seed", [0, 1, 3, 5, 7, 8])
def test_a_draft_that_is_published_at_once_holds_to_the_last_bundle(
    session: Session, seed: int
) -> None:
    mess = Mess(session, seed)
    draft = approved_draft(session, mess.program)
    assert draft.bundles
    before = held(session)
    report = publish(session, mess.program, by=None)
    after = held(session)
    assert [bundle.refusal for bundle in report.refused] == []
    assert {seat.request for seat in before} <= {seat.request for seat in after}
    assert_never_fuller_than_allowed(mess, before, after)
    assert_left_alone(mess, before, after)


def held(session: Session) -> list[Held]:
    query = select(Seat).where(Seat.state != SeatState.ENDED)
    return [
        Held(seat.id, seat.request_id, seat.participant_id, seat.group_id, seat.state)
        for seat in session.scalars(query)
    ]


def assert_never_fuller_than_allowed(mess: Mess, before: list[Held], after: list[Held]) -> None:
    sizes, were = (Counter(seat.group for seat in seats) for seats in (after, before))
    for group in mess.groups:
        assert sizes[group.id] <= max(group.max_size - group.held_seats, were[group.id])


def assert_left_alone(mess: Mess, before: list[Held], after: list[Held]) -> None:
    """A flagged person, and a seat that is offered or on hold, stand as they stood."""
    flagged = {person.id for person in mess.people if person.safety_flag_since}
    for seat in before:
        if seat.participant in flagged or seat.state != SeatState.ACTIVE:
            assert seat in after
    assert not {seat.participant for seat in set(after) - set(before)} & flagged
