"""What a member who asks could have: open seats now, and others as of the night."""

from concurrent.futures import ThreadPoolExecutor, wait
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch.database import Database
from groupmatch.errors import Conflict, Refused
from groupmatch.records import DraftEntry, Group, Seat, SwitchKind, SwitchReason, SwitchRequest
from groupmatch.services import locks
from groupmatch.services.drafts.swapping import edits
from groupmatch.services.runs.solved_runs import SolvedRuns, last_run
from groupmatch.services.seats import seats
from groupmatch.services.switching import switch_options, switches
from groupmatch.services.switching.switch_options import options
from groupmatch.services.switching.switch_queue import claims, proposed
from tests import cast
from tests.cast import MONDAY, TODAY, WEDNESDAY
from tests.services.drafting import match
from tests.services.switching import Full, ask, full, solved


def groups(found: list[switch_options.SwitchOption]) -> set[str]:
    return {option.group.id for option in found}


def room(session: Session, there: Full, weekday: int, *, same_leader: bool = False) -> Group:
    """A group with a seat for Eve in the afternoon."""
    leader = there.people.cleo if same_leader else cast.therapist(session, there.people.program)
    return cast.therapy_group(
        session, there.people.program, leaders=[leader], meetings=((weekday, 900, 60),)
    )


def test_open_seats_are_found_now_with_the_dates_of_the_change(database: Database) -> None:
    with database.transaction() as session:
        there = full(session)
        wednesday = room(session, there, WEDNESDAY)
        [option] = options(session, ask(session, there.eve))
        assert (option.group, option.arranged, option.rank) == (wednesday, False, None)
        assert option.dates.starts_on.weekday() == WEDNESDAY


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        (SwitchKind.GROUP, {"afternoon", "hers", "same hour"}),
        (SwitchKind.THERAPIST, {"afternoon", "same hour"}),
        (SwitchKind.TIME, {"afternoon", "hers"}),
    ],
)
def test_options_change_what_the_member_wants_changed(
    session: Session, kind: SwitchKind, wanted: set[str]
) -> None:
    there = full(session)
    other = cast.therapist(session, there.people.program)
    same_hour = cast.therapy_group(
        session, there.people.program, leaders=[other], meetings=((MONDAY, 600, 60),)
    )
    names = {
        room(session, there, MONDAY).id: "afternoon",
        room(session, there, WEDNESDAY, same_leader=True).id: "hers",
        same_hour.id: "same hour",
    }
    found = options(session, ask(session, there.eve, kind))
    assert {names[group] for group in groups(found)} == wanted


def test_a_cycle_is_found_in_the_last_run_though_the_ask_came_after_it(
    database: Database,
) -> None:
    with database.transaction() as session:
        there = full(session)
        # Finn asked before the night, and nobody had a seat to give him.
        ask(session, there.finn)
        run = solved(session, there.people.program)
        switch = ask(session, there.eve)
        assert options(session, switch) == []
        [option] = options(session, switch, run)
        assert option.arranged
        assert [step.group_id for step in option.steps] == [
            there.wednesdays.id,
            there.mondays.id,
        ]


def test_a_seat_that_came_free_since_the_night_needs_nobody_else(session: Session) -> None:
    there = full(session)
    ask(session, there.finn)
    run = solved(session, there.people.program)
    there.wednesdays.max_size = 2
    [option] = options(session, ask(session, there.eve), run)
    assert (option.group, option.arranged) == (there.wednesdays, False)


def test_without_another_who_would_go_there_is_no_cycle(session: Session) -> None:
    there = full(session)
    run = solved(session, there.people.program)
    assert options(session, ask(session, there.eve), run) == []


def test_what_the_night_knew_is_no_option_once_the_others_need_is_over(session: Session) -> None:
    there = full(session)
    ask(session, there.finn)
    run = solved(session, there.people.program)
    switch = ask(session, there.eve)
    there.finn.request.status = "closed"  # type: ignore[assignment]
    session.flush()
    assert options(session, switch, run) == []


def test_who_joined_after_the_night_has_no_arranged_options(session: Session) -> None:
    there = full(session)
    run = solved(session, there.people.program)
    assert run.chains(cast.request(session, there.people.ben).id) == []


