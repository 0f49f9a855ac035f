"""What staff pages read, on both databases, over a program with something of everything."""

from collections.abc import Iterator

import pytest
import time_machine
from sqlalchemy.orm import Session

from groupmatch.database import Database
from groupmatch.records import (
    DraftBundle,
    DraftEntry,
    EntryKind,
    Run,
    SwitchKind,
    SwitchReason,
    Unplaced,
)
from groupmatch.services.accounts.staff_list import staff_list
from groupmatch.services.drafts.draft_page import draft_page
from groupmatch.services.groups.group_page import group_page
from groupmatch.services.morning.morning import morning
from groupmatch.services.participants.person_page import person_page
from groupmatch.services.runs.run_pages import run_page, run_rows
from groupmatch.services.seats.place_page import place_options
from groupmatch.services.switching import switches
from groupmatch.services.switching.switch_queue import switch_page, switch_queue
from groupmatch.services.therapists.therapist_list import therapist_rows
from groupmatch.services.therapists.therapist_pages import therapist_page
from tests import cast as people
from tests.cast import NOW, TODAY, Cast, make_cast
from tests.services.test_night import add_run


@pytest.fixture
def read(database: Database, fixed_clock: time_machine.Traveller) -> Iterator[Session]:
    with database.session(write=True) as session:
        yield session


@pytest.fixture
def cast(read: Session) -> Cast:
    return make_cast(read)


@pytest.fixture
def run(read: Session, cast: Cast) -> Run:
    """The last run: it proposes a seat for Ben, and left Eve waiting."""
    made = add_run(read, cast)
    bundle = DraftBundle(run_id=made.id, program_id=cast.program.id, position=0)
    bundle.entries.append(
        DraftEntry(
            position=0,
            kind=EntryKind.PLACED,
            request_id=cast.ben_request.id,
            participant_id=cast.ben.id,
            to_group_id=cast.group.id,
            opens=True,
        )
    )
    read.add(bundle)
    eve = people.participant(read, cast.program, "Eve")
    read.add(
        Unplaced(
            run_id=made.id,
            request_id=people.request(read, eve).id,
            participant_id=eve.id,
            reasons=[{"group": cast.group.id, "rule": "full", "detail": "8 of 8"}],
        )
    )
    objective = {"placed": 1000, "switched": 0, "moved": 0, "opened": 1, "cost": 7}
    made.placed, made.opened, made.without_seat = 1, 1, 1
    made.result = {"status": "feasible", "objective": objective, "bounds": {**objective, "cost": 3}}
    made.notices = [{"code": "needs_a_person", "seat": cast.ada_seat.id, "group": cast.group.id}]
    read.flush()
    return made


def test_the_morning_of_a_busy_night(read: Session, cast: Cast, run: Run) -> None:
    found = morning(read, cast.program, NOW)
    assert (found.night.counts.placed, found.night.counts.unplaced) == (1, 1)
    assert [acts.kind for acts in (*found.decide, *found.unblock)] == ["draft", "unplaced"]


def test_a_draft_with_its_totals_and_the_sizes_of_its_groups(
    read: Session, cast: Cast, run: Run
) -> None:
    page = draft_page(read, cast.program)
    assert (page.proposed.placed, page.proposed.opened, page.approved.bundles) == (1, 1, 0)
    assert (page.sizes[cast.group.id], page.coming[cast.group.id]) == (1, 1)


def test_a_run_with_what_it_proved_and_what_a_person_should_look_at(
    read: Session, cast: Cast, run: Run
) -> None:
    page = run_page(read, run)
    assert [tier.proved for tier in page.tiers] == [True, True, True, True, False]
    assert not page.optimal
    (notice,) = page.notices
    assert (notice.participant, notice.group) == (cast.ada, cast.group)
    (why,) = page.unplaced.rows
    assert why.one_step_away == {"full": 1}
    (row,) = run_rows(read, cast.program, number=1).rows
    assert (row.counts.waited, row.by) == (2, None)


def test_the_queue_of_requests_and_one_of_them(read: Session, cast: Cast) -> None:
    first = switches.request_switch(
        read, cast.ada_seat, kind=SwitchKind.TIME, reason=SwitchReason.SCHEDULE, by=None
    )
    switches.decline(read, first, reason="Not yet", by=cast.mara.id)
    second = switches.request_switch(
        read, cast.ada_seat, kind=SwitchKind.GROUP, reason=SwitchReason.SAFETY, by=None
    )
    queue = switch_queue(read, cast.program)
    assert (queue.unseen, queue.tonight) == ((second,), ())
    assert (queue.decided.rows, queue.decided.total) == ((first,), 1)
    page = switch_page(read, second)
    assert page.others == (first,)
    assert (page.switch.seat, page.proposed) == (cast.ada_seat, None)


def test_a_group_with_its_roster_and_who_would_come(read: Session, cast: Cast, run: Run) -> None:
    page = group_page(read, cast.group)
    assert [seat.participant for seat in page.roster] == [cast.ada]
    assert [entry.participant for entry in page.proposed] == [cast.ben]
    assert (page.row.size, page.row.waiting) == (1, 2)


def test_a_person_with_what_is_proposed(read: Session, cast: Cast, run: Run) -> None:
    (line,) = person_page(read, cast.ben, on=TODAY).requests
    assert line.proposed is not None
    assert line.proposed.to_group is cast.group


def test_therapists_with_their_load_and_licenses(read: Session, cast: Cast) -> None:
    (row,) = therapist_rows(read, cast.program, on=TODAY)
    assert (row.groups, row.minutes, row.licensed, row.ends_on) == (1, 60, ("NY",), None)
    page = therapist_page(read, cast.cleo)
    assert [each.group for each in page.groups] == [cast.group]
    assert page.minutes == 60


def test_the_staff_of_a_program_by_name(read: Session, cast: Cast) -> None:
    assert [row.name for row in staff_list(read, cast.program)] == ["Ines", "Mara", "Nora"]


def test_where_somebody_could_be_placed_by_hand(read: Session, cast: Cast) -> None:
    read.flush()
    (option,) = place_options(read, cast.program, cast.ben_request, on=TODAY)
    assert (option.row.group.id, option.obstacles) == (cast.group.id, ())
