"""Traps in which other systems were caught (features.md 5), beside those told where they belong."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch.errors import Refused
from groupmatch.matching import fits
from groupmatch.records import GroupSession, GroupStatus, Run, RunKind, RunState, Seat, SeatState
from groupmatch.services import spreadsheets
from groupmatch.services.drafts import drafts
from groupmatch.services.drafts.publishing import publish
from groupmatch.services.offers import offering
from groupmatch.services.requests import times
from groupmatch.services.seats import placing, seats
from groupmatch.services.sessions import attendance, sessions
from tests import cast as make
from tests.cast import NOW, TODAY, Cast
from tests.services.drafting import approved_draft, seats_of


def test_the_first_booking_does_not_close_the_group(session: Session, cast: Cast) -> None:
    empty = make.therapy_group(session, cast.program, leaders=[cast.cleo], max_size=2)
    seats.take(session, cast.ben_request, empty, starts_on=TODAY, by=None)
    lou = make.request(session, make.participant(session, cast.program, "Lou"))
    assert (empty.status, seats.free_seats(session, empty)) == (GroupStatus.RUNNING, 1)
    [fit] = [each for each in fits(session, lou, on=TODAY).groups if each.group_id == empty.id]
    assert "capacity" not in {rule for rule, _ in fit.broken}
    seats.take(session, lou, empty, starts_on=TODAY, by=None)


def test_joining_a_weekly_group_once_is_one_membership_of_all_its_sessions(
    session: Session, cast: Cast
) -> None:
    sessions.lay_out_together(session, [cast.group], by=None)
    seats.take(session, cast.ben_request, cast.group, starts_on=TODAY, by=None)
    session.flush()
    [seat] = seats_of(session, cast.ben_request)
    meetings = session.scalars(select(GroupSession)).all()
    assert len(meetings) > 5
    for meeting in meetings:
        there = [each.seat for each in attendance.expected(session, meeting)]
        assert seat in there


def _by_import(session: Session, cast: Cast) -> None:
    rows = f"request,group\r\n{cast.ben_request.id},{cast.group.id}\r\n"
    report = spreadsheets.import_rows(session, cast.program, "seats", rows.encode())
    assert [problem.row for problem in report.problems] == [2]
    raise Refused("group_full")


def _by_hand(session: Session, cast: Cast) -> None:
    warnings = placing.warnings_of(session, cast.ben_request, cast.group)
    keys = [warning.key for warning in warnings]
    placing.place_by_hand(
        session, cast.ben_request, cast.group, by=cast.mara.id, reason="asked", despite=keys
    )


def _by_offer(session: Session, cast: Cast) -> None:
    offering.offer_seat(session, cast.program, cast.ben_request, cast.group, by=cast.mara.id)


def _by_themselves(session: Session, cast: Cast) -> None:
    cast.program.reserve_at_once = True
    times.reserve(session, cast.ben_request, cast.group, by=None)


def _by_night(session: Session, cast: Cast) -> None:
    if not approved_draft(session, cast.program).bundles:
        raise Refused("group_full")


_WAYS = [_by_import, _by_hand, _by_offer, _by_themselves, _by_night]


@pytest.mark.parametrize("give", _WAYS)
def test_whichever_way_a_seat_is_given_a_full_group_gives_none(
    session: Session, cast: Cast, give: Callable[[Session, Cast], None]
) -> None:
    cast.group.max_size = 1
    session.flush()
    with pytest.raises(Refused):
        give(session, cast)
    held = select(Seat.participant_id).where(Seat.state != SeatState.ENDED)
    assert session.scalars(held).all() == [cast.ada.id]


def test_a_night_that_fails_leaves_yesterdays_draft_to_be_published(
    session: Session, cast: Cast
) -> None:
    [bundle] = approved_draft(session, cast.program).bundles
    failed = {"kind": RunKind.NIGHTLY, "state": RunState.FAILED, "local_date": TODAY}
    session.add(Run(program_id=cast.program.id, started_at=NOW, **failed))
    session.flush()
    assert list(drafts.current_draft(session, cast.program).bundles) == [bundle]
    assert list(publish(session, cast.program, by=cast.mara.id).published) == [bundle]
    assert seats.seat_of(session, cast.ada_request) is cast.ada_seat
