"""Merging groups on pages: proposed once, then every member's answer written down."""

import re
from collections.abc import Callable
from datetime import date

from flask.testing import FlaskClient
from sqlalchemy import select

from groupmatch.database import Database
from groupmatch.records import Availability, GroupMerge, MergeConsent, Participant, Seat, SeatState
from tests import cast
from tests.cast import EVENING, TUESDAY, Cast
from tests.web.pages import words


def test_a_merge_is_proposed_and_each_member_answers_for_themselves(
    client_of: Callable[[str], FlaskClient], people: Cast, sqlite_database: Database
) -> None:
    with sqlite_database.transaction() as session:
        cast.seat(session, people.ben_request, people.group)
        noor = cast.therapist(session, people.program, "Noor")
        hours = ((TUESDAY, EVENING, 60),)
        into = cast.therapy_group(
            session, people.program, leaders=[noor], meetings=hours, name="Tuesdays"
        )
        free = Availability(weekday=TUESDAY, start_minute=EVENING, end_minute=EVENING + 60)
        free.participant_id = people.ada.id
        session.add(free)
    mara, address = client_of("Mara"), f"/groups/{people.group.id}/merge"
    assert "Merge" in words(mara.get(f"/groups/{people.group.id}"))
    sent = {"into": into.id, "on": "2026-12-07", "reason": "Too few come"}
    assert "Write a reason" in words(mara.post(address, data={**sent, "reason": ""}))
    assert mara.post(address, data={**sent, "on": "2026-11-22"}).status_code == 422
    answer = mara.post(address, data=sent)
    assert answer.status_code == 303
    page = words(mara.get(answer.location))
    assert "Ada Quill To be asked Agrees" in page
    # Ben never said that Tuesdays suit him; who writes his answer down sees it.
    assert "Ben Quill To be asked It meets when they say they cannot come." in page
    with sqlite_database.read() as session:
        merge = session.scalars(select(GroupMerge)).one()
        assert merge.on == date(2026, 12, 7)
        consents = {
            each.seat.participant_id: each.id for each in session.scalars(select(MergeConsent))
        }
    mara.post(f"/groups/merges/consents/{consents[people.ada.id]}/agree")
    mara.post(f"/groups/merges/consents/{consents[people.ben.id]}/decline")
    page = words(mara.get(answer.location))
    assert "Ada Quill Agrees" in page
    assert "Ben Quill Would rather not" in page
    assert _group_of(sqlite_database, people.ada) == into.id
    assert _group_of(sqlite_database, people.ben) == people.group.id
    assert "It goes on in Tuesdays from Monday, December 7." in words(
        mara.get(f"/groups/{people.group.id}")
    )


def test_what_speaks_against_a_seat_must_have_been_seen(
    client_of: Callable[[str], FlaskClient], people: Cast, sqlite_database: Database
) -> None:
    with sqlite_database.transaction() as session:
        hours = ((TUESDAY, EVENING, 60),)
        into = cast.therapy_group(session, people.program, leaders=[people.cleo], meetings=hours)
    mara = client_of("Mara")
    sent = {"into": into.id, "on": "2026-12-07", "reason": "Too few come"}
    mara.post(f"/groups/{people.group.id}/merge", data=sent)
    with sqlite_database.read() as session:
        consent = session.scalars(select(MergeConsent)).one().id
    agreed = f"/groups/merges/consents/{consent}/agree"
    assert mara.post(agreed).status_code == 409
    assert _group_of(sqlite_database, people.ada) == people.group.id
    page = mara.get(f"/groups/merges/{_merge_id(sqlite_database)}").text
    shown = re.findall(r'name="despite" value="([^"]*)"', page)
    assert mara.post(agreed, data={"despite": shown}).status_code == 303
    assert _group_of(sqlite_database, people.ada) == into.id


def _merge_id(database: Database) -> str:
    with database.read() as session:
        return session.scalars(select(GroupMerge.id)).one()


def _group_of(database: Database, person: Participant) -> str:
    with database.read() as session:
        query = select(Seat.group_id).where(
            Seat.participant_id == person.id, Seat.state != SeatState.ENDED
        )
        return session.scalars(query).one()


def test_a_merge_is_called_off_from_its_page(
    client_of: Callable[[str], FlaskClient], people: Cast, sqlite_database: Database
) -> None:
    with sqlite_database.transaction() as session:
        noor = cast.therapist(session, people.program, "Noor")
        into = cast.therapy_group(session, people.program, leaders=[noor], name="Tuesdays")
    mara = client_of("Mara")
    sent = {"into": into.id, "on": "2026-12-07", "reason": "Too few come"}
    proposed = mara.post(f"/groups/{people.group.id}/merge", data=sent).location
    assert "Call it off" in words(mara.get(proposed))
    assert "Write a reason" in words(mara.post(f"{proposed}/call-off", data={"reason": ""}))
    page = words(
        mara.post(f"{proposed}/call-off", data={"reason": "More come"}, follow_redirects=True)
    )
    assert "The group goes on, with the seats of before." in page
    assert "It goes on in Tuesdays" not in page
    assert "It was called off." in words(mara.get(proposed))
