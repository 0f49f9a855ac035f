"""Staff and runs: start one for real, watch it, cancel it, read its proof and its reasons."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from groupmatch.database import Database
from groupmatch.records import (
    DraftBundle,
    Run,
    RunKind,
    RunState,
    Unplaced,
)
from solver.eligibility import RULES
from tests import cast as made
from tests.cast import NOW, TODAY, Cast
from tests.web.pages import words

ClientOf = Callable[[str], FlaskClient]


@pytest.fixture
def mara(client_of: ClientOf) -> FlaskClient:
    return client_of("Mara")


@pytest.fixture
def add_run(people: Cast, sqlite_database: Database) -> Callable[..., Run]:
    """Write down a run in some state, with further fields."""

    def add(**fields: object) -> Run:
        run = Run(
            program_id=people.program.id,
            kind=RunKind.NIGHTLY,
            local_date=TODAY,
            started_at=NOW - timedelta(hours=4),
            **fields,
        )
        with sqlite_database.transaction() as session:
            session.add(run)
        return run

    return add


def test_a_match_started_by_hand_runs_in_the_background_and_proves_its_draft(
    mara: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    answer = mara.post("/runs/start")
    assert answer.status_code == 303
    run_id = answer.location.rsplit("/", 1)[-1]
    _wait_for(run_id)
    with sqlite_database.read() as session:
        run = session.get_one(Run, run_id)
        assert (run.state, run.started_by_id) == (RunState.DONE, people.mara.id)
        (bundle,) = session.scalars(select(DraftBundle).filter_by(run_id=run_id))
        assert [entry.participant_id for entry in bundle.entries] == [people.ben.id]
    page = words(mara.get(answer.location))
    assert "It found a seat for 1 of 1 waiting." in page
    assert "Proved: nobody else could be placed without moving someone settled" in page
    assert "Mara 1 1" in words(mara.get("/runs"))
    assert "Ben Quill New seat Anxiety and depression" in words(mara.get("/draft"))


def test_while_one_runs_another_is_not_started(
    mara: FlaskClient, add_run: Callable[..., Run]
) -> None:
    add_run(state=RunState.RUNNING, progress={"at": NOW.isoformat()})
    assert mara.post("/runs/start").status_code == 409


def test_a_running_match_shows_its_steps_and_can_be_cancelled(
    mara: FlaskClient, add_run: Callable[..., Run], sqlite_database: Database
) -> None:
    run = add_run(state=RunState.RUNNING)
    assert "Reading the program" in words(mara.get(f"/runs/{run.id}"))
    with sqlite_database.transaction() as session:
        session.get_one(Run, run.id).progress = {
            "at": NOW.isoformat(),
            "stage": "search",
            "tier": "moved",
            "value": 3,
            "bound": 1,
            "elapsed": 1.25,
        }
    live = mara.get(f"/runs/{run.id}/progress").text
    assert "Settled members moved" in live
    assert "step 3 of 5" in live
    assert "data-over" not in live
    page = mara.get(f"/runs/{run.id}")
    assert "Look again" in words(page)
    page = mara.post(f"/runs/{run.id}/cancel", follow_redirects=True)
    assert "The match stops within seconds." in words(page)
    with sqlite_database.transaction() as session:
        stopped = session.get_one(Run, run.id)
        assert stopped.cancel_asked_at is not None
        stopped.state = RunState.CANCELLED
    assert "data-over" in mara.get(f"/runs/{run.id}/progress").text
    assert mara.post(f"/runs/{run.id}/cancel").status_code == 409


@pytest.mark.parametrize(
    ("failure", "sentence"),
    [
        ("out_of_time", "it ran out of time."),
        ("crashed", "the solver ended unexpectedly."),
        ("unsound", "the solver’s answer did not pass the check."),
        ("interrupted", "the process that ran it ended."),
    ],
)
def test_a_match_that_stopped_early_says_why_and_that_nothing_changed(
    mara: FlaskClient, add_run: Callable[..., Run], failure: str, sentence: str
) -> None:
    run = add_run(state=RunState.FAILED, failure=failure)
    page = words(mara.get(f"/runs/{run.id}"))
    assert sentence in page
    assert "Seats and the draft before are as they were." in page
    morning = words(mara.get("/morning"))
    assert sentence in morning
    assert "Run the match now" in morning


def test_an_open_tier_says_what_is_not_proved(
    mara: FlaskClient, add_run: Callable[..., Run]
) -> None:
    objective = {"placed": 2000, "switched": 0, "moved": 0, "opened": 0, "cost": 40}
    late = add_run(
        state=RunState.DONE,
        result={"status": "feasible", "objective": objective, "bounds": {**objective, "cost": 10}},
    )
    page = words(mara.get(f"/runs/{late.id}"))
    assert "Proved: nobody else could be placed" in page
    assert "looking for the plan that suits best" in page
    early = add_run(
        state=RunState.DONE,
        result={
            "status": "feasible",
            "objective": objective,
            "bounds": {**objective, "placed": 3000},
        },
    )
    page = words(mara.get(f"/runs/{early.id}"))
    assert "The time ran out before the proof." in page
    assert "at best 1,000 more" in page


def test_a_run_tells_who_got_no_seat_and_who_was_held_back_with_reasons(
    mara: FlaskClient, people: Cast, add_run: Callable[..., Run], sqlite_database: Database
) -> None:
    objective = dict.fromkeys(("placed", "switched", "moved", "opened", "cost"), 0)
    run = add_run(
        state=RunState.DONE,
        result={"status": "optimal", "objective": objective, "bounds": objective},
        notices=[
            {"code": "stale_pin", "kind": "ban", "request": people.ben_request.id, "group": "gone"},
            {"code": "needs_a_person", "seat": people.ada_seat.id, "group": people.group.id},
        ],
    )
    with sqlite_database.transaction() as session:
        eve = made.participant(session, people.program, "Eve", gates=False)
        asked = made.request(session, eve)
        session.add(
            Unplaced(run_id=run.id, request_id=asked.id, participant_id=eve.id, gates=["consent"])
        )
        session.add(
            Unplaced(
                run_id=run.id,
                request_id=people.ben_request.id,
                participant_id=people.ben.id,
                reasons=[
                    {"group": people.group.id, "rule": "full", "detail": "8 of 8"},
                    {"group": people.group.id, "rule": "outranked", "detail": ""},
                    {"rule": "availability", "count": 4},
                ],
            )
        )
    page = words(mara.get(f"/runs/{run.id}"))
    assert "Ben Quill today One step away: one more seat (1 group)." in page
    assert "Eve Quill today consent to treatment" in page
    assert "Ben Quill: a ban on a group no longer made sense and was lifted." in page
    assert "Ada Quill: Anxiety and depression ends soon" in page
    person = words(mara.get(f"/people/{people.ben.id}"))
    assert "Is full" in person
    assert "Went to people who wait longer or more urgently" in person


def test_every_rule_of_the_match_has_its_words(
    mara: FlaskClient, people: Cast, add_run: Callable[..., Run], sqlite_database: Database
) -> None:
    rules = [*RULES, "full", "conflict", "keep_apart", "limit", "not_opened", "plan", "outranked"]
    run = add_run(state=RunState.DONE)
    with sqlite_database.transaction() as session:
        groups = [
            made.therapy_group(session, people.program, leaders=[], name=rule) for rule in rules
        ]
        session.add(
            Unplaced(
                run_id=run.id,
                request_id=people.ben_request.id,
                participant_id=people.ben.id,
                reasons=[
                    {"group": group.id, "rule": rule, "detail": "region is none of ['NY']"}
                    for rule, group in zip(rules, groups, strict=True)
                ],
            )
        )
    page = words(mara.get(f"/people/{people.ben.id}"))
    assert page.count("(1 group)") == len(rules)
    assert "no leader is licensed where they live" in page


def test_a_program_without_any_run_says_how_to_start_one(mara: FlaskClient, people: Cast) -> None:
    assert "No match has run yet." in words(mara.get("/runs"))
    assert mara.get("/runs/latest").location == "/runs"
    assert "The match has not run yet." in words(mara.get("/morning"))


def _wait_for(run_id: str) -> None:
    for thread in threading.enumerate():
        if thread.name == f"run {run_id}":
            thread.join(timeout=60)
