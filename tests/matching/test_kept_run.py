"""What a kept run answers later: in the ids of the database, and nothing that nobody may decide."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from groupmatch.database import Json
from groupmatch.matching import Calendar, Compiled, KeptRun, Limits, SolveFailed
from groupmatch.matching.timeline import WEEK
from tests import cast as made
from tests.cast import TODAY, TUESDAY, Cast, make_cast
from tests.checked import solve
from tests.matching.compiling import compiled

LIMITS = Limits.within(30)


@pytest.fixture
def cast(session: Session) -> Cast:
    return make_cast(session)


def kept(found: Compiled) -> KeptRun:
    """The run as the database would keep it."""
    solution = solve(found.problem, explain="reasons", workers=1)
    return KeptRun(found.document, solution.as_json(), found.frame.timeline.calendar)


def watch() -> None:
    """Nobody ends the question."""


def changes(fixes: list[Json]) -> list[tuple[str, str]]:
    return [(fix["change"]["kind"], fix["change"].get("group", "")) for fix in fixes]


def test_a_full_group_is_told_to_take_one_more(session: Session, cast: Cast) -> None:
    cast.group.max_size = 1
    fixes, complete = kept(compiled(session, cast.program)).fixes(LIMITS, watch)
    assert complete
    assert changes(fixes[cast.ben_request.id]) == [("add_seat", cast.group.id)]


def test_hours_to_ask_for_are_told_as_instants(session: Session, cast: Cast) -> None:
    cast.group.max_size = 1
    tuesdays = made.therapy_group(
        session, cast.program, leaders=[cast.cleo], meetings=((TUESDAY, 9 * 60, 60),)
    )
    fixes, _ = kept(compiled(session, cast.program)).fixes(LIMITS, watch)
    asked = next(
        fix["change"]
        for fix in fixes[cast.ben_request.id]
        if fix["change"]["kind"] == "add_availability"
    )
    assert tuesdays.meetings[0].weekday == TUESDAY
    starts = datetime.fromisoformat(asked["starts"])
    # The first Tuesday after the night: nine in New York in winter.
    assert starts == datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
    assert datetime.fromisoformat(asked["ends"]) == datetime(2026, 11, 24, 15, 0, tzinfo=UTC)


def test_the_level_of_care_is_nothing_to_drop(session: Session, cast: Cast) -> None:
    cast.group.max_size = 1
    made.therapy_group(
        session, cast.program, leaders=[cast.cleo], level_code="iop-adult", name="Intensive"
    )
    found = compiled(session, cast.program)
    run = kept(found)
    asked = run._ask("fixes", LIMITS, watch)["fixes"][cast.ben_request.id]
    # The solver knows no clinician: it would drop it.
    assert ("drop_requirement", "level") in [
        (fix["change"]["kind"], fix["change"].get("key")) for fix in asked
    ]
    fixes, _ = run.fixes(LIMITS, watch)
    assert "drop_requirement" not in [kind for kind, _ in changes(fixes[cast.ben_request.id])]


def test_what_would_be_if_is_told_by_who_gains(session: Session, cast: Cast) -> None:
    cast.group.max_size = 1
    run = kept(compiled(session, cast.program))
    change = run.shortage(LIMITS, watch)["changes"][0]["change"]
    found = run.what_if([change], LIMITS, watch)
    gained = {"request": cast.ben_request.id, "from": None, "to": cast.group.id}
    assert (found["gain"], found["lose"]) == ([gained], [])
    assert found["after"]["placed"] > found["before"]["placed"]
    assert found["proved"]


def test_a_change_that_makes_no_sense_is_refused_in_words(session: Session, cast: Cast) -> None:
    run = kept(compiled(session, cast.program))
    found = run.what_if([{"kind": "admit", "group": cast.group.id}], LIMITS, watch)
    assert "already admits" in found["refused"]


def test_the_price_list_begins_with_no_move(session: Session, cast: Cast) -> None:
    found = kept(compiled(session, cast.program)).moves(LIMITS, watch)
    assert [point["moves"] for point in found["points"]] == [0]
    assert found["points"][0]["value"] == found["most"]


@pytest.mark.parametrize("somebody_else_waits", [True, False])
def test_the_rest_is_matched_beside_what_people_changed(
    session: Session, cast: Cast, somebody_else_waits: bool
) -> None:
    """The one seat is Ben's; taken out of the draft, it goes to whoever else waits."""
    cast.group.max_size, cast.ben_request.urgency = 2, "urgent"
    if somebody_else_waits:
        made.request(session, made.participant(session, cast.program, "Eve"))
    run = kept(compiled(session, cast.program))
    kept_in = [{"request": cast.ben_request.id, "group": cast.group.id}]
    assert run.rest(kept_in, LIMITS, watch)["placed"] == 1
    taken_out = [{"request": cast.ben_request.id, "group": None}]
    assert run.rest(taken_out, LIMITS, watch)["placed"] == int(somebody_else_waits)


def test_whoever_watches_may_end_the_question(session: Session, cast: Cast) -> None:
    class Enough(Exception):
        pass

    def end() -> None:
        raise Enough

    with pytest.raises(Enough):
        kept(compiled(session, cast.program)).moves(LIMITS, end)


def test_a_question_that_takes_too_long_is_ended(session: Session, cast: Cast) -> None:
    limits = Limits(seconds=0.01, grace_seconds=0.01, memory_megabytes=4000)
    with pytest.raises(SolveFailed) as failed:
        kept(compiled(session, cast.program)).shortage(limits, watch)
    assert failed.value.code == "out_of_time"


def test_a_minute_after_the_clocks_changed_is_an_hour_earlier_by_the_sun() -> None:
    calendar = Calendar("America/New_York", 0, (date(2026, 10, 12), date(2026, 11, 2)))
    tuesday_nine = TUESDAY * 1440 + 9 * 60
    assert calendar.instant(tuesday_nine) == datetime(2026, 10, 13, 13, 0, tzinfo=UTC)
    assert calendar.instant(WEEK + tuesday_nine) == datetime(2026, 11, 3, 14, 0, tzinfo=UTC)


def test_a_calendar_comes_back_as_it_was_kept(session: Session, cast: Cast) -> None:
    calendar = compiled(session, cast.program, on=TODAY).frame.timeline.calendar
    assert Calendar.of(calendar.as_json()) == calendar
