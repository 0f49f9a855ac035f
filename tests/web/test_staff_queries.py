"""No page of staff sends more statements to the database because there is more to show."""

from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from groupmatch.database import Database
from groupmatch.records import (
    DraftBundle,
    DraftEntry,
    EntryKind,
    Run,
    RunKind,
    RunState,
    SwitchKind,
    SwitchReason,
    Unplaced,
)
from groupmatch.services.audit import audit
from groupmatch.services.switching import switches
from tests import cast as made
from tests.cast import LONG_AGO, NOW, TODAY, Cast
from tests.queries import counted

ClientOf = Callable[[str], FlaskClient]


def test_pages_cost_as_many_statements_with_ten_of_everything_as_with_two(
    client_of: ClientOf, people: Cast, sqlite_database: Database
) -> None:
    mara = client_of("Mara")
    with sqlite_database.transaction() as session:
        run = _run(session, people)
        _more(session, people, run, 2)
    pages = [
        "/morning",
        "/draft",
        "/people",
        "/people?sort=waiting&csv=people",
        "/groups",
        "/groups/week",
        "/groups/demand",
        "/requests",
        "/therapists",
        "/reports",
        "/runs",
        f"/runs/{run.id}",
        f"/people/{people.ada.id}",
        f"/groups/{people.group.id}",
        f"/therapists/{people.cleo.id}",
    ]
    # The first reading of a record is written down, the next ones are not.
    for url in pages:
        mara.get(url)
    before = {url: _cost(mara, sqlite_database, url) for url in pages}
    with sqlite_database.transaction() as session:
        _more(session, people, run, 8)
    assert {url: _cost(mara, sqlite_database, url) for url in pages} == before
    assert max(before.values()) <= 40


def _cost(client: FlaskClient, database: Database, url: str) -> int:
    with database.read() as session, counted(session) as sent:
        assert client.get(url).status_code == 200
    return len(sent)


def _run(session: Session, people: Cast) -> Run:
    run = Run(
        program_id=people.program.id,
        kind=RunKind.NIGHTLY,
        local_date=TODAY,
        started_at=NOW,
        state=RunState.DONE,
        result={
            "status": "optimal",
            "objective": dict.fromkeys(("placed", "switched", "moved", "opened", "cost"), 1),
            "bounds": dict.fromkeys(("placed", "switched", "moved", "opened", "cost"), 1),
        },
    )
    session.add(run)
    session.flush()
    return run


def _more(session: Session, people: Cast, run: Run, number: int) -> None:
    """So many members, waiting people, groups, therapists, asks, proposals and acts more."""
    for _ in range(number):
        leader = made.therapist(session, people.program, "Lee")
        group = made.therapy_group(session, people.program, leaders=[leader, people.cleo])
        member = made.participant(session, people.program, "Eve")
        seat = made.seat(session, made.request(session, member), people.group, starts_on=LONG_AGO)
        made.seat(session, made.request(session, people.ada), group)
        kind, reason = SwitchKind.TIME, SwitchReason.SCHEDULE
        switches.request_switch(session, seat, kind=kind, reason=reason, by=None)
        audit.record(session, "participant.edited", people.ada, by=people.mara.id)
        _left_out(session, people, run, group.id)
        _proposed(session, people, run, group.id)
    run.notices = [*run.notices, {"code": "needs_a_person", "seat": seat.id, "group": group.id}]


def _left_out(session: Session, people: Cast, run: Run, group_id: str) -> None:
    for gates in ([], ["consent"]):
        waiting = made.participant(session, people.program, "Gil")
        session.add(
            Unplaced(
                run_id=run.id,
                request_id=made.request(session, waiting).id,
                participant_id=waiting.id,
                gates=gates,
                reasons=[{"group": group_id, "rule": "full", "detail": ""}],
            )
        )


def _proposed(session: Session, people: Cast, run: Run, group_id: str) -> None:
    waiting = made.participant(session, people.program, "Hal")
    bundle = DraftBundle(run_id=run.id, program_id=people.program.id, position=0)
    bundle.entries.append(
        DraftEntry(
            position=0,
            kind=EntryKind.PLACED,
            request_id=made.request(session, waiting).id,
            participant_id=waiting.id,
            from_group_id=people.group.id,
            to_group_id=group_id,
        )
    )
    session.add(bundle)
