"""The morning page: the night in one line, the three columns, and what each row leads to."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from groupmatch.database import Database
from groupmatch.records import (
    Finding,
    FindingKind,
    FindingState,
    Gate,
    Group,
    License,
    Run,
    RunKind,
    RunState,
    Seat,
    SwitchKind,
    SwitchReason,
    Task,
    TaskKind,
    Unplaced,
)
from groupmatch.services.switching import switches
from tests import cast as made
from tests.cast import NOW, TODAY, Cast
from tests.web.pages import words

ClientOf = Callable[[str], FlaskClient]


@pytest.fixture
def mara(client_of: ClientOf) -> FlaskClient:
    return client_of("Mara")


def _run(people: Cast, days_ago: int = 0, **fields: object) -> Run:
    return Run(
        program_id=people.program.id,
        kind=RunKind.NIGHTLY,
        local_date=TODAY - timedelta(days=days_ago),
        started_at=NOW - timedelta(days=days_ago, hours=4),
        state=RunState.DONE,
        **fields,
    )


def test_a_first_morning_is_quiet_and_offers_to_run_the_match(
    mara: FlaskClient, people: Cast
) -> None:
    page = words(mara.get("/morning"))
    assert "The match has not run yet." in page
    assert "Run the match now" in page
    assert "Nothing waits for your word." in page
    assert "Nobody is stuck." in page


def test_a_night_that_was_missed_is_said_so(
    mara: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    with sqlite_database.transaction() as session:
        session.add(_run(people, days_ago=2))
    page = words(mara.get("/morning"))
    assert "The match did not run last night." in page
    assert "Run the match now" in page


def test_a_night_that_runs_still_leads_to_its_progress(
    mara: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    with sqlite_database.transaction() as session:
        run = _run(people)
        run.state = RunState.RUNNING
        session.add(run)
    answer = mara.get("/morning")
    assert "The match is running since" in words(answer)
    assert f"/runs/{run.id}" in answer.text


def test_each_row_leads_to_the_page_where_its_act_is_done(
    mara: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    with sqlite_database.transaction() as session:
        run = _run(people)
        session.add(run)
        session.flush()
        eve = made.participant(session, people.program, "Eve", gates=False)
        for asked, gates in ((made.request(session, eve), ["consent"]), (people.ben_request, [])):
            session.add(
                Unplaced(
                    run_id=run.id,
                    request_id=asked.id,
                    participant_id=asked.participant_id,
                    gates=gates,
                )
            )
        switch = switches.request_switch(
            session,
            session.get_one(Seat, people.ada_seat.id),
            kind=SwitchKind.GROUP,
            reason=SwitchReason.FIT,
            by=None,
        )
        session.add(
            Task(
                program_id=people.program.id,
                participant_id=people.ben.id,
                kind=TaskKind.CALL,
                created_at=NOW - timedelta(days=1),
            )
        )
        session.get_one(Group, people.group.id).min_size = 5
        ends = TODAY + timedelta(days=10)
        session.query(Gate).filter_by(participant_id=people.ada.id).update({"valid_to": ends})
        session.query(License).filter_by(therapist_id=people.cleo.id).update({"valid_to": ends})
    answer = mara.get("/morning")
    page = words(answer)
    for sentence, url in (
        ("Ada Quill Asks for another group than Anxiety", f"/requests/{switch.id}"),
        ("Ben Quill Asked to be called. 1 day ago.", f"/people/{people.ben.id}#tasks"),
        ("Eve Quill Needs consent to treatment.", f"/people/{eve.id}#gates"),
        (
            "Ben Quill No group offers what they ask for.",
            f"/shortage/why-not/{people.ben_request.id}",
        ),
        ("1 member of 5 needed.", f"/groups/{people.group.id}"),
        ("Level of care holds until Wednesday, December 2.", f"/people/{people.ada.id}#gates"),
        ("License for NY holds until", f"/therapists/{people.cleo.id}"),
        ("2 people waiting Nobody has confirmed their hours", "/people?standing=waiting"),
    ):
        assert sentence in page
        assert f'href="{url}"' in answer.text, url


def test_a_long_list_shows_five_rows_and_opens_to_the_rest(
    mara: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    with sqlite_database.transaction() as session:
        for number in range(8):
            made.therapy_group(
                session, people.program, leaders=[], name=f"Thin {number}", min_size=3
            )
    answer = mara.get("/morning")
    assert "Groups below minimum 8" in words(answer)
    assert "<summary>3 more</summary>" in answer.text


def test_whoever_is_stuck_stands_with_the_change_that_would_place_most(
    mara: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    change = {"kind": "add_seat", "group": people.group.id}
    hours = {
        "kind": "add_availability",
        "participant": people.ben.id,
        "starts": "2026-11-24T15:00:00+00:00",
        "ends": "2026-11-24T16:00:00+00:00",
    }
    with sqlite_database.transaction() as session:
        run = _run(people)
        session.add(run)
        session.flush()
        left = Unplaced(
            run_id=run.id,
            request_id=people.ben_request.id,
            participant_id=people.ben.id,
            fixes=[
                {"change": change, "gain": 1000, "also": []},
                {"change": hours, "gain": 2000, "also": []},
            ],
        )
        answer = {
            "changes": [
                {"change": change, "gain": 2000, "places": ["one", "two"], "proved": True},
                {"change": hours, "gain": 1000, "places": ["one"], "proved": True},
            ],
            "complete": True,
        }
        shortage = Finding(
            program_id=people.program.id,
            run_id=run.id,
            kind=FindingKind.SHORTAGE,
            state=FindingState.DONE,
            begun_at=NOW,
            ends_by=NOW,
            answer=answer,
        )
        session.add_all([left, shortage])
    page = words(mara.get("/morning"))
    assert "Would place the most 1 One more seat in Anxiety and depression Places 2" in page
    assert "Ben Quill Tuesday 10:00–11:00 am EST would do." in page
