"""Staff and what the solver found: why not, the shortage, the price of moves, what would be if."""

import json
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch.database import Database, Json
from groupmatch.records import (
    Finding,
    FindingKind,
    FindingState,
    Group,
    Run,
    RunKind,
    RunState,
    Task,
    Unplaced,
)
from groupmatch.web.staff.curve import curve
from tests.cast import NOW, TODAY, Cast
from tests.queries import counted
from tests.web.pages import words

ClientOf = Callable[[str], FlaskClient]

HOURS = {
    "kind": "add_availability",
    "interval": [2040, 2100],
    "starts": "2026-11-24T15:00:00+00:00",
    "ends": "2026-11-24T16:00:00+00:00",
}


@pytest.fixture
def mara(client_of: ClientOf) -> FlaskClient:
    return client_of("Mara")


@pytest.fixture
def run(people: Cast, sqlite_database: Database) -> Run:
    """The last match left Ben waiting: the group is full, or he comes on Tuesdays at ten."""
    with sqlite_database.transaction() as session:
        run = Run(
            program_id=people.program.id,
            kind=RunKind.NIGHTLY,
            local_date=TODAY,
            started_at=NOW,
            state=RunState.DONE,
            result={"calendar": {"zone": "America/New_York", "origin": 0, "begins": []}},
        )
        session.add(run)
        session.flush()
        left = Unplaced(
            run_id=run.id,
            request_id=people.ben_request.id,
            participant_id=people.ben.id,
            reasons=[{"group": people.group.id, "rule": "full", "detail": "8 of 8"}],
            fixes=fixes(people),
        )
        session.add(left)
    return run


def fixes(people: Cast) -> list[Json]:
    return [
        {"change": {**HOURS, "participant": people.ben.id}, "gain": 1000, "also": []},
        {"change": {"kind": "add_seat", "group": people.group.id}, "gain": 1000, "also": []},
    ]


def found(
    session: Session, people: Cast, run: Run, kind: FindingKind, answer: Json | None, **more: object
) -> Finding:
    state = FindingState.RUNNING if answer is None else FindingState.DONE
    given = {"state": state, "begun_at": NOW, "ends_by": NOW.replace(year=2027), **more}
    finding = Finding(
        program_id=people.program.id, run_id=run.id, kind=kind, answer=answer, **given
    )
    session.add(finding)
    session.flush()
    return finding


def shortage_of(people: Cast) -> Json:
    changes = [
        {"change": each["change"], "gain": 1000, "places": [people.ben_request.id], "proved": True}
        for each in fixes(people)
    ]
    return {"changes": changes, "complete": True}


def test_why_not_tells_the_reasons_and_what_would_help(
    mara: FlaskClient, people: Cast, run: Run
) -> None:
    page = words(mara.get(f"/shortage/why-not/{people.ben_request.id}"))
    assert "Why Ben Quill has no seat yet One step away: one more seat (1 group)." in page
    assert "Ben Quill could also come Tuesday 10:00–11:00 am EST" in page
    assert "Ask about Tuesday 10:00–11:00 am EST" in page
    assert "One more seat in Anxiety and depression" in page
    assert "Is full" in page


def test_asking_puts_a_call_on_the_list(
    mara: FlaskClient, people: Cast, run: Run, sqlite_database: Database
) -> None:
    url = f"/shortage/why-not/{people.ben_request.id}/ask"
    answer = mara.post(url, data={"place": 0})
    assert answer.location == f"/people/{people.ben.id}#tasks"
    with sqlite_database.read() as session:
        [task] = session.scalars(select(Task))
        assert task.kind == "call"
        assert task.note == (
            "Ask whether Tuesday 10:00–11:00 am EST (their time) could work: that hour would give "
            "them a seat."
        )
    assert mara.post(url, data={"place": 7}).status_code == 409
    # A seat is added in the group's form, and nobody is asked about it.
    assert mara.post(url, data={"place": 1}).status_code == 404


