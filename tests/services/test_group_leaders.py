"""A group that others lead from a date on: before it nothing changes, anywhere."""

from datetime import date, timedelta

import pytest
import time_machine

from groupmatch.database import Database
from groupmatch.errors import Refused
from groupmatch.matching import compile_program
from groupmatch.records import Group, GroupSession, Participant, Therapist
from groupmatch.services.groups import groups
from groupmatch.services.groups.group_parts import parts_of
from groupmatch.services.groups.groups_table import GroupFilter, group_rows
from groupmatch.services.groups.leading import Leader, leaders_from
from groupmatch.services.participants.my_care import my_care
from groupmatch.services.sessions import sessions
from groupmatch.services.sessions.session_leaders import leaders_of_session
from groupmatch.services.sessions.substitutes import candidates
from groupmatch.services.therapists.my_groups import my_groups
from groupmatch.services.therapists.therapist_list import therapist_rows
from tests import cast as make
from tests.cast import NOW, TODAY, Cast, make_cast

#: A Monday two weeks ahead, and the day before it.
LATER, LAST = date(2026, 12, 7), date(2026, 12, 6)


@pytest.fixture
def cast(database: Database, fixed_clock: time_machine.Traveller) -> Cast:
    """The cast on both engines, with its sessions laid out."""
    with database.transaction() as session:
        made = make_cast(session)
    sessions.lay_out_due(database)
    return made


@pytest.fixture
def rhea(database: Database, cast: Cast) -> Therapist:
    """Who takes the group over from Cleo, with a license for New York and New Jersey."""
    with database.transaction() as session:
        return make.therapist(session, cast.program, "Rhea", regions=("NY", "NJ"))


def lead(database: Database, cast: Cast, *leaders: Therapist, since: date | None = LATER) -> None:
    with database.transaction() as session:
        group = session.get_one(Group, cast.group.id)
        ids = [each.id for each in leaders]
        groups.edit_group(session, group, by=cast.mara.id, leaders=ids, since=since)


def led(database: Database, cast: Cast, *days: date) -> list[tuple[str, ...]]:
    """Who leads the sessions of some days."""
    with database.read() as session:
        dated = session.query(GroupSession).filter(GroupSession.group_id == cast.group.id)
        on = {each.on: leaders_of_session(session, each) for each in dated}
    return [on[day] for day in days]


def test_each_session_is_led_by_those_of_its_date(
    database: Database, cast: Cast, rhea: Therapist
) -> None:
    lead(database, cast, rhea)
    days = [date(2026, 11, 23), date(2026, 11, 30), LATER, date(2026, 12, 14)]
    assert led(database, cast, *days) == [("Cleo Marsh",)] * 2 + [("Rhea Marsh",)] * 2


def test_years_of_changes_stay_told_by_date(
    database: Database, cast: Cast, rhea: Therapist, fixed_clock: time_machine.Traveller
) -> None:
    lead(database, cast, rhea)
    fixed_clock.move_to(NOW + timedelta(weeks=4))
    sessions.lay_out_due(database)
    lead(database, cast, cast.cleo, rhea, since=None)
    days = [date(2026, 11, 30), LATER, date(2026, 12, 14), date(2026, 12, 28)]
    both = ("Cleo Marsh", "Rhea Marsh")
    assert led(database, cast, *days) == [("Cleo Marsh",), *[("Rhea Marsh",)] * 2, both]


def test_whoever_stays_is_named_once(database: Database, cast: Cast, rhea: Therapist) -> None:
    lead(database, cast, rhea, cast.cleo)
    with database.read() as session:
        group = session.get_one(Group, cast.group.id)
        assert parts_of(group).leaders == [rhea.id, cast.cleo.id]
        assert leaders_from(group, TODAY) == (
            Leader(cast.cleo.id, "Cleo Marsh"),
            Leader(rhea.id, "Rhea Marsh", from_on=LATER),
        )


def test_another_edit_before_the_first_one_holds_takes_its_place(
    database: Database, cast: Cast, rhea: Therapist
) -> None:
    lead(database, cast, rhea)
    lead(database, cast, cast.cleo, since=TODAY)
    assert set(led(database, cast, date(2026, 11, 30), LATER)) == {("Cleo Marsh",)}
    with database.read() as session:
        group = session.get_one(Group, cast.group.id)
        assert leaders_from(group, TODAY) == (Leader(cast.cleo.id, "Cleo Marsh"),)


