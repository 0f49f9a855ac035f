"""A small program in which everything can go wrong: few seats, three regions, two zones."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from groupmatch.records import GateKind, GroupStatus, Participant, Program, Request
from groupmatch.services.care import gates
from groupmatch.services.hours import availability
from groupmatch.services.hours.availability import Span
from groupmatch.services.participants import people
from groupmatch.services.requests import requests
from tests import cast as make
from tests.cast import EVENING, MONDAY, SUNDAY, TUESDAY, WEDNESDAY

#: Ten days before the clocks of New York go back; Phoenix keeps its clock.
BEGINS = datetime(2026, 10, 22, 15, 0, tzinfo=UTC)

#: Hours that people have, in their own zone.
HOURS = {
    "evenings": [Span(day, EVENING - 60, EVENING + 180) for day in range(7)],
    "mondays": [Span(MONDAY, EVENING, EVENING + 120)],
    "midweek": [Span(day, EVENING - 120, EVENING + 90) for day in (TUESDAY, WEDNESDAY)],
}
#: Where people live: region and zone.
PLACES = [("NY", "America/New_York"), ("NJ", "America/New_York"), ("AZ", "America/Phoenix")]
TOPICS = [("anxiety-depression",), ("anxiety-depression", "grief-loss"), ("grief-loss",)]


#: What must be decided before somebody is matched.
GATES = [kind for kind in GateKind if kind != GateKind.PART2_CONSENT]


@dataclass(frozen=True)
class Town:
    """The ids of what stands from the beginning."""

    program: str
    coordinator: str
    groups: tuple[str, ...]
    #: People and their requests, in the order in which they came.
    people: tuple[str, ...]
    asked: tuple[str, ...]


def build(session: Session) -> Town:
    """Six groups under two therapists, none with more than three seats; eight people wait."""
    program = make.program(session, reserve_at_once=True)
    cleo = make.therapist(session, program, "Cleo", regions=("NY", "NJ"))
    omar = make.therapist(session, program, "Omar", regions=("NY", "AZ"))
    groups = [
        make.therapy_group(session, program, leaders=[leader], meetings=(meeting,), **fields)
        for leader, meeting, fields in (
            (cleo, (MONDAY, EVENING, 60), {"max_size": 2}),
            (omar, (MONDAY, EVENING + 30, 60), {"max_size": 1}),
            (cleo, (TUESDAY, EVENING, 90), {"max_size": 2, "topic_code": "grief-loss"}),
            (omar, (WEDNESDAY, EVENING, 60), {"max_size": 3, "timezone": "America/Phoenix"}),
            (cleo, (SUNDAY, EVENING, 60), {"max_size": 3, "min_size": 2, **_PROPOSED}),
            (omar, (SUNDAY, EVENING, 60), {"max_size": 2, "min_size": 1, **_PROPOSED}),
        )
    ]
    mara = make.staff(session, program, "Mara")
    came = [
        enroll(session, program, f"W{n}", hours, PLACES[n % 3], TOPICS[n % 2], by=mara.id)
        for n, hours in enumerate(["evenings", "mondays", "midweek", "evenings"] * 2)
    ]
    people, asked = zip(*came, strict=True)
    return Town(program.id, mara.id, tuple(group.id for group in groups), people, asked)


def enroll(
    session: Session,
    program: Program,
    name: str,
    hours: str,
    place: tuple[str, str],
    topics: Sequence[str],
    *,
    by: str,
) -> tuple[str, str]:
    """Somebody comes, with all gates open, and asks for a seat: their id and the request's."""
    region, zone = place
    person = people.add_participant(
        session, program, first_name=name, last_name="Quill", region=region, timezone=zone, by=by
    )
    availability.set_weekly(session, person, HOURS[hours], by=by)
    for kind in GATES:
        clear(session, person, kind)
    return person.id, ask(session, person, topics, by=by).id


def ask(session: Session, person: Participant, topics: Sequence[str], *, by: str) -> Request:
    """Ask for a weekly group."""
    return requests.add_request(session, person, topics=topics, level_code="outpatient", by=by)


def clear(session: Session, person: Participant, kind: GateKind) -> None:
    """Clear a gate as an import does: what staff may decide is for the tests of gates."""
    level = "outpatient" if kind == GateKind.LEVEL_OF_CARE else None
    gates.clear_gate(session, person, kind, by=None, level_code=level)


_PROPOSED = {"status": GroupStatus.PROPOSED, "alternative_key": "sunday"}