def test_a_fix_opens_the_group_s_form_with_the_seat_filled_in(
    mara: FlaskClient, people: Cast, run: Run, sqlite_database: Database
) -> None:
    page = mara.get(f"/shortage/why-not/{people.ben_request.id}").text
    link = f"/groups/{people.group.id}/edit?max_size=9"
    assert link in page
    form = mara.get(link).text
    assert 'name="max_size" ' in form
    assert 'value="9"' in form
    with sqlite_database.read() as session:
        assert session.get_one(Group, people.group.id).max_size == 8


def test_what_is_not_worked_out_yet_can_be_asked_for(
    mara: FlaskClient, people: Cast, run: Run, sqlite_database: Database
) -> None:
    for url, what in (("/shortage", "shortage"), ("/shortage/moves", "price of moves")):
        page = words(mara.get(url))
        assert f"The {what} has not been worked out for the last match. Work it out" in page
    with sqlite_database.transaction() as session:
        finding = found(session, people, run, FindingKind.SHORTAGE, None)
    assert "Working it out since" in words(mara.get("/shortage"))
    progress = f"/shortage/findings/{finding.id}/progress"
    assert "data-over" not in mara.get(progress).text
    with sqlite_database.transaction() as session:
        session.get_one(Finding, finding.id).state = FindingState.FAILED
    assert "data-over" in mara.get(progress).text
    assert "did not come to an end" in words(mara.get("/shortage"))


def test_the_shortage_is_ranked_with_how_many_each_places(
    mara: FlaskClient, people: Cast, run: Run, sqlite_database: Database
) -> None:
    with sqlite_database.transaction() as session:
        finding = found(session, people, run, FindingKind.SHORTAGE, shortage_of(people))
    page = words(mara.get("/shortage"))
    assert "The best single change places 1 person more" in page
    assert "One more seat in Anxiety and depression 1 Ben Quill 1,000 Try it Add a seat" in page
    answer = mara.post(f"/shortage/findings/{finding.id}/ask", data={"place": 0})
    assert answer.location == f"/people/{people.ben.id}#tasks"


def test_the_price_of_moves_is_a_curve_with_its_table(
    mara: FlaskClient, people: Cast, run: Run, sqlite_database: Database
) -> None:
    moved = {"request": people.ada_request.id, "from": people.group.id, "to": people.group.id}
    points = [
        {"moves": 0, "value": 5, "moved": [], "more": [], "fewer": [], "proved": True},
        {
            "moves": 1,
            "value": 6,
            "moved": [moved],
            "more": [people.ben_request.id],
            "fewer": [],
            "proved": True,
        },
    ]
    with sqlite_database.transaction() as session:
        found(session, people, run, FindingKind.MOVES, {"points": points, "most": 6})
    answer = mara.get("/shortage/moves")
    assert 'class="sheet curve"' in answer.text
    page = words(answer)
    assert "If one settled member moves, 1 more person has a seat." in page
    assert "1 1 Ada Quill to Anxiety and depression Ben Quill Proved" in page
    assert "More moves would place nobody else." in page


def test_the_price_of_moves_begins_with_the_fewest_that_place_somebody() -> None:
    def point(moves: int, more: list[str]) -> Json:
        return {"moves": moves, "more": more, "fewer": []}

    drawn = curve([point(0, []), point(1, []), point(2, ["Ben", "Cy"])])
    assert drawn
    assert drawn.gain
    assert (drawn.gain.moves, drawn.gain.more) == (2, 2)
    others = curve([point(0, []), {"moves": 1, "more": ["Ben"], "fewer": ["Cy"]}])
    assert others
    assert others.gain is None


def test_moves_that_bring_nothing_need_no_curve(
    mara: FlaskClient, people: Cast, run: Run, sqlite_database: Database
) -> None:
    point = {"moves": 0, "value": 5, "moved": [], "more": [], "fewer": [], "proved": True}
    with sqlite_database.transaction() as session:
        found(session, people, run, FindingKind.MOVES, {"points": [point], "most": 5})
    answer = mara.get("/shortage/moves")
    assert 'class="sheet curve"' not in answer.text
    assert "No number of moves places more" in words(answer)


