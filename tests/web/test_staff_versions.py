"""Two coordinators on one page: the second one sees what changed, and nothing is overwritten."""

import html
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch.database import Database
from groupmatch.records import Gate, GateKind, Group, Participant, Program, Request, Therapist
from groupmatch.services.groups import groups
from groupmatch.services.groups.group_parts import MeetingTime
from groupmatch.services.participants import people
from groupmatch.services.programs import programs
from groupmatch.services.requests import requests
from groupmatch.services.requests.requests import wish_of
from groupmatch.services.therapists import therapists
from tests.cast import TUESDAY, Cast
from tests.web.pages import words

ClientOf = Callable[[str], FlaskClient]


@pytest.fixture
def mara(client_of: ClientOf) -> FlaskClient:
    return client_of("Mara")


def opened(client: FlaskClient, url: str) -> dict[str, list[str]]:
    """The answers of a form as somebody finds them, by name, with what the page carries."""
    page = client.get(url).text
    form: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", page):
        name, value = _attribute(tag, "name"), _attribute(tag, "value")
        if name and (_attribute(tag, "type") not in ("checkbox", "radio") or " checked" in tag):
            form.setdefault(name, []).append(value or "")
    for name, text in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', page, re.S):
        form[name] = [html.unescape(text).strip()]
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.findall(r'<option selected value="([^"]*)"', options)
        form[name] = [html.unescape(each) for each in chosen]
    return form


def _attribute(tag: str, name: str) -> str | None:
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    return html.unescape(found[1]) if found else None