def test_an_ask_for_safety_shows_options_once_a_person_has_looked(session: Session) -> None:
    there = full(session)
    switch = switches.request_switch(
        session, there.eve, kind=SwitchKind.GROUP, reason=SwitchReason.SAFETY, by=None
    )
    assert not switch_options.is_answerable(switch)
    switches.leave_to_tonight(session, switch, by=there.people.mara.id)
    assert switch_options.is_answerable(switch)


def test_options_are_ranked_for_tonight_or_left_open(database: Database) -> None:
    with database.transaction() as session:
        there = full(session)
        group = room(session, there, WEDNESDAY)
        switch = ask(session, there.eve)
        among = options(session, switch)
        by = None
        switch_options.rank_options(session, switch, [group.id], among=among, by=by)
        session.expire_all()
        [option] = options(session, switch)
        assert option.rank == 1
        switch_options.rank_options(session, switch, [], among=among, by=by)
        session.expire_all()
        assert [each.rank for each in options(session, switch)] == [None]
        with pytest.raises(Conflict) as caught:
            switch_options.rank_options(session, switch, [there.wednesdays.id], among=among, by=by)
        assert caught.value.code == "time_gone"
        with pytest.raises(Refused):
            switch_options.rank_options(session, switch, list("abcd"), among=among, by=by)


def test_a_ranking_stands_in_nobodys_way_who_moves_the_member(database: Database) -> None:
    with database.transaction() as session:
        there = full(session)
        group = room(session, there, WEDNESDAY)
        switch = ask(session, there.eve)
    with ThreadPoolExecutor(1) as pool:
        with database.transaction() as session:
            locks.hold_program(session, there.people.program.id)
            seat = session.get_one(Seat, there.eve.id)
            locks.hold(session, seat.request)
            ranked = pool.submit(_leave_open, database, switch.id)
            wait([ranked], timeout=0.5)
            seats.move(session, seat, session.get_one(Group, group.id), starts_on=TODAY, by=None)
        with pytest.raises(Conflict, match="switch_over"):
            ranked.result()


def _leave_open(database: Database, switch_id: str) -> None:
    with database.transaction() as session:
        switch = session.get_one(SwitchRequest, switch_id)
        switch_options.rank_options(session, switch, [], among=[], by=None)


def test_the_last_run_is_fetched_once_while_pages_go_on(
    database: Database, fixed_clock: object
) -> None:
    with database.transaction() as session:
        there = full(session)
        assert last_run(session, there.people.program.id) is None
        run = match(session, there.people.program)
    kept = SolvedRuns()
    with database.read() as session:
        last = last_run(session, there.people.program.id)
        assert last is not None
        assert last.id == run.id
    assert kept.here(last.id) is None
    assert kept.get(database, last.id) is None
    kept.wait()
    found = kept.here(last.id)
    assert found is not None
    assert found is kept.get(database, last.id)


def test_a_draft_that_people_edit_is_not_fetched_again(
    database: Database, fixed_clock: object
) -> None:
    with database.transaction() as session:
        run_id = match(session, cast.make_cast(session).program).id
    with database.read() as session:
        there = edits(session, run_id)
    kept = SolvedRuns()
    assert kept.get(database, run_id) is None
    kept.wait()
    run = kept.get(database, run_id)
    assert run is not None
    assert kept.get(database, run_id, there) is run
    removed = dict.fromkeys(there)
    changed = kept.get(database, run_id, removed)
    assert changed not in (None, run)
    assert kept.get(database, run_id, removed) is changed
    assert kept.get(database, run_id) is run


def test_only_what_the_draft_gives_others_is_claimed(session: Session) -> None:
    there = full(session)
    group, asked = room(session, there, MONDAY), ask(session, there.eve)
    match(session, there.people.program)
    # Had Finn asked before, the night might have had the two trade places.
    other = ask(session, there.finn)
    entry = session.scalars(select(DraftEntry).where(DraftEntry.to_group_id == group.id)).one()
    assert proposed(session, asked) is entry
    assert claims(session, asked, [group]) == {}
    assert claims(session, other, [group]) == {group.id: [entry]}


def test_every_first_date_is_in_the_future(session: Session) -> None:
    there = full(session)
    room(session, there, MONDAY)
    for option in options(session, ask(session, there.eve, SwitchKind.GROUP)):
        assert option.dates.starts_on > date(2026, 11, 22)
