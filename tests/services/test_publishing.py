"""Publishing: approved bundles become seats, whole or not at all, if they still hold."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch.errors import Conflict
from groupmatch.records import (
    Admission,
    AuditEntry,
    BundleState,
    EndReason,
    Gate,
    GateKind,
    Group,
    GroupKind,
    GroupStatus,
    OutboxMail,
    Participant,
    Plan,
    Request,
    SeatState,
    SwitchState,
)
from groupmatch.services.care import gates
from groupmatch.services.drafts import drafts
from groupmatch.services.drafts.publishing import publish
from groupmatch.services.drafts.revalidation import Present
from groupmatch.services.participants import people
from groupmatch.services.seats import seats
from groupmatch.services.switching import switches
from tests import cast as make
from tests.cast import EVENING, NOW, TODAY, TUESDAY, Cast
from tests.services.drafting import approved_draft, ask_to_switch, match, seats_of

TOMORROW = date(2026, 11, 23)


@pytest.fixture
def other(session: Session, cast: Cast) -> Group:
    """Another group at the same hour that would suit Ada and Ben."""
    return make.therapy_group(session, cast.program, leaders=[cast.cleo])


def test_an_approved_seat_begins_at_the_next_session(session: Session, cast: Cast) -> None:
    [bundle] = approved_draft(session, cast.program).bundles
    report = publish(session, cast.program, by=cast.mara.id)
    assert (list(report.published), list(report.refused)) == ([bundle], [])
    [seat] = seats_of(session, cast.ben_request)
    assert (seat.group_id, seat.state) == (cast.group.id, SeatState.ACTIVE)
    assert (seat.starts_on, seat.created_by_id) == (TOMORROW, cast.mara.id)
    assert seat.entry_id == bundle.entries[0].id
    assert (bundle.state, bundle.decided_by_id) == (BundleState.PUBLISHED, cast.mara.id)


def test_publishing_is_audited_and_the_participant_is_told(session: Session, cast: Cast) -> None:
    approved_draft(session, cast.program)
    publish(session, cast.program, by=cast.mara.id)
    acts = set(session.scalars(select(AuditEntry.act).where(AuditEntry.actor_id == cast.mara.id)))
    assert acts == {"seat.taken", "bundle.published"}
    [mail] = session.scalars(select(OutboxMail))
    assert mail.recipient == cast.ben.email


def test_what_was_not_approved_is_not_published(session: Session, cast: Cast) -> None:
    match(session, cast.program)
    report = publish(session, cast.program, by=None)
    assert list(report.published) == []
    assert seats_of(session, cast.ben_request) == []


def test_a_given_bundle_that_is_not_approved_is_a_conflict(session: Session, cast: Cast) -> None:
    match(session, cast.program)
    with pytest.raises(Conflict, match="bundle_decided"):
        publish(session, cast.program, drafts.current_draft(session, cast.program).bundles, by=None)


def test_of_several_bundles_only_the_given_ones_are_published(session: Session, cast: Cast) -> None:
    make.request(session, make.participant(session, cast.program, "Lou"))
    first, second = approved_draft(session, cast.program).bundles
    report = publish(session, cast.program, [second], by=None)
    assert list(report.published) == [second]
    assert (first.state, second.state) == (BundleState.APPROVED, BundleState.PUBLISHED)


def test_a_proposed_group_opens_with_its_first_members(session: Session, cast: Cast) -> None:
    cast.group.max_size = 1
    proposed = make.therapy_group(
        session,
        cast.program,
        leaders=[cast.cleo],
        status=GroupStatus.PROPOSED,
        min_size=2,
        starts_on=date(2026, 12, 7),
        meetings=((TUESDAY, EVENING, 60),),
    )
    hours = ((TUESDAY, EVENING, EVENING + 60),)
    asked = [
        make.request(session, make.participant(session, cast.program, name, hours=hours))
        for name in ("Uma", "Vic")
    ]
    approved_draft(session, cast.program)
    publish(session, cast.program, by=None)
    assert proposed.status == GroupStatus.RUNNING
    for request in asked:
        [seat] = seats_of(session, request)
        assert (seat.group_id, seat.starts_on) == (proposed.id, date(2026, 12, 8))


def test_a_switch_ends_the_old_seat_and_grants_the_ask(
    session: Session, cast: Cast, other: Group
) -> None:
    switch = ask_to_switch(session, cast.ada_seat)
    approved_draft(session, cast.program)
    publish(session, cast.program, by=None)
    old, new = seats_of(session, cast.ada_request)
    assert (old.state, old.end_reason, old.ends_on) == ("ended", EndReason.SWITCHED, TODAY)
    assert (new.group_id, new.state, new.starts_on) == (other.id, "active", TOMORROW)
    assert switch.state == SwitchState.GRANTED


def test_two_members_of_full_groups_trade_places(
    session: Session, cast: Cast, other: Group
) -> None:
    cast.group.max_size = other.max_size = 1
    theirs = make.seat(session, cast.ben_request, other)
    ask_to_switch(session, cast.ada_seat)
    ask_to_switch(session, theirs)
    [bundle] = approved_draft(session, cast.program).bundles
    assert len(bundle.entries) == 2
    publish(session, cast.program, by=None)
    assert seats_of(session, cast.ada_request)[-1].group_id == other.id
    assert seats_of(session, cast.ben_request)[-1].group_id == cast.group.id


def test_a_member_of_an_ending_group_moves_to_the_new_seat(
    session: Session, cast: Cast, other: Group
) -> None:
    cast.group.status = GroupStatus.ENDING
    approved_draft(session, cast.program)
    publish(session, cast.program, by=None)
    old, new = seats_of(session, cast.ada_request)
    assert (old.state, old.end_reason) == ("ended", EndReason.MOVED)
    assert (new.group_id, new.state) == (other.id, "active")


def test_a_couples_hour_goes_to_one_household_and_to_both_partners(
    session: Session, cast: Cast
) -> None:
    gil = make.therapist(session, cast.program, "Gil")
    hour = make.therapy_group(
        session, cast.program, leaders=[gil], kind=GroupKind.COUPLES, min_size=2, max_size=4
    )
    couples = {
        household: [
            make.request(
                session,
                make.participant(session, cast.program, name, household=household),
                kind=GroupKind.COUPLES,
            )
            for name in ("Uma", "Vic")
        ]
        for household in ("north", "south")
    }
    draft = approved_draft(session, cast.program)
    [together] = [bundle for bundle in draft.bundles if bundle.entries[0].to_group_id == hour.id]
    publish(session, cast.program, by=None)
    assert [entry.opens for entry in together.entries] == [False, False]
    groups = {
        household: [seat.group_id for each in requests for seat in seats_of(session, each)]
        for household, requests in couples.items()
    }
    assert sorted(groups.values()) == [[], [hour.id, hour.id]]


def flag(session: Session, cast: Cast) -> None:
    people.set_safety_flag(session, cast.ben, raised=True, by=None, reason="a call")


def close_gate(session: Session, cast: Cast) -> None:
    gates.close_gate(session, cast.ben, GateKind.CONSENT, by=None)


def close_request(session: Session, cast: Cast) -> None:
    cast.ben_request.status = "closed"


def end_group(session: Session, cast: Cast) -> None:
    seats.end_seat(session, cast.ada_seat, last_on=TODAY, reason=EndReason.COMPLETED, by=None)
    cast.group.status = GroupStatus.ENDED


def move_hour(session: Session, cast: Cast) -> None:
    cast.group.meetings[0].start_minute += 30


def change_zone(session: Session, cast: Cast) -> None:
    cast.group.timezone = "America/Detroit"


def change_therapist(session: Session, cast: Cast) -> None:
    cast.group.leaders[0].therapist_id = make.therapist(session, cast.program, "Gil").id


def change_topic(session: Session, cast: Cast) -> None:
    cast.group.topic_code = "grief-loss"


def fill_up(session: Session, cast: Cast) -> None:
    cast.group.max_size = 1


def narrow_hours(session: Session, cast: Cast) -> None:
    cast.ben.timezone = "Asia/Tokyo"


def seat_by_hand(session: Session, cast: Cast) -> None:
    elsewhere = make.therapy_group(session, cast.program, leaders=[cast.cleo])
    make.seat(session, cast.ben_request, elsewhere)


@pytest.mark.parametrize(
    ("change", "code", "detail"),
    [
        (flag, "gate", ["safety"]),
        (close_gate, "gate", ["consent"]),
        (close_request, "over", None),
        (end_group, "over", None),
        (move_hour, "changed", "meetings"),
        (change_zone, "changed", "zone"),
        (change_therapist, "changed", "therapists"),
        (change_topic, "changed", "topic"),
        (seat_by_hand, "changed", "from_group"),
        (fill_up, "rule", "capacity"),
        (narrow_hours, "rule", "availability"),
    ],
)
def test_a_bundle_whose_facts_changed_is_refused_and_the_others_go_through(
    session: Session,
    cast: Cast,
    other: Group,
    change: Callable[[Session, Cast], None],
    code: str,
    detail: object,
) -> None:
    drafts_only_bens_seat_to(session, cast, cast.group)
    lou = another_waits_for(session, cast, other)
    draft = approved_draft(session, cast.program)
    [concerned] = [b for b in draft.bundles if b.entries[0].request_id == cast.ben_request.id]
    change(session, cast)
    session.flush()
    report = publish(session, cast.program, by=None)
    assert list(report.refused) == [concerned]
    assert concerned.state == BundleState.REFUSED
    told = concerned.refusal[0]
    assert (told["code"], told.get("gates", told.get("fact", told.get("rule")))) == (code, detail)
    assert [seat.group_id for seat in seats_of(session, lou)] == [other.id]


def drafts_only_bens_seat_to(session: Session, cast: Cast, group: Group) -> None:
    """Let Ben fit into one group only, by a value that only this group offers."""
    cast.ben_request.requires = {"modality": ["CBT"]}
    group.attributes = {"modality": ["CBT"]}


def another_waits_for(session: Session, cast: Cast, group: Group) -> Request:
    lou = make.participant(session, cast.program, "Lou")
    group.attributes = {"modality": ["DBT"]}
    return make.request(session, lou, requires={"modality": ["DBT"]})


def test_a_switch_that_was_withdrawn_is_refused(session: Session, cast: Cast, other: Group) -> None:
    switch = ask_to_switch(session, cast.ada_seat)
    approved_draft(session, cast.program)
    switches.withdraw(session, switch, by=None)
    [refused] = publish(session, cast.program, by=None).refused
    assert {item["fact"] for item in refused.refusal} == {"kind"}
    assert [seat.group_id for seat in seats_of(session, cast.ada_request)] == [cast.group.id]


def test_a_member_whose_seat_went_on_hold_is_left_where_they_are(
    session: Session, cast: Cast, other: Group
) -> None:
    ask_to_switch(session, cast.ada_seat)
    approved_draft(session, cast.program)
    cast.ada_seat.state = SeatState.ON_HOLD
    [refused] = publish(session, cast.program, by=None).refused
    assert [item["code"] for item in refused.refusal] == ["kept"]


def test_where_only_some_still_fit_the_first_ones_are_published(
    session: Session, cast: Cast
) -> None:
    for number in range(6):
        make.request(session, make.participant(session, cast.program, f"P{number}"))
    draft = approved_draft(session, cast.program)
    assert len(draft.bundles) == 7
    cast.group.max_size = 4
    report = publish(session, cast.program, by=None)
    assert list(report.published) == list(draft.bundles[:3])
    assert list(report.refused) == list(draft.bundles[3:])


def test_a_plan_is_published_whole_or_not_at_all(session: Session, cast: Cast) -> None:
    person, plan = intensive_week(session, cast)
    morning, noon = (
        make.therapy_group(
            session,
            cast.program,
            leaders=[cast.cleo],
            level_code="iop-adult",
            topic_code=topic,
            meetings=tuple((day, start, 90) for day in range(3)),
        )
        for topic, start in (("grief-loss", 9 * 60), ("trauma-ptsd", 11 * 60))
    )
    more = {"level_code": "iop-adult", "plan_id": plan.id}
    asked = [
        make.request(session, person, topics=(group.topic_code,), **more)
        for group in (morning, noon)
    ]
    draft = approved_draft(session, cast.program)
    [whole] = [bundle for bundle in draft.bundles if len(bundle.entries) == 2]
    noon.admission = Admission.CLOSED
    report = publish(session, cast.program, by=None)
    assert whole in report.refused
    assert [seats_of(session, request) for request in asked] == [[], []]
    assert "admits" in {item.get("rule") for item in whole.refusal}


def intensive_week(session: Session, cast: Cast) -> tuple[Participant, Plan]:
    """Somebody who is cleared for intensive care, free all day, with a plan of 9 hours."""
    free = tuple((day, 8 * 60, 20 * 60) for day in range(5))
    person = make.participant(session, cast.program, "Ira", hours=free)
    decided = select(Gate).where(
        Gate.participant_id == person.id, Gate.kind == GateKind.LEVEL_OF_CARE
    )
    session.scalars(decided).one().level_code = "iop-adult"
    plan = Plan(
        program_id=cast.program.id,
        participant_id=person.id,
        level_code="iop-adult",
        created_at=NOW,
    )
    session.add(plan)
    session.flush()
    return person, plan


def test_a_refused_bundle_is_not_published_by_publishing_again(
    session: Session, cast: Cast
) -> None:
    approved_draft(session, cast.program)
    flag(session, cast)
    publish(session, cast.program, by=None)
    again = publish(session, cast.program, by=None)
    assert (list(again.published), list(again.refused)) == ([], [])


def test_without_the_second_look_somebody_flagged_would_be_seated(
    session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The guard removed: this is what `Present.refusals` keeps from happening."""
    approved_draft(session, cast.program)
    flag(session, cast)
    monkeypatch.setattr(Present, "refusals", lambda self, bundles: {})
    publish(session, cast.program, by=None)
    assert len(seats_of(session, cast.ben_request)) == 1
