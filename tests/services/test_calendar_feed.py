"""A private calendar feed: whose it is, what it tells, and when it stops."""

from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch.errors import NotFound
from groupmatch.records import (
    AuditEntry,
    CalendarFeed,
    CancelReason,
    GroupSession,
    Participant,
    ParticipantStatus,
    SessionState,
)
from groupmatch.services.calendars import calendar_feed
from tests.cast import NOW, Cast, seat
from tests.queries import counted


def _events(session: Session, token: str) -> list[tuple[datetime, str]]:
    calendar = Calendar.from_ical(calendar_feed.calendar_of(session, token))
    return [
        (event["dtstart"].dt.astimezone(UTC), str(event["summary"]))
        for event in calendar.walk("VEVENT")
    ]


def _uids(session: Session, person: Participant) -> set[str]:
    token = calendar_feed.new_address(session, person, by=None)
    calendar = Calendar.from_ical(calendar_feed.calendar_of(session, token))
    return {str(event["uid"]) for event in calendar.walk("VEVENT")}


def test_a_feed_tells_the_coming_sessions_and_their_changes(session: Session, cast: Cast) -> None:
    token = calendar_feed.new_address(session, cast.ada, by=None)
    first = datetime(2026, 11, 23, 23, 0, tzinfo=UTC)
    gone = GroupSession(
        program_id=cast.program.id,
        group_id=cast.group.id,
        on=first.date(),
        starts_at=first,
        minutes=60,
        state=SessionState.CANCELLED,
        cancel_reason=CancelReason.LEADER_AWAY,
        created_at=NOW,
    )
    session.add(gone)
    events = _events(session, token)
    assert events[:2] == [
        (first, "Cancelled: appointment"),
        (first + timedelta(weeks=1), "Appointment"),
    ]
    assert len(events) == 10


def test_the_text_holds_no_word_about_care_and_no_name(session: Session, cast: Cast) -> None:
    token = calendar_feed.new_address(session, cast.ada, by=None)
    lines = calendar_feed.calendar_of(session, token).decode().lower().splitlines()
    # The digits of a UID may spell anything.
    text = "\n".join(line for line in lines if not line.startswith("uid:"))
    words = (
        "anxiety",
        "group",
        "session",
        "therap",
        "cleo",
        "ada",
        "lakeside",
        "http",
        cast.ada.id,
    )
    assert [word for word in words if word in text.replace("groupmatch", "")] == []


def test_two_members_of_one_group_share_nothing_in_their_feeds(
    session: Session, cast: Cast
) -> None:
    seat(session, cast.ben_request, cast.group)
    hers, his = _uids(session, cast.ada), _uids(session, cast.ben)
    assert len(hers) == len(his) == 10
    assert not hers & his


def test_a_new_address_ends_the_one_before_and_only_its_hash_is_kept(
    session: Session, cast: Cast
) -> None:
    old = calendar_feed.new_address(session, cast.ada, by=None)
    new = calendar_feed.new_address(session, cast.ada, by=None)
    assert _events(session, new)
    with pytest.raises(NotFound):
        calendar_feed.calendar_of(session, old)
    kept = session.scalars(select(CalendarFeed)).all()
    assert sorted(feed.ended_at is None for feed in kept) == [False, True]
    assert not {old, new} & {feed.token_hash for feed in kept}
    audited = session.scalars(select(AuditEntry).where(AuditEntry.act.like("calendar.%"))).all()
    assert len(audited) == 2
    assert not any(token in str(entry.after) for entry in audited for token in (old, new))


def test_a_stopped_feed_and_a_made_up_address_answer_alike(session: Session, cast: Cast) -> None:
    token = calendar_feed.new_address(session, cast.ada, by=None)
    calendar_feed.stop(session, cast.ada, by=None)
    calendar_feed.stop(session, cast.ada, by=None)
    for address in (token, "made-up", ""):
        with pytest.raises(NotFound):
            calendar_feed.calendar_of(session, address)
    assert calendar_feed.live_feed(session, cast.ada) is None


def test_whoever_left_care_has_no_feed_any_more(session: Session, cast: Cast) -> None:
    token = calendar_feed.new_address(session, cast.ada, by=None)
    cast.ada.status = ParticipantStatus.DISCHARGED
    with pytest.raises(NotFound):
        calendar_feed.calendar_of(session, token)


def test_reading_a_feed_takes_nine_queries(session: Session, cast: Cast) -> None:
    token = calendar_feed.new_address(session, cast.ada, by=None)
    session.commit()
    session.expunge_all()
    with counted(session) as counter:
        calendar_feed.calendar_of(session, token)
    assert len(counter) <= 9
