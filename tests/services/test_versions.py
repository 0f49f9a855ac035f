"""Records that are edited count their changes: no write rests on an outdated reading."""

import pytest

from groupmatch.database import Database
from groupmatch.errors import Conflict
from groupmatch.records import Group, Participant, Request
from groupmatch.services.groups import groups
from groupmatch.services.groups.group_parts import MeetingTime
from groupmatch.services.participants import people
from groupmatch.services.requests import requests
from groupmatch.services.requests.requests import wish_of
from tests.cast import TUESDAY, make_cast


def test_a_write_that_rests_on_an_outdated_reading_is_refused(database: Database) -> None:
    with database.transaction() as session:
        cast = make_cast(session)
    with database.read() as session:
        outdated = session.get_one(Participant, cast.ben.id)
    with database.transaction() as session:
        ben = session.get_one(Participant, cast.ben.id)
        people.edit_participant(session, ben, by=cast.mara.id, region="NJ")
    with pytest.raises(Conflict, match="changed_meanwhile"):
        _write_down_a_phone(database, outdated)
    with database.read() as session:
        ben = session.get_one(Participant, cast.ben.id)
        assert (ben.region, ben.phone, ben.version) == ("NJ", "", 2)


def _write_down_a_phone(database: Database, outdated: Participant) -> None:
    with database.transaction() as session:
        session.add(outdated)
        people.edit_participant(session, outdated, by=None, phone="1")


def test_a_change_of_parts_counts_as_a_change_of_the_whole(database: Database) -> None:
    with database.transaction() as session:
        cast = make_cast(session)
    with database.transaction() as session:
        group = session.get_one(Group, cast.group.id)
        groups.edit_group(session, group, by=None, meetings=[MeetingTime(TUESDAY, 600, 60)])
        asked = session.get_one(Request, cast.ben_request.id)
        wish = type(wish_of(asked))(topics=["cbt"])
        requests.edit_request(session, asked, wish, by=None)
    with database.read() as session:
        assert session.get_one(Group, cast.group.id).version == 2
        assert session.get_one(Request, cast.ben_request.id).version == 2


def test_saving_what_is_there_already_counts_for_nothing(database: Database) -> None:
    with database.transaction() as session:
        cast = make_cast(session)
    with database.transaction() as session:
        asked = session.get_one(Request, cast.ben_request.id)
        assert not requests.edit_request(session, asked, wish_of(asked), by=None)
    with database.read() as session:
        assert session.get_one(Request, cast.ben_request.id).version == 1
