"""Groups as the solver sees them."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from groupmatch.matching.timeline import WEEK
from groupmatch.records import (
    Admission,
    Group,
    GroupEntry,
    GroupKind,
    GroupStatus,
    License,
    PayerRule,
    Request,
)
from tests import cast as make
from tests.cast import EVENING, MONDAY, SUNDAY, TODAY, WEDNESDAY, Cast
from tests.matching.compiling import compiled, failing, group_in, participant_in, takes_part

LAST = TODAY + timedelta(weeks=8)


def test_a_group_meets_at_its_local_hour(session: Session, cast: Cast) -> None:
    pacific = make.therapy_group(
        session, cast.program, leaders=[cast.cleo], timezone="America/Los_Angeles"
    )
    assert group_in(compiled(session, cast.program), cast.group)["meetings"] == [[1080, 1140]]
    # 18:00 on the west coast is 21:00 in New York.
    assert group_in(compiled(session, cast.program), pacific)["meetings"] == [[1260, 1320]]


def test_a_track_has_all_its_meetings_in_every_representative_week(
    session: Session, cast: Cast
) -> None:
    track = make.therapy_group(
        session,
        cast.program,
        leaders=[cast.cleo],
        meetings=((MONDAY, EVENING, 180), (WEDNESDAY, EVENING, 180)),
    )
    make.participant(session, cast.program, "Ari", timezone="Europe/London")
    cast.program.horizon_weeks = 20
    found = compiled(session, cast.program)
    weeks = found.problem.weeks
    assert weeks > 1
    assert len(group_in(found, track)["meetings"]) == 2 * weeks
    assert found.problem.horizon_minutes == weeks * WEEK


def test_an_ended_group_is_left_out(session: Session, cast: Cast) -> None:
    cast.ada_seat.state, cast.ada_seat.end_reason = "ended", "group_ended"
    cast.group.status = GroupStatus.ENDED
    assert compiled(session, cast.program).hours == {}


def test_a_group_that_begins_after_the_horizon_is_left_out(session: Session, cast: Cast) -> None:
    later = make.therapy_group(
        session, cast.program, leaders=[cast.cleo], starts_on=LAST + timedelta(days=1)
    )
    assert later.id not in compiled(session, cast.program).hours


def test_a_group_without_meetings_is_left_out_with_the_seats_in_it(
    session: Session, cast: Cast
) -> None:
    idle = make.therapy_group(session, cast.program, leaders=[cast.cleo], meetings=())
    make.seat(session, cast.ben_request, idle)
    found = compiled(session, cast.program)
    assert idle.id not in found.hours
    assert not takes_part(found, cast.ben_request)
    assert not found.left_out


@pytest.mark.parametrize(
    ("changes", "admits"),
    [
        ({}, True),
        ({"admission": Admission.CLOSED}, False),
        ({"admission": Admission.CLOSED, "starts_on": date(2026, 12, 7)}, True),
        ({"admission": Admission.CLOSED, "status": GroupStatus.PROPOSED}, True),
        ({"admission": Admission.GATED}, False),
        ({"status": GroupStatus.ENDING}, False),
        ({"ends_on": LAST}, False),
        ({"ends_on": LAST + timedelta(days=1)}, True),
    ],
)
def test_who_admits_newcomers(
    session: Session, cast: Cast, changes: dict[str, object], admits: bool
) -> None:
    group = make.therapy_group(session, cast.program, leaders=[cast.cleo], **changes)
    assert group_in(compiled(session, cast.program), group)["admits"] is admits


@pytest.mark.parametrize(
    ("entry_on", "admits"),
    [(TODAY, False), (TODAY + timedelta(days=1), True), (LAST, True), (date(2027, 1, 18), False)],
)
def test_a_gated_group_admits_if_an_entry_date_lies_within_the_horizon(
    session: Session, cast: Cast, entry_on: date, admits: bool
) -> None:
    gated = make.therapy_group(
        session, cast.program, leaders=[cast.cleo], admission=Admission.GATED
    )
    gated.entries.append(GroupEntry(entry_on=entry_on))
    assert group_in(compiled(session, cast.program), gated)["admits"] is admits


def test_a_license_needs_to_hold_from_the_entry_date_on_only(session: Session, cast: Cast) -> None:
    newly_licensed = make.therapist(session, cast.program, "Gil", regions=())
    newly_licensed.licenses.append(License(region="NJ", valid_from=date(2026, 12, 7)))
    gated = make.therapy_group(
        session, cast.program, leaders=[newly_licensed], admission=Admission.GATED
    )
    gated.entries.append(GroupEntry(entry_on=date(2026, 12, 7)))
    rolling = make.therapy_group(session, cast.program, leaders=[newly_licensed])
    found = compiled(session, cast.program)
    assert group_in(found, gated)["requires"]["region"] == ["NJ"]
    assert group_in(found, rolling)["requires"]["region"] == []


def test_a_group_s_own_regions_narrow_the_licensed_ones(session: Session, cast: Cast) -> None:
    both = make.therapist(session, cast.program, "Gil", regions=("NY", "NJ"))
    group = make.therapy_group(
        session, cast.program, leaders=[both], requires={"region": ["NJ", "CT"]}
    )
    assert group_in(compiled(session, cast.program), group)["requires"]["region"] == ["NJ"]


def test_adolescents_and_adults_never_share_a_group(session: Session, cast: Cast) -> None:
    cast.ben.age_band = "adolescent"
    young = make.therapy_group(
        session, cast.program, leaders=[cast.cleo], requires={"age_band": ["adolescent"]}
    )
    problem = compiled(session, cast.program, gates=False).problem
    assert failing(problem, cast.ben_request, cast.group) == {"group_requires"}
    assert failing(problem, cast.ben_request, young) == set()


def test_a_level_of_care_is_never_mixed_with_another(session: Session, cast: Cast) -> None:
    cast.group.level_code = "iop-adult"
    problem = compiled(session, cast.program).problem
    assert failing(problem, cast.ben_request, cast.group) == {"request_requires"}


def test_an_hour_alone_has_one_seat_and_is_for_who_asks_for_one(
    session: Session, cast: Cast
) -> None:
    alone = make.therapy_group(
        session, cast.program, leaders=[cast.cleo], kind=GroupKind.INDIVIDUAL
    )
    found = compiled(session, cast.program)
    assert group_in(found, alone)["max_size"] == 1
    assert failing(found.problem, cast.ben_request, alone) == {"request_requires"}
    cast.ben_request.kind = GroupKind.INDIVIDUAL
    problem = compiled(session, cast.program).problem
    assert failing(problem, cast.ben_request, alone) == set()
    assert failing(problem, cast.ben_request, cast.group) == {"request_requires"}


def test_a_member_s_payer_caps_the_group_for_everybody(session: Session, cast: Cast) -> None:
    session.add(_cap("commercial", 5))
    cast.ada.payer_code = "commercial"
    assert group_in(compiled(session, cast.program), cast.group)["max_size"] == 5


def test_a_newcomer_s_payer_keeps_out_of_larger_groups(session: Session, cast: Cast) -> None:
    session.add(_cap("commercial", 5))
    cast.ben.payer_code = "commercial"
    small = make.therapy_group(session, cast.program, leaders=[cast.cleo], max_size=5)
    problem = compiled(session, cast.program).problem
    assert failing(problem, cast.ben_request, cast.group) == {"request_requires"}
    assert failing(problem, cast.ben_request, small) == set()


def test_requests_may_require_what_a_leader_offers(session: Session, cast: Cast) -> None:
    cast.ben_request.requires = {"therapist_gender": ["woman"]}
    before = compiled(session, cast.program).problem
    assert failing(before, cast.ben_request, cast.group) == {"request_requires"}
    cast.cleo.attributes = {"gender": ["woman"]}
    after = compiled(session, cast.program).problem
    assert failing(after, cast.ben_request, cast.group) == set()


def test_a_proposed_group_with_members_counts_as_running(session: Session, cast: Cast) -> None:
    cast.group.status = GroupStatus.PROPOSED
    assert group_in(compiled(session, cast.program), cast.group)["status"] == "running"


def test_groups_with_one_key_are_alternatives(session: Session, cast: Cast) -> None:
    rivals = [
        make.therapy_group(
            session,
            cast.program,
            leaders=[cast.cleo],
            status=GroupStatus.PROPOSED,
            alternative_key="evening",
        )
        for _ in range(2)
    ]
    [listed] = compiled(session, cast.program).problem.alternatives
    assert set(listed) == {group.id for group in rivals}


def couple(session: Session, cast: Cast, household: str) -> list[Request]:
    """The requests of two people of one household who ask for a couples' hour."""
    return [
        make.request(
            session,
            make.participant(session, cast.program, name, household=household),
            kind=GroupKind.COUPLES,
        )
        for name in ("Uma", "Vic")
    ]


