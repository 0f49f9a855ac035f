"""Where somebody could be placed by hand: the groups of their topics, and what is against each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch import matching
from groupmatch.records import Participant, Program, Request
from groupmatch.services.findings.why_not import Obstacle
from groupmatch.services.groups.groups_table import GroupRow, group_sizes
from groupmatch.services.hours.local_time import LocalMeeting, meeting_times
from groupmatch.services.seats.placing import SeatWarning


@dataclass(frozen=True)
class PlaceOption:
    """One group with what the rules of the match say against it; nothing where it fits."""

    row: GroupRow
    obstacles: tuple[Obstacle, ...]


def place_options(
    session: Session, program: Program, request: Request, *, on: date, near: bool = False
) -> tuple[PlaceOption, ...]:
    """The groups of the request's topics, those that fit first, then by hour; or only the `near`
    ones, which meet at hours of theirs and may be licensed where they are.

    Gates are told by `placing.warnings_of` once a group is chosen.
    """
    fits = matching.fits(session, request, on=on, near=near).groups
    sizes = group_sizes(session, program, [fit.group_id for fit in fits])
    found = [
        PlaceOption(
            GroupRow(fit.group, sizes.get(fit.group_id, 0)),
            tuple(Obstacle(each.rule, each.detail) for each in fit.broken),
        )
        for fit in fits
    ]

    def order(option: PlaceOption) -> tuple[int, list[LocalMeeting], str]:
        group = option.row.group
        hours = meeting_times(group, program.timezone, on)
        return len(option.obstacles), hours, group.name.casefold()

    return tuple(sorted(found, key=order))


def people_named(session: Session, warnings: Sequence[SeatWarning]) -> dict[str, Participant]:
    """The people whom warnings tell of, by id."""
    ids = {warning.other_id for warning in warnings if warning.other_id}
    found = session.scalars(select(Participant).where(Participant.id.in_(ids))) if ids else ()
    return {participant.id: participant for participant in found}
