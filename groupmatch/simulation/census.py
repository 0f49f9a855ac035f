"""What is counted at the end of each simulated day."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from groupmatch.records import Group, GroupKind, GroupStatus, Request, Seat, SeatState
from groupmatch.services.requests.waiting import waiting
from groupmatch.simulation.world import World

_TOGETHER = (GroupKind.GROUP, GroupKind.EDUCATION)
_MEETS = (GroupStatus.RUNNING, GroupStatus.ENDING)


@dataclass(frozen=True)
class Census:
    """One day: hours alone and with a family are left out of the seats."""

    on: date
    #: Seats of all groups that run, and those of them that somebody has.
    seats: int
    taken: int
    #: Needs without a seat, and the longest of their waits in days.
    waiting: int
    oldest_days: int

    @property
    def filled(self) -> float:
        """Share of the seats that somebody has."""
        return self.taken / self.seats


def count(world: World, session: Session, on: date) -> Census:
    """Count the program on a local date."""
    program_id = world.program_id
    meets = Group.program_id == program_id, Group.status.in_(_MEETS), Group.kind.in_(_TOGETHER)
    seats = select(func.sum(Group.max_size - Group.held_seats)).where(*meets)
    taken = (
        select(func.count(Seat.id))
        .join(Group, Group.id == Seat.group_id)
        .where(*meets, Seat.state == SeatState.ACTIVE, Seat.starts_on <= on)
    )
    asking = Request.program_id == program_id, waiting(), Request.needed_from.is_(None)
    since = session.scalar(select(func.min(Request.waiting_since)).where(*asking))
    return Census(
        on=on,
        seats=session.scalar(seats) or 0,
        taken=session.scalar(taken) or 0,
        waiting=session.scalar(select(func.count(Request.id)).where(*asking)) or 0,
        oldest_days=(on - since).days if since else 0,
    )
