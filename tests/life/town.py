"""A small program in which everything can go wrong: few seats, two regions, three zones."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from groupmatch.records import GroupStatus
from groupmatch.services.availability import Span
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


@dataclass(frozen=True)
class Town:
    """The ids of what stands from the beginning."""

    program: str
    coordinator: str
    groups: tuple[str, ...]


def build(session: Session) -> Town:
    """Six groups under three therapists, none with more than three seats, and nobody in them."""
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
    return Town(program.id, mara.id, tuple(group.id for group in groups))


_PROPOSED = {"status": GroupStatus.PROPOSED, "alternative_key": "sunday"}
