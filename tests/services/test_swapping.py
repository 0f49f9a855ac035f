"""Other options for an entry of the draft: told as the draft stands, and taken as one bundle."""

from collections.abc import Mapping

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch import matching
from groupmatch.errors import Conflict
from groupmatch.matching import SolvedRun, Step
from groupmatch.records import BundleState, DraftBundle, DraftEntry, Group, GroupStatus, Run
from groupmatch.services.drafts import drafts, publishing, swapping
from groupmatch.services.runs.night import Counts
from tests import cast as made
from tests.cast import EVENING, MONDAY, Cast, make_cast
from tests.services.drafting import match, seats_of


@pytest.fixture
def cast(session: Session) -> Cast:
    return make_cast(session)


@pytest.fixture
def second(session: Session, cast: Cast) -> Group:
    """A group at another hour that suits Ben as well; the night gives him one of the two."""
    return made.therapy_group(
        session,
        cast.program,
        leaders=[cast.cleo],
        name="Second group",
        meetings=((MONDAY, EVENING + 90, 60),),
    )


def entry_of(session: Session, run: Run) -> DraftEntry:
    query = select(DraftEntry).join(DraftBundle).where(DraftBundle.run_id == run.id)
    return session.scalars(query).one()


def laid_out(run: Run, edits: Mapping[str, str | None] | None = None) -> SolvedRun:
    return SolvedRun.parsed(run.problem, run.solution).edited(edits or {})


def other(cast: Cast, second: Group, entry: DraftEntry) -> Group:
    return second if entry.to_group_id == cast.group.id else cast.group


def test_the_other_group_is_an_option_and_as_good(
    session: Session, cast: Cast, second: Group
) -> None:
    run = match(session, cast.program)
    entry = entry_of(session, run)
    [option] = swapping.swaps(session, entry, laid_out(run))
    assert option.group.id == other(cast, second, entry).id
    assert (set(option.effect.values()), option.others) == ({0}, ())


def test_a_swap_is_decided_on_anew_and_published(
    session: Session, cast: Cast, second: Group
) -> None:
    run = match(session, cast.program)
    entry = entry_of(session, run)
    wanted = other(cast, second, entry)
    drafts.approve(session, entry.bundle, by=None)
    swapping.swap(session, entry, [Step(entry.request_id, wanted.id)], by=cast.mara.id)
    assert (entry.to_group_id, entry.bundle.state) == (wanted.id, BundleState.PROPOSED)
    assert entry.facts == matching.facts_of(wanted, None)
    assert swapping.edits(session, run.id) == {entry.request_id: wanted.id}
    drafts.approve(session, entry.bundle, by=None)
    session.flush()
    assert len(publishing.publish(session, cast.program, by=None).published) == 1
    [seat] = seats_of(session, cast.ben_request)
    assert seat.group_id == wanted.id


def test_a_swap_into_a_group_that_it_opens_is_counted_by_the_run(
    session: Session, cast: Cast, second: Group
) -> None:
    run = match(session, cast.program)
    entry = entry_of(session, run)
    assert Counts.of(run) == Counts(placed=1)
    wanted = other(cast, second, entry)
    wanted.status = GroupStatus.PROPOSED
    session.flush()
    swapping.swap(session, entry, [Step(entry.request_id, wanted.id)], by=None)
    assert Counts.of(run) == Counts(placed=1, opened=1)


def test_whoever_goes_elsewhere_for_it_stands_in_the_same_bundle(
    session: Session, cast: Cast, second: Group
) -> None:
    """Each group has one seat left: Ben may have Eve's if she takes his."""
    cast.group.max_size, second.max_size = 2, 1
    eve = made.request(session, made.participant(session, cast.program, "Eve"))
    run = match(session, cast.program)
    bundles = session.scalars(select(DraftBundle).where(DraftBundle.run_id == run.id)).all()
    assert len(bundles) == 2
    mine = next(e for b in bundles for e in b.entries if e.request_id == cast.ben_request.id)
    hers = next(e for b in bundles for e in b.entries if e.request_id == eve.id)
    places = mine.to_group_id, hers.to_group_id
    [option] = swapping.swaps(session, mine, laid_out(run))
    assert [(step.participant.first_name, step.group.id) for step in option.others] == [
        ("Eve", places[0])
    ]
    swapping.swap(session, mine, option.steps, by=None)
    session.flush()
    assert (mine.to_group_id, hers.to_group_id) == places[::-1]
    assert mine.bundle is hers.bundle
    assert sorted(entry.position for entry in mine.bundle.entries) == [0, 1]
    assert sorted(bundle.state for bundle in bundles) == ["proposed", "superseded"]


def test_options_count_with_what_people_removed(
    session: Session, cast: Cast, second: Group
) -> None:
    """The last seat elsewhere is Eve's, until her entry is taken out of the draft."""
    cast.group.max_size, second.max_size = 2, 1
    eve = made.request(session, made.participant(session, cast.program, "Eve"))
    run = match(session, cast.program)
    query = select(DraftEntry).join(DraftBundle).where(DraftBundle.run_id == run.id)
    entries = {entry.request_id: entry for entry in session.scalars(query)}
    drafts.remove(session, entries[eve.id].bundle, by=None)
    session.flush()
    edits = swapping.edits(session, run.id)
    assert edits[eve.id] is None
    [option] = swapping.swaps(session, entries[cast.ben_request.id], laid_out(run, edits))
    assert option.others == ()


def test_what_is_decided_or_gone_is_not_swapped(
    session: Session, cast: Cast, second: Group
) -> None:
    run = match(session, cast.program)
    entry = entry_of(session, run)
    wanted = other(cast, second, entry)
    with pytest.raises(Conflict, match="swap_gone"):
        swapping.swap(session, entry, [Step(cast.ada_request.id, wanted.id)], by=None)
    with pytest.raises(Conflict, match="swap_gone"):
        swapping.swap(session, entry, [Step(entry.request_id, "nowhere")], by=None)
    drafts.remove(session, entry.bundle, by=None)
    with pytest.raises(Conflict, match="bundle_decided"):
        swapping.swap(session, entry, [Step(entry.request_id, wanted.id)], by=None)


def test_a_removed_bundle_is_put_back_with_its_ban_lifted(session: Session, cast: Cast) -> None:
    entry = entry_of(session, match(session, cast.program))
    drafts.remove(session, entry.bundle, by=None, ban=True)
    drafts.restore(session, entry.bundle, by=None)
    assert entry.bundle.state == BundleState.PROPOSED
    match(session, cast.program)
    with pytest.raises(Conflict, match="bundle_decided"):
        drafts.restore(session, entry.bundle, by=None)


@pytest.mark.parametrize("kept", [True, False])
def test_keeping_to_a_group_leaves_the_night_no_other(
    session: Session, cast: Cast, second: Group, kept: bool
) -> None:
    """His group fills up meanwhile: without that word, the night gives him the other one."""
    entry = entry_of(session, match(session, cast.program))
    if kept:
        drafts.keep_to(session, entry.bundle, by=cast.mara.id)
        assert entry.bundle.state == BundleState.APPROVED
    full = entry.to_group
    full.min_size, full.max_size = 0, len([each for each in [cast.group] if each is full])
    run = match(session, cast.program)
    placed = (run.result or {})["objective"]["placed"]
    assert (placed == 0) == kept