def what_if(people: Cast) -> Json:
    tiers = ("placed", "switched", "moved", "opened", "cost")
    gain = {"request": people.ben_request.id, "from": None, "to": people.group.id}
    return {
        "before": dict.fromkeys(tiers, 0),
        "after": {**dict.fromkeys(tiers, 0), "placed": 1000},
        "gain": [gain],
        "lose": [],
        "elsewhere": [],
        "proved": True,
    }


def test_a_what_if_tells_who_gains_and_is_kept(
    mara: FlaskClient, people: Cast, run: Run, sqlite_database: Database
) -> None:
    asked = [{"kind": "add_seat", "group": people.group.id}, fixes(people)[0]["change"]]
    with sqlite_database.transaction() as session:
        finding = found(session, people, run, FindingKind.WHAT_IF, what_if(people), changes=asked)
    url = f"/shortage/what-if/{finding.id}"
    page = words(mara.get(url))
    assert "1 person gains a seat, nobody loses one, nobody would sit elsewhere" in page
    assert "Ben Quill waits then Anxiety and depression Mon 6:00–7:00 pm EST" in page
    assert "Keeping puts a call on the list." in page
    assert mara.post(f"{url}/keep").status_code == 303
    with sqlite_database.read() as session:
        assert session.get_one(Group, people.group.id).max_size == 9
        [task] = session.scalars(select(Task))
        assert task.note.startswith("Ask whether Tuesday")
    assert mara.post(f"{url}/keep").status_code == 409
    assert "Kept" in words(mara.get(url))
    assert mara.post(f"{url}/undo").status_code == 303
    with sqlite_database.read() as session:
        assert session.get_one(Group, people.group.id).max_size == 8
    assert mara.post(f"{url}/discard").status_code == 303
    assert "Discarded" in words(mara.get(url))


def test_a_what_if_needs_a_group_and_says_so_beside_the_field(
    mara: FlaskClient, people: Cast, run: Run
) -> None:
    answer = mara.post("/shortage/what-if", data={"kind": "add_seat", "group": ""})
    assert answer.status_code == 422
    assert "Choose a group." in words(answer)
    nonsense = mara.post("/shortage/what-if", data={"change": "{"})
    assert nonsense.status_code == 422


def test_what_another_program_has_is_not_named(
    mara: FlaskClient, people: Cast, run: Run, sqlite_database: Database
) -> None:
    asked = [{"kind": "add_availability", **HOURS, "participant": people.dov.id}]
    with sqlite_database.transaction() as session:
        finding = found(session, people, run, FindingKind.WHAT_IF, what_if(people), changes=asked)
    page = words(mara.get(f"/shortage/what-if/{finding.id}"))
    assert "Dov" not in page
    assert "A change of something that is not here" in page


def test_the_pages_cost_as_many_statements_with_much_to_tell_as_with_little(
    mara: FlaskClient, people: Cast, run: Run, sqlite_database: Database
) -> None:
    with sqlite_database.transaction() as session:
        finding = found(session, people, run, FindingKind.SHORTAGE, shortage_of(people))
    before = _cost(mara, sqlite_database, "/shortage")
    with sqlite_database.transaction() as session:
        told = json.loads(json.dumps(shortage_of(people)))
        session.get_one(Finding, finding.id).answer = {**told, "changes": told["changes"] * 9}
    assert _cost(mara, sqlite_database, "/shortage") == before <= 20
    assert _cost(mara, sqlite_database, f"/shortage/why-not/{people.ben_request.id}") <= 20


def _cost(client: FlaskClient, database: Database, url: str) -> int:
    with database.read() as session, counted(session) as sent:
        assert client.get(url).status_code == 200
    return len(sent)