def test_a_member_reads_who_comes_and_from_when(
    database: Database, cast: Cast, rhea: Therapist
) -> None:
    lead(database, cast, rhea)
    with database.read() as session:
        ada = session.get_one(Participant, cast.ada.id)
        care = my_care(session, ada, now=NOW)
    assert care.seats[0].leaders == (
        Leader(cast.cleo.id, "Cleo Marsh", until_on=LAST),
        Leader(rhea.id, "Rhea Marsh", from_on=LATER),
    )
    names = [[each.name for each in one.leaders] for one in care.sessions]
    assert names[:3] == [["Cleo Marsh"], ["Cleo Marsh"], ["Rhea Marsh"]]


def test_the_match_asks_for_licenses_of_all_who_will_lead(
    database: Database, cast: Cast, rhea: Therapist
) -> None:
    lead(database, cast, rhea)
    with database.read() as session:
        document = compile_program(session, cast.program, on=TODAY).document
        [group] = [each for each in document["groups"] if each["id"] == cast.group.id]
        later = compile_program(session, cast.program, on=LATER).document
        [then] = [each for each in later["groups"] if each["id"] == cast.group.id]
    assert group["therapists"] == [cast.cleo.id, rhea.id]
    assert group["requires"]["region"] == ["NY"]
    assert (then["therapists"], then["requires"]["region"]) == ([rhea.id], ["NJ", "NY"])


def test_the_match_lists_whoever_stays_or_comes_back_once(
    database: Database, cast: Cast, rhea: Therapist
) -> None:
    lead(database, cast, rhea, cast.cleo)
    assert _compiled_leaders(database, cast) == [cast.cleo.id, rhea.id]
    lead(database, cast, rhea)
    lead(database, cast, cast.cleo, since=LATER + timedelta(days=3))
    assert _compiled_leaders(database, cast) == [cast.cleo.id, rhea.id]


def _compiled_leaders(database: Database, cast: Cast) -> list[str]:
    with database.read() as session:
        groups = compile_program(session, cast.program, on=TODAY).document["groups"]
    [leaders] = [each["therapists"] for each in groups if each["id"] == cast.group.id]
    return leaders


def test_therapists_see_the_hours_that_they_lead(
    database: Database, cast: Cast, rhea: Therapist
) -> None:
    lead(database, cast, rhea)
    with database.read() as session:
        [before] = my_groups(session, cast.cleo, TODAY)
        assert (len(before.meetings), before.ends_on) == (1, LAST)
        assert [each.name for each in before.beside] == ["Rhea Marsh"]
        [coming] = my_groups(session, rhea, TODAY)
        assert (coming.meetings, coming.starts_on) == ((), LATER)
        [then] = my_groups(session, rhea, LATER)
        assert (len(then.meetings), then.starts_on) == (1, None)
        assert my_groups(session, cast.cleo, LATER) == []


def test_staff_read_today_s_leaders_and_find_the_group_by_either(
    database: Database, cast: Cast, rhea: Therapist
) -> None:
    lead(database, cast, rhea)
    with database.read() as session:
        for name in (cast.cleo.id, rhea.id):
            rows = group_rows(session, cast.program, GroupFilter(therapist=name))
            assert [row.group.leaders for row in rows] == [["Cleo Marsh"]]
        load = {row.id: row.groups for row in therapist_rows(session, cast.program, on=TODAY)}
    assert (load[cast.cleo.id], load[rhea.id]) == (1, 0)


def test_a_former_leader_may_stand_in_and_a_present_one_not(
    database: Database, cast: Cast, rhea: Therapist
) -> None:
    lead(database, cast, rhea)
    with database.read() as session:
        dated = session.query(GroupSession).filter(GroupSession.group_id == cast.group.id)
        could = {each.on: {one.therapist.id for one in candidates(session, each)} for each in dated}
    both = {cast.cleo.id, rhea.id}
    assert both & could[date(2026, 11, 30)] == {rhea.id}
    assert both & could[LATER] == {cast.cleo.id}


def test_nobody_leads_a_group_twice_or_since_yesterday(
    database: Database, cast: Cast, rhea: Therapist
) -> None:
    with pytest.raises(Refused, match="leads_twice"):
        lead(database, cast, rhea, rhea)
    with pytest.raises(Refused, match="change_past"):
        lead(database, cast, rhea, since=TODAY - timedelta(days=1))
