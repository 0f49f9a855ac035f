"""Published moves hand over by week: every session that is left is still the former group's."""

from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch.database import Database
from groupmatch.records import Group, GroupEntry, Offer, Request, RequestAvoid
from groupmatch.services.drafts.publishing import publish
from groupmatch.services.offers import offers
from groupmatch.services.offers.offers import Answered
from groupmatch.services.privacy import apart
from tests import cast as make
from tests.cast import EVENING, LONG_AGO, MONDAY, THURSDAY, WEDNESDAY, Cast
from tests.services.drafting import approved_draft, ask_to_switch, seats_of

TUESDAY_NOON = datetime(2026, 11, 24, 12, tzinfo=ZoneInfo("America/New_York"))
ALL_DAYS = tuple((day, 0, 1440) for day in range(7))


@pytest.fixture
def session(database: Database, fixed_clock: time_machine.Traveller) -> Iterator[Session]:
    fixed_clock.move_to(TUESDAY_NOON)
    with database.session(write=True) as opened:
        yield opened


def weekly(session: Session, cast: Cast, weekday: int, **more: object) -> Group:
    hour = ((weekday, EVENING, 60),)
    return make.therapy_group(session, cast.program, leaders=[cast.cleo], meetings=hour, **more)


def asking(session: Session, cast: Cast, name: str, group: Group | None) -> Request:
    """Somebody with time on all days, who would leave a group, if they sit in one."""
    person = make.participant(session, cast.program, name, hours=ALL_DAYS)
    request = make.request(session, person)
    if group:
        ask_to_switch(session, make.seat(session, request, group, starts_on=LONG_AGO))
    return request


def dates(session: Session, request: Request) -> list[tuple[date, date | None]]:
    return [(seat.starts_on, seat.ends_on) for seat in seats_of(session, request)]


def carry_out(session: Session, cast: Cast, chosen: list[Request]) -> None:
    """Publish what tonight's match proposes, which must be seats for just these."""
    draft = approved_draft(session, cast.program)
    entries = [entry for bundle in draft.bundles for entry in bundle.entries]
    assert {entry.request_id for entry in entries} == {request.id for request in chosen}
    assert publish(session, cast.program, by=cast.mara.id).refused == []


@pytest.fixture
def wednesday(session: Session, cast: Cast) -> Group:
    """Full with one member; the only other group meets on Mondays and has room."""
    cast.ben_request.status = "closed"
    return weekly(session, cast, WEDNESDAY, max_size=1)


@pytest.fixture
def eve_and_lou(session: Session, cast: Cast, wednesday: Group) -> tuple[Request, Request]:
    """Eve would leave that group, and Lou may come to no other."""
    eve, lou = asking(session, cast, "Eve", wednesday), asking(session, cast, "Lou", None)
    lou.avoided.append(RequestAvoid(group_id=cast.group.id))
    session.flush()
    return eve, lou


def test_a_published_switch_keeps_the_session_that_is_left_this_week(
    session: Session, cast: Cast, wednesday: Group
) -> None:
    eve = asking(session, cast, "Eve", wednesday)
    carry_out(session, cast, [eve])
    assert dates(session, eve) == [
        (LONG_AGO, date(2026, 11, 25)),
        (date(2026, 11, 30), None),
    ]


def test_an_accepted_switch_does_too(session: Session, cast: Cast, wednesday: Group) -> None:
    cast.program.publish_offers = True
    eve = asking(session, cast, "Eve", wednesday)
    carry_out(session, cast, [eve])
    offer = session.scalars(select(Offer)).one()
    assert offers.accept(session, offer, by=None) == Answered.SEATED
    assert [ends_on for _, ends_on in dates(session, eve)] == [date(2026, 11, 25), None]


def test_a_newcomer_takes_a_place_when_its_member_has_left(
    session: Session, cast: Cast, wednesday: Group, eve_and_lou: tuple[Request, Request]
) -> None:
    """Lou would come tomorrow if Eve did not."""
    eve, lou = eve_and_lou
    carry_out(session, cast, [eve, lou])
    assert dates(session, lou) == [(date(2026, 12, 2), None)]


def test_a_newcomer_for_whom_there_is_room_need_not_wait(
    session: Session, cast: Cast, wednesday: Group, eve_and_lou: tuple[Request, Request]
) -> None:
    wednesday.max_size = 2
    session.flush()
    eve, lou = eve_and_lou
    carry_out(session, cast, [eve, lou])
    assert dates(session, lou) == [(date(2026, 11, 25), None)]


def test_bundles_that_rest_on_each_other_only_since_the_night_change_together(
    session: Session, cast: Cast, wednesday: Group, eve_and_lou: tuple[Request, Request]
) -> None:
    """There was room when the night ran; since then a seat of the group is kept free."""
    wednesday.max_size = 2
    session.flush()
    _, lou = eve_and_lou
    draft = approved_draft(session, cast.program)
    assert len(draft.bundles) == 2
    wednesday.held_seats = 1
    session.flush()
    assert publish(session, cast.program, by=None).refused == []
    assert dates(session, lou) == [(date(2026, 12, 2), None)]


def test_who_must_not_meet_does_not_meet_on_the_way_either(
    session: Session, cast: Cast, wednesday: Group, eve_and_lou: tuple[Request, Request]
) -> None:
    wednesday.max_size = 2
    session.flush()
    eve, lou = eve_and_lou
    draft = approved_draft(session, cast.program)
    assert len(draft.bundles) == 2
    people = eve.participant, lou.participant
    apart.keep_apart(session, *people, kind="conflict", by=cast.mara.id)
    session.flush()
    assert publish(session, cast.program, by=None).refused == []
    assert dates(session, lou) == [(date(2026, 12, 2), None)]


def test_a_cycle_changes_in_one_week_and_nobody_beside_it_is_held_up(
    session: Session, cast: Cast, wednesday: Group
) -> None:
    """Kit goes to a gated group, whose next entry is far off."""
    thursday = weekly(session, cast, THURSDAY, max_size=1)
    gated = weekly(session, cast, MONDAY, admission="gated")
    gated.entries.append(GroupEntry(entry_on=date(2026, 12, 14)))
    cast.group.max_size = 1
    eve, finn = asking(session, cast, "Eve", wednesday), asking(session, cast, "Finn", thursday)
    kit = asking(session, cast, "Kit", None)
    for each in (eve, finn):
        each.avoided.append(RequestAvoid(group_id=gated.id))
    session.flush()
    carry_out(session, cast, [eve, finn, kit])
    assert dates(session, eve) == [(LONG_AGO, date(2026, 11, 24)), (date(2026, 11, 26), None)]
    assert dates(session, finn) == [(LONG_AGO, date(2026, 11, 24)), (date(2026, 11, 25), None)]
    assert dates(session, kit) == [(date(2026, 12, 14), None)]


def test_a_step_down_seat_begins_when_it_is_needed(session: Session, cast: Cast) -> None:
    cast.ben_request.needed_from = date(2026, 12, 9)
    session.flush()
    carry_out(session, cast, [cast.ben_request])
    assert dates(session, cast.ben_request) == [(date(2026, 12, 14), None)]
