"""Substitutes: licensed wherever a member is on that day, free at that hour, or not sent."""

from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch.database import Database
from groupmatch.errors import Conflict, Refused
from groupmatch.records import (
    AuditEntry,
    CancelReason,
    CompactRegion,
    Group,
    GroupSession,
    License,
    OutboxMail,
    Therapist,
)
from groupmatch.services.groups import groups
from groupmatch.services.groups.groups import MeetingTime
from groupmatch.services.sessions import cancelling, sessions, substitutes
from groupmatch.services.sessions.uncovered import uncovered_sessions
from tests import cast as people
from tests.cast import EVENING, NOW, TUESDAY, Cast, make_cast

MONDAY_EVENING = NOW + timedelta(days=1, hours=5)


@pytest.fixture
def cast(database: Database, fixed_clock: time_machine.Traveller) -> Cast:
    """The cast on both engines; Ben, in New Jersey, has a seat beside Ada in New York."""
    with database.transaction() as session:
        made = make_cast(session)
        made.ben.region = "NJ"
        people.seat(session, made.ben_request, made.group)
    sessions.lay_out_due(database)
    return made


def first(session: Session, cast: Cast) -> GroupSession:
    query = select(GroupSession).where(GroupSession.group_id == cast.group.id)
    return session.scalars(query.order_by(GroupSession.starts_at)).first() or pytest.fail("none")


def add(database: Database, cast: Cast, *regions: str, **more: object) -> Therapist:
    with database.transaction() as session:
        return people.therapist(session, cast.program, "Noor", regions=regions, **more)


def send(database: Database, cast: Cast, therapist: Therapist) -> None:
    with database.transaction() as session:
        there = session.get_one(Therapist, therapist.id)
        substitutes.send_substitute(session, first(session, cast), there, by=cast.mara.id)


def test_a_substitute_is_licensed_where_every_member_is(database: Database, cast: Cast) -> None:
    noor = add(database, cast, "NY", "NJ")
    send(database, cast, noor)
    with database.read() as session:
        assert first(session, cast).substitute_id == noor.id
        told = session.scalars(select(OutboxMail).order_by(OutboxMail.recipient)).all()
        entry = session.scalars(select(AuditEntry).filter_by(act="session.substitute_sent")).one()
    assert [(mail.recipient, mail.template, mail.facts) for mail in told] == [
        ("ada@example.org", "schedule", {}),
        ("ben@example.org", "schedule", {}),
        ("cleo@example.org", "week", {}),
        ("noor@example.org", "week", {}),
    ]
    assert entry.actor_id == cast.mara.id


def test_one_region_without_a_license_refuses_and_names_the_region_alone(
    database: Database, cast: Cast
) -> None:
    noor = add(database, cast, "NY")
    with pytest.raises(Refused, match="substitute_unlicensed") as refusal:
        send(database, cast, noor)
    assert refusal.value.facts == {"regions": "NJ"}


@pytest.mark.parametrize(
    ("valid_to", "suits"), [(date(2026, 11, 22), False), (date(2026, 11, 23), True)]
)
def test_the_license_must_hold_on_the_day_of_the_session(
    database: Database, cast: Cast, valid_to: date, suits: bool
) -> None:
    noor = add(database, cast, "NY")
    with database.transaction() as session:
        session.add(
            License(
                therapist_id=noor.id, region="NJ", valid_from=date(2020, 1, 1), valid_to=valid_to
            )
        )
    with database.read() as session:
        [found] = substitutes.candidates(session, first(session, cast))
    assert found.suits is suits


def test_a_compact_counts_while_it_is_in_operation(database: Database, cast: Cast) -> None:
    noor = add(database, cast, "NY")
    with database.transaction() as session:
        session.add(License(therapist_id=noor.id, compact="made", valid_from=date(2020, 1, 1)))
        row = CompactRegion(
            compact="made", region="NJ", valid_from=date(2026, 11, 24), source="a test"
        )
        session.add(row)
    with database.transaction() as session:
        assert not substitutes.candidates(session, first(session, cast))[0].suits
        session.get_one(CompactRegion, row.id).valid_from = date(2026, 11, 23)
        session.flush()
        assert substitutes.candidates(session, first(session, cast))[0].suits


def test_a_member_who_comes_later_asks_for_no_license_today(database: Database, cast: Cast) -> None:
    noor = add(database, cast, "NY", "NJ")
    with database.transaction() as session:
        eve = people.participant(session, cast.program, "Eve", region="FL")
        later = date(2026, 11, 24)
        people.seat(session, people.request(session, eve), cast.group, starts_on=later)
    send(database, cast, noor)


def test_nobody_leads_two_sessions_at_once(database: Database, cast: Cast) -> None:
    noor = add(database, cast, "NY", "NJ")
    with database.transaction() as session:
        hours = ((0, EVENING + 30, 60),)
        people.therapy_group(session, cast.program, leaders=[noor], meetings=hours)
    sessions.lay_out_due(database)
    with pytest.raises(Refused, match="substitute_busy"):
        send(database, cast, noor)