def test_the_second_coordinator_sees_what_the_first_one_changed(
    client_of: ClientOf, mara: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    url = f"/people/{people.ben.id}/edit"
    first, second = opened(mara, url), opened(mara, url)
    mara.post(url, data={**first, "region": "NJ", "phone": "(555) 010-0111"})
    answer = mara.post(url, data={**second, "household": "Osei"})
    page = words(answer)
    assert answer.status_code == 409
    assert "Somebody changed this while you were writing, so nothing was saved yet." in page
    assert "region NY → NJ" in page
    assert "by Mara" in page
    assert "Shown below as it is now: Phone, Region." in page
    assert 'value="Osei"' in answer.text
    with sqlite_database.read() as session:
        ben = session.get_one(Participant, people.ben.id)
        assert (ben.region, ben.household) == ("NJ", None)


def test_sending_it_again_keeps_both_changes(
    mara: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    url = f"/people/{people.ben.id}/edit"
    first, second = opened(mara, url), opened(mara, url)
    mara.post(url, data={**first, "region": "NJ"})
    answer = mara.post(url, data={**second, "household": "Osei"})
    again = _answers_on(answer.text)
    assert mara.post(url, data=again).status_code == 303
    with sqlite_database.read() as session:
        ben = session.get_one(Participant, people.ben.id)
        assert (ben.region, ben.household) == ("NJ", "Osei")


def test_without_what_the_page_carries_the_first_change_would_be_lost(
    mara: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    url = f"/people/{people.ben.id}/edit"
    first, second = opened(mara, url), opened(mara, url)
    del second["read"]
    mara.post(url, data={**first, "region": "NJ"})
    assert mara.post(url, data={**second, "household": "Osei"}).status_code == 303
    with sqlite_database.read() as session:
        assert session.get_one(Participant, people.ben.id).region == "NY"


def test_where_both_changed_one_answer_the_readers_own_stands_and_is_named(
    mara: FlaskClient, people: Cast
) -> None:
    url = f"/people/{people.ben.id}/edit"
    first, second = opened(mara, url), opened(mara, url)
    mara.post(url, data={**first, "phone": "(555) 010-0111"})
    answer = mara.post(url, data={**second, "phone": "(555) 010-0222"})
    assert "You both changed: Phone. What you wrote stands below." in words(answer)
    assert 'value="(555) 010-0222"' in answer.text


def test_a_change_elsewhere_in_the_record_stops_nobody(
    mara: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    url = f"/people/{people.ben.id}/edit"
    form = opened(mara, url)
    mara.post(f"/people/{people.ben.id}/hours", data={"hours": "Tue 18:00-20:00"})
    mara.post(f"/people/{people.ben.id}/safety", data={"reason": "a call"})
    assert mara.post(url, data={**form, "phone": "1"}).status_code == 303


def _region(session: Session, cast: Cast) -> None:
    ben = session.get_one(Participant, cast.ben.id)
    people.edit_participant(session, ben, by=cast.ines.id, region="NJ")


def _topics(session: Session, cast: Cast) -> None:
    asked = session.get_one(Request, cast.ben_request.id)
    wish = wish_of(asked)
    fresh = type(wish)(topics=["cbt", *wish.topics])
    requests.edit_request(session, asked, fresh, by=cast.ines.id)


def _hours(session: Session, cast: Cast) -> None:
    group = session.get_one(Group, cast.group.id)
    groups.edit_group(session, group, by=cast.ines.id, meetings=[MeetingTime(TUESDAY, 600, 60)])


def _traits(session: Session, cast: Cast) -> None:
    cleo = session.get_one(Therapist, cast.cleo.id)
    therapists.edit_therapist(session, cleo, by=cast.ines.id, attributes={"gender": ["woman"]})


def _horizon(session: Session, cast: Cast) -> None:
    program = session.get_one(Program, cast.program.id)
    programs.edit_program(session, program, by=cast.mara.id, horizon_weeks=9)


@pytest.mark.parametrize(
    ("who", "url", "change", "shown"),
    [
        ("Mara", "/people/{0.ben.id}/edit", _region, "Region"),
        ("Mara", "/people/requests/{0.ben_request.id}/edit", _topics, "Topic, first choice"),
        ("Mara", "/groups/{0.group.id}/edit", _hours, "Meets"),
        ("Mara", "/therapists/{0.cleo.id}/edit", _traits, "What requests may ask for"),
        ("Ines", "/admin/program", _horizon, "Weeks ahead"),
    ],
)
def test_every_page_that_edits_a_record_notices(
    client_of: ClientOf,
    people: Cast,
    sqlite_database: Database,
    who: str,
    url: str,
    change: Callable[[Session, Cast], None],
    shown: str,
) -> None:
    client, there = client_of(who), url.format(people)
    form = opened(client, there)
    with sqlite_database.transaction() as session:
        change(session, people)
    answer = client.post(there, data=form)
    assert answer.status_code == 409
    assert shown in re.findall(r"Shown below as it is now: (.*?)\. Read", words(answer))[0]
    # Nothing that somebody else wrote was undone: the page as it is now saves nothing new.
    assert client.post(there, data=_answers_on(answer.text)).status_code == 303


def test_a_decision_that_somebody_else_wrote_down_is_told(
    client_of: ClientOf, people: Cast, sqlite_database: Database
) -> None:
    nora, url = client_of("Nora"), f"/people/{people.ben.id}/gates/level_of_care"
    form = {**opened(nora, url), "level_code": ["php"]}
    nora.post(url, data={**opened(nora, url), "level_code": ["iop-adult"]})
    answer = nora.post(url, data=form)
    assert answer.status_code == 409
    assert "Gate cleared: level of care, Intensive outpatient, adults" in words(answer)
    with sqlite_database.read() as session:
        gate = session.scalars(
            select(Gate).filter_by(participant_id=people.ben.id, kind=GateKind.LEVEL_OF_CARE)
        ).one()
        assert gate.level_code == "iop-adult"


def _answers_on(page: str) -> dict[str, list[str]]:
    return opened(_Shown(page), "")  # type: ignore[arg-type]


class _Shown:
    """A page that has been fetched already."""

    def __init__(self, page: str) -> None:
        self.text = page

    def get(self, _url: str) -> "_Shown":
        """The page."""
        return self
