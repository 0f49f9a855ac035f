"""What the night publishes by itself: placements alone, and only where the policy says so."""

from pathlib import Path

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch import clock
from groupmatch.database import Database
from groupmatch.records import (
    AuditEntry,
    BundleState,
    DraftBundle,
    EntryKind,
    Group,
    GroupStatus,
    OutboxMail,
    Program,
    Run,
    RunKind,
    Seat,
    SeatState,
)
from groupmatch.services.drafts import publishing
from groupmatch.services.runs import nightly, runs
from groupmatch.services.runs.unattended import publish_placements
from groupmatch.settings import Settings, load
from tests import cast as make
from tests.cast import MONDAY, Cast
from tests.services.drafting import ask_to_switch, match


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load({"GROUPMATCH_DATA": str(tmp_path)})


def a_night(
    database: Database, settings: Settings, *, publishes: bool, publish_offers: bool = False
) -> Run:
    """The cast's night; Ben waits for a seat beside Ada."""
    with database.transaction() as session:
        people = make.make_cast(session)
        people.program.night_publishes = publishes
        people.program.publish_offers = publish_offers
    with database.transaction() as session:
        tonight = nightly.Night(people.program.id, clock.today(people.program.timezone))
        run_id = nightly.claim(session, tonight)
    assert run_id is not None
    return runs.execute(database, settings, run_id)


def members(database: Database) -> list[str]:
    with database.read() as session:
        seats = session.scalars(select(Seat).where(Seat.state == SeatState.ACTIVE))
        return sorted(seat.participant.first_name for seat in seats)


def test_the_night_seats_who_waits_where_the_policy_lets_it(
    database: Database, settings: Settings, fixed_clock: time_machine.Traveller
) -> None:
    a_night(database, settings, publishes=True)
    assert members(database) == ["Ada", "Ben"]
    with database.read() as session:
        [bundle] = session.scalars(select(DraftBundle))
        assert (bundle.state, bundle.decided_by_id) == (BundleState.PUBLISHED, None)
        acts = session.scalars(select(AuditEntry.act).where(AuditEntry.actor_id.is_(None))).all()
        assert {"bundle.approved", "bundle.published", "seat.taken"} <= set(acts)
        [mail] = session.scalars(select(OutboxMail))
        assert (mail.template, mail.recipient) == ("schedule", "ben@example.org")


def test_where_publishing_makes_offers_the_night_offers(
    sqlite_database: Database, settings: Settings, fixed_clock: time_machine.Traveller
) -> None:
    a_night(sqlite_database, settings, publishes=True, publish_offers=True)
    assert members(sqlite_database) == ["Ada"]
    with sqlite_database.read() as session:
        offered = select(Seat).where(Seat.state == SeatState.OFFERED)
        assert session.scalars(offered).one().participant.first_name == "Ben"
        assert session.scalars(select(OutboxMail.template)).all() == ["offer"]


def test_without_the_policy_the_draft_waits_for_a_person(
    sqlite_database: Database, settings: Settings, fixed_clock: time_machine.Traveller
) -> None:
    a_night(sqlite_database, settings, publishes=False)
    assert members(sqlite_database) == ["Ada"]


def test_a_run_by_hand_never_publishes(
    sqlite_database: Database, settings: Settings, fixed_clock: time_machine.Traveller
) -> None:
    with sqlite_database.transaction() as session:
        people = make.make_cast(session)
        people.program.night_publishes = True
        run = runs.start_run(session, people.program, kind=RunKind.BY_HAND, by=None)
    runs.execute(sqlite_database, settings, run.id)
    assert members(sqlite_database) == ["Ada"]


def test_a_night_whose_publishing_breaks_leaves_neither_seats_nor_a_draft(
    sqlite_database: Database,
    settings: Settings,
    fixed_clock: time_machine.Traveller,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def breaks(*_args: object, **_more: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(publishing, "take_up", breaks)
    with pytest.raises(RuntimeError):
        a_night(sqlite_database, settings, publishes=True)
    assert members(sqlite_database) == ["Ada"]
    with sqlite_database.read() as session:
        assert session.scalars(select(DraftBundle)).all() == []
        assert session.scalars(select(Run)).one().failure == "interrupted"


def published(session: Session, program: Program) -> dict[frozenset[EntryKind], BundleState]:
    """What became of each bundle of a fresh draft, by what its entries do."""
    run = match(session, program)
    publish_placements(session, program, run)
    bundles = session.scalars(select(DraftBundle))
    return {frozenset(entry.kind for entry in each.entries): each.state for each in bundles}


def later_group(session: Session, cast: Cast, **more: object) -> Group:
    """A group on Mondays at 19:30, for whoever has the whole evening."""
    leaders = [make.therapist(session, cast.program, "Rhea")]
    evening = ((MONDAY, 1170, 60),)
    return make.therapy_group(session, cast.program, leaders=leaders, meetings=evening, **more)


def test_a_switch_waits_for_a_person(session: Session, cast: Cast) -> None:
    later_group(session, cast)
    ask_to_switch(session, cast.ada_seat)
    assert published(session, cast.program) == {
        frozenset({EntryKind.SWITCHED}): BundleState.PROPOSED,
        frozenset({EntryKind.PLACED}): BundleState.PUBLISHED,
    }


def test_a_group_that_would_open_waits_for_a_person(session: Session, cast: Cast) -> None:
    cast.group.max_size = 1
    opening = later_group(session, cast, status=GroupStatus.PROPOSED)
    kinds = published(session, cast.program)
    assert opening.status == GroupStatus.PROPOSED
    assert kinds == {frozenset({EntryKind.PLACED}): BundleState.PROPOSED}


def test_what_rests_on_a_persons_decision_waits_beside_it(session: Session, cast: Cast) -> None:
    """Ada would switch away from the full group, and Ben would take her seat."""
    cast.group.max_size = 1
    later_group(session, cast, max_size=1)
    ask_to_switch(session, cast.ada_seat)
    make.request(session, make.participant(session, cast.program, "Eve"))
    bundles = published(session, cast.program)
    assert set(bundles.values()) == {BundleState.PROPOSED}
    assert set(map(len, session.scalars(select(DraftBundle.refusal)))) == {0}
