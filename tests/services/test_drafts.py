"""The draft of the last run: what it proposes, and what a person decides about it."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch.errors import Conflict
from groupmatch.records import (
    AuditEntry,
    BundleState,
    EntryKind,
    GateKind,
    Group,
    GroupStatus,
    Pin,
    PinKind,
    RequestChoice,
    RunKind,
    RunState,
)
from groupmatch.services.care import gates
from groupmatch.services.drafts import drafts
from groupmatch.services.drafts.draft_page import DraftOrder, draft_page
from groupmatch.services.drafts.drafts import current_draft
from groupmatch.services.runs import runs
from tests import cast as make
from tests.cast import NOW, Cast
from tests.queries import counted
from tests.services.drafting import ask_to_switch, match


def test_before_the_first_run_there_is_no_draft(session: Session, cast: Cast) -> None:
    draft = current_draft(session, cast.program)
    assert (draft.run, list(draft.bundles)) == (None, [])


def test_a_waiting_request_is_proposed_a_seat_with_what_speaks_for_it(
    session: Session, cast: Cast
) -> None:
    cast.ben_request.choices.append(RequestChoice(group_id=cast.group.id, rank=1))
    run = match(session, cast.program)
    draft = current_draft(session, cast.program)
    [bundle] = draft.bundles
    [entry] = bundle.entries
    assert draft.run is run
    assert (bundle.state, entry.kind) == (BundleState.PROPOSED, EntryKind.PLACED)
    assert (entry.request_id, entry.to_group_id) == (cast.ben_request.id, cast.group.id)
    assert (entry.from_group_id, entry.opens) == (None, False)
    assert entry.why == {
        "tier": "placed",
        "topic_rank": 1,
        "choice_rank": 1,
        "ranked_choices": True,
        "preferred_therapist": None,
        "if_needed_minutes": 0,
        "priority": {
            "urgency": "routine",
            "weight": 1000,
            "weeks": 0,
            "waiting": 0,
            "total": 1000,
        },
    }
    assert entry.facts == {
        "topic": "anxiety-depression",
        "level": "outpatient",
        "zone": "America/New_York",
        "meetings": [[0, 1080, 60]],
        "therapists": [cast.cleo.id],
        "from_group": None,
    }


def test_a_draft_is_listed_by_the_names_of_its_people_or_by_group(
    session: Session, cast: Cast
) -> None:
    eve = make.therapist(session, cast.program, "Eve")
    first = make.therapy_group(session, cast.program, leaders=[eve], name="A group before")
    aida, zulu = (
        make.request(session, make.participant(session, cast.program, name, last_name=name))
        for name in ("Aida", "Zulu")
    )
    for asked, group in [(aida, cast.group), (zulu, first), (cast.ben_request, cast.group)]:
        session.add(Pin(request_id=asked.id, group_id=group.id, kind=PinKind.PIN, set_at=NOW))
    match(session, cast.program)
    assert _people(session, cast, DraftOrder.PERSON) == ["Aida", "Quill", "Zulu"]
    assert _people(session, cast, DraftOrder.GROUP) == ["Zulu", "Aida", "Quill"]


def _people(session: Session, cast: Cast, order: DraftOrder) -> list[str]:
    shown = draft_page(session, cast.program, order=order).waiting.rows
    return [entry.participant.last_name for bundle in shown for entry in bundle.entries]


def test_a_run_keeps_its_numbers_problem_and_solution(session: Session, cast: Cast) -> None:
    run = match(session, cast.program)
    assert run.result is not None
    assert run.result["status"] == "optimal"
    assert run.result["objective"]["placed"] == 1000
    assert run.problem is not None
    assert run.problem["format"] == "groupmatch.problem/1"
    assert run.solution is not None
    assert run.solution["format"] == "groupmatch.solution/1"


def test_who_gets_no_seat_is_kept_with_reasons_or_gates(session: Session, cast: Cast) -> None:
    gates.close_gate(session, cast.ben, GateKind.CONSENT, by=None)
    elsewhere = make.participant(session, cast.program, "Lou", region="NJ")
    unlicensed = make.request(session, elsewhere)
    run = match(session, cast.program)
    session.refresh(run)
    found = {each.request_id: each for each in run.unplaced}
    assert set(found) == {cast.ben_request.id, unlicensed.id}
    assert found[cast.ben_request.id].gates == ["consent"]
    [reason] = found[unlicensed.id].reasons
    assert (reason["group"], reason["rule"]) == (cast.group.id, "group_requires")


def test_a_stale_pin_is_lifted_and_told(session: Session, cast: Cast) -> None:
    pin = Pin(request_id=cast.ben_request.id, group_id=cast.group.id, kind=PinKind.PIN, set_at=NOW)
    session.add(pin)
    cast.group.level_code = "iop-adult"
    run = match(session, cast.program)
    assert pin.lifted_at is not None
    assert run.notices == [
        {
            "code": "stale_pin",
            "kind": "pin",
            "request": cast.ben_request.id,
            "group": cast.group.id,
            "reasons": ["request_requires"],
        }
    ]


def test_a_flagged_member_of_an_ending_group_needs_a_person(session: Session, cast: Cast) -> None:
    cast.ada.safety_flag_since = NOW
    cast.group.status = GroupStatus.ENDING
    run = match(session, cast.program)
    expected = {"code": "needs_a_person", "seat": cast.ada_seat.id, "group": cast.group.id}
    assert run.notices == [expected]


def test_a_switch_is_proposed_with_the_group_that_is_left(
    session: Session, cast: Cast, other: Group
) -> None:
    ask_to_switch(session, cast.ada_seat)
    match(session, cast.program)
    entries = [e for bundle in current_draft(session, cast.program).bundles for e in bundle.entries]
    [switched] = [entry for entry in entries if entry.kind == EntryKind.SWITCHED]
    assert (switched.from_group_id, switched.to_group_id) == (cast.group.id, other.id)
    assert switched.facts["from_group"] == cast.group.id


@pytest.fixture
def other(session: Session, cast: Cast) -> Group:
    """Another group that would suit Ada and Ben."""
    return make.therapy_group(session, cast.program, leaders=[cast.cleo])


def test_a_newer_run_supersedes_what_was_not_published(session: Session, cast: Cast) -> None:
    match(session, cast.program)
    [before] = current_draft(session, cast.program).bundles
    drafts.approve(session, before, by=cast.mara.id)
    match(session, cast.program)
    session.refresh(before)
    assert before.state == BundleState.SUPERSEDED
    [after] = current_draft(session, cast.program).bundles
    assert (after.state, after.id == before.id) == (BundleState.PROPOSED, False)
    with pytest.raises(Conflict, match="bundle_decided"):
        drafts.approve(session, before, by=cast.mara.id)


def test_a_run_that_is_cancelled_leaves_the_draft_of_before(session: Session, cast: Cast) -> None:
    run = match(session, cast.program)
    cancelled = runs.start_run(session, cast.program, kind=RunKind.BY_HAND, by=None)
    cancelled.state, cancelled.started_at = RunState.CANCELLED, NOW + timedelta(hours=1)
    session.flush()
    draft = current_draft(session, cast.program)
    assert draft.run is run
    assert len(draft.bundles) == 1


def test_a_bundle_is_approved_and_the_approval_taken_back(session: Session, cast: Cast) -> None:
    match(session, cast.program)
    [bundle] = current_draft(session, cast.program).bundles
    drafts.approve(session, bundle, by=cast.mara.id)
    assert (bundle.state, bundle.decided_by_id) == (BundleState.APPROVED, cast.mara.id)
    with pytest.raises(Conflict, match="bundle_decided"):
        drafts.approve(session, bundle, by=cast.mara.id)
    drafts.unapprove(session, bundle, by=cast.mara.id)
    assert bundle.state == BundleState.PROPOSED
    acts = session.scalars(select(AuditEntry.act).where(AuditEntry.subject_id == bundle.id))
    assert sorted(acts) == ["bundle.approved", "bundle.proposed"]


@pytest.mark.parametrize("ban", [False, True])
def test_a_removed_bundle_comes_back_the_next_night_unless_it_is_banned(
    session: Session, cast: Cast, ban: bool
) -> None:
    match(session, cast.program)
    [bundle] = current_draft(session, cast.program).bundles
    drafts.remove(session, bundle, by=cast.mara.id, ban=ban)
    assert bundle.state == BundleState.REMOVED
    match(session, cast.program)
    assert len(current_draft(session, cast.program).bundles) == (0 if ban else 1)


def test_reading_a_draft_takes_as_many_queries_for_ten_bundles_as_for_one(
    session: Session, cast: Cast
) -> None:
    match(session, cast.program)
    session.expire_all()
    with counted(session) as few:
        touch(drafts.current_draft(session, cast.program))
    for number in range(5):
        make.request(session, make.participant(session, cast.program, f"P{number}"))
    match(session, cast.program)
    session.expire_all()
    with counted(session) as many:
        touch(drafts.current_draft(session, cast.program))
    assert len(many) == len(few)


def touch(draft: drafts.Draft) -> None:
    """Read what a page reads."""
    for bundle in draft.bundles:
        for entry in bundle.entries:
            group = entry.to_group
            assert entry.participant.full_name
            assert entry.request.urgency
            assert group.topic.name
            assert group.meetings
            assert [leader.therapist.full_name for leader in group.leaders]