def couples_hour(session: Session, cast: Cast) -> Group:
    return make.therapy_group(
        session,
        cast.program,
        leaders=[cast.cleo],
        kind=GroupKind.COUPLES,
        min_size=2,
        max_size=4,
        meetings=((MONDAY, EVENING + 60, 60),),
    )


def test_an_empty_couples_hour_is_copied_for_every_household_that_asks(
    session: Session, cast: Cast
) -> None:
    couple(session, cast, "north")
    couple(session, cast, "south")
    hour = couples_hour(session, cast)
    found = compiled(session, cast.program)
    copies = {name for name in found.hours if found.hours[name].group is hour}
    assert copies == {f"{hour.id}:north", f"{hour.id}:south"}
    assert set(found.problem.alternatives) == {tuple(sorted(copies))}
    assert all(found.problem.group[name].min_size == 2 for name in copies)


def test_an_empty_couples_hour_without_seats_gets_no_copies(session: Session, cast: Cast) -> None:
    couple(session, cast, "north")
    hour = couples_hour(session, cast)
    hour.min_size = hour.max_size = 0
    assert all(each.group is not hour for each in compiled(session, cast.program).hours.values())


def test_no_more_seats_are_held_back_than_a_payer_s_cap_leaves(
    session: Session, cast: Cast
) -> None:
    session.add(_cap("commercial", 2))
    cast.ada.payer_code, cast.group.held_seats = "commercial", 5
    found = group_in(compiled(session, cast.program), cast.group)
    assert (found["max_size"], found["held_seats"]) == (2, 2)


def test_a_couples_hour_with_members_is_for_their_household(session: Session, cast: Cast) -> None:
    first, second = couple(session, cast, "north")
    stranger, _ = couple(session, cast, "south")
    hour = couples_hour(session, cast)
    make.seat(session, first, hour)
    problem = compiled(session, cast.program).problem
    assert failing(problem, second, hour) == set()
    assert failing(problem, stranger, hour) == {"group_requires"}


def test_a_meeting_across_the_week_s_end_counts_on_the_day_it_begins(
    session: Session, cast: Cast
) -> None:
    late = make.therapy_group(
        session, cast.program, leaders=[cast.cleo], meetings=((SUNDAY, 23 * 60 + 30, 60),)
    )
    found = compiled(session, cast.program)
    [[start, end]] = group_in(found, late)["meetings"]
    offset = participant_in(found, cast.ben)["day_offset_minutes"]
    assert end - start == 60
    assert (start + offset) % WEEK // 1440 == SUNDAY


def _cap(payer: str, cap: int) -> PayerRule:
    since = date(2024, 1, 1)
    return PayerRule(payer_code=payer, group_cap=cap, valid_from=since, source="a contract")