def test_nor_stands_in_for_two_at_once(database: Database, cast: Cast) -> None:
    noor = add(database, cast, "NY", "NJ")
    send(database, cast, noor)
    with database.transaction() as session:
        second = people.therapy_group(session, cast.program, leaders=[cast.cleo])
    sessions.lay_out_due(database)
    with database.read() as session:
        query = select(GroupSession).where(GroupSession.group_id == second.id)
        twin = session.scalars(query.order_by(GroupSession.starts_at)).first()
        assert twin is not None
        [found] = substitutes.candidates(session, twin)
        assert found.busy


def test_a_leader_is_no_substitute_and_neither_is_somebody_who_left_or_is_elsewhere(
    database: Database, cast: Cast
) -> None:
    with pytest.raises(Refused, match="substitute_leads"):
        send(database, cast, cast.cleo)
    with pytest.raises(Refused, match="unknown_therapist"):
        send(database, cast, add(database, cast, "NY", "NJ", active=False))
    with database.transaction() as session:
        stranger = people.therapist(session, cast.other_program, "Theo", regions=("NY", "NJ"))
    with pytest.raises(Refused, match="unknown_therapist"):
        send(database, cast, stranger)
    with database.read() as session:
        assert substitutes.candidates(session, first(session, cast)) == []


def test_a_leader_asks_for_a_substitute_once_and_may_come_after_all(
    database: Database, cast: Cast
) -> None:
    with database.transaction() as session:
        meeting = first(session, cast)
        substitutes.ask_for_substitute(session, meeting, note="flu", by=None)
    with pytest.raises(Conflict, match="substitute_asked"), database.transaction() as session:
        substitutes.ask_for_substitute(session, first(session, cast), note="", by=None)
    send(database, cast, add(database, cast, "NY", "NJ"))
    with database.transaction() as session:
        substitutes.come_after_all(session, first(session, cast), by=None)
    with database.read() as session:
        meeting = first(session, cast)
        assert (meeting.substitute_id, meeting.cover_asked_at) == (None, None)
    with pytest.raises(Conflict, match="substitute_not_asked"), database.transaction() as session:
        substitutes.come_after_all(session, first(session, cast), by=None)


def test_without_the_substitute_the_ask_stands_again(database: Database, cast: Cast) -> None:
    send(database, cast, add(database, cast, "NY", "NJ"))
    with database.transaction() as session:
        substitutes.take_substitute_back(session, first(session, cast), by=None)
    with database.read() as session:
        assert first(session, cast).cover_asked_at is not None
    with pytest.raises(Conflict, match="no_substitute"), database.transaction() as session:
        substitutes.take_substitute_back(session, first(session, cast), by=None)


def test_a_session_that_moves_looks_for_its_substitute_anew(database: Database, cast: Cast) -> None:
    send(database, cast, add(database, cast, "NY", "NJ"))
    with database.transaction() as session:
        group = session.get_one(Group, cast.group.id)
        groups.edit_group(session, group, meetings=[MeetingTime(TUESDAY, EVENING, 60)], by=None)
    with database.read() as session:
        meeting = first(session, cast)
    assert (meeting.substitute_id, meeting.cover_asked_at) == (None, NOW)


def test_nobody_is_sent_to_a_session_that_is_over_or_cancelled(
    database: Database, cast: Cast, fixed_clock: time_machine.Traveller
) -> None:
    noor = add(database, cast, "NY", "NJ")
    with database.transaction() as session:
        meeting = first(session, cast)
        reason = CancelReason.OTHER
        cancelling.cancel_session(session, meeting, reason=reason, note="", by=None)
    with pytest.raises(Conflict, match="session_cancelled"):
        send(database, cast, noor)
    with database.transaction() as session:
        cancelling.restore_session(session, first(session, cast), by=None)
    fixed_clock.move_to(MONDAY_EVENING + timedelta(hours=1))
    with pytest.raises(Conflict, match="session_over"):
        send(database, cast, noor)


def test_the_morning_tells_of_a_session_that_nobody_may_lead(
    database: Database, cast: Cast
) -> None:
    def uncovered() -> list[tuple[str, ...]]:
        with database.read() as session:
            return [act.codes for act in uncovered_sessions(session, cast.program)]

    assert uncovered() == []
    with database.transaction() as session:
        substitutes.ask_for_substitute(session, first(session, cast), note="", by=None)
    assert uncovered() == [()]
    send(database, cast, add(database, cast, "NY", "NJ"))
    assert uncovered() == []
    with database.transaction() as session:
        eve = people.participant(session, cast.program, "Eve", region="FL")
        people.seat(session, people.request(session, eve), cast.group)
    assert uncovered() == [("FL",)]
