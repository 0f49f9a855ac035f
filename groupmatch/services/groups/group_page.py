"""Everything about one group on one page: its roster, who is to come, and what happened."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from groupmatch import clock
from groupmatch.records import (
    BundleState,
    DraftBundle,
    DraftEntry,
    Group,
    GroupLeader,
    GroupStatus,
    Seat,
    SeatState,
)
from groupmatch.services.audit.history import History, history
from groupmatch.services.groups.group_size import size_now
from groupmatch.services.groups.groups_table import GroupRow, demand_for

_IN_DRAFT = (BundleState.PROPOSED, BundleState.APPROVED)


@dataclass(frozen=True)
class GroupPage:
    """One group with topic, meetings, leaders, limits and entry dates loaded."""

    row: GroupRow
    #: Held seats with their participants, by last name.
    roster: tuple[Seat, ...]
    former: tuple[Seat, ...]
    #: Entries of the present draft that lead into or out of the group, participants loaded.
    proposed: tuple[DraftEntry, ...]
    #: Proposed and running groups of which at most one is to open, this one left out.
    alternatives: tuple[Group, ...]
    history: History
    #: The next date from which it meets at other hours.
    hours_change_on: date | None
    #: How many may sit in it with its present members.
    binding_size: int

    @property
    def free(self) -> int:
        """Seats that a newcomer could take, within the binding size."""
        bound = self.binding_size - self.row.group.held_seats - self.row.size
        return max(0, min(self.row.free, bound))

    @property
    def over(self) -> int:
        """Members beyond the binding size, who came before it became so small."""
        return max(0, self.row.size - self.binding_size)


def group_page(session: Session, group: Group) -> GroupPage:
    """Read the page of one group."""
    _load(session, group)
    seats = _seats(session, group)
    roster = tuple(seat for seat in seats if seat.state != SeatState.ENDED)
    return GroupPage(
        row=GroupRow(group, len(roster), demand_for(session, group)),
        roster=roster,
        former=tuple(seat for seat in seats if seat.state == SeatState.ENDED),
        proposed=_proposed(session, group),
        alternatives=_alternatives(session, group),
        history=history(
            session,
            {
                Group.__tablename__: [group.id],
                Seat.__tablename__: [seat.id for seat in seats],
            },
        ),
        hours_change_on=_hours_change_on(group),
        binding_size=size_now(session, group, [seat.participant for seat in roster]),
    )


def _hours_change_on(group: Group) -> date | None:
    today = clock.today(group.timezone)
    begin = [each.from_on for each in group.meetings if each.from_on]
    cease = [each.until_on + timedelta(days=1) for each in group.meetings if each.until_on]
    return min((day for day in begin + cease if day > today), default=None)


def _load(session: Session, group: Group) -> None:
    session.scalars(
        select(Group)
        .where(Group.id == group.id)
        .options(
            joinedload(Group.topic),
            selectinload(Group.meetings),
            selectinload(Group.leaders).joinedload(GroupLeader.therapist),
            selectinload(Group.limits),
            selectinload(Group.entries),
        )
    ).one()


def _seats(session: Session, group: Group) -> list[Seat]:
    query = (
        select(Seat)
        .where(Seat.group_id == group.id)
        .options(joinedload(Seat.participant))
        .order_by(Seat.starts_on, Seat.id)
    )
    seats = session.scalars(query).all()
    return sorted(seats, key=lambda seat: seat.participant.last_name.casefold())


def _proposed(session: Session, group: Group) -> tuple[DraftEntry, ...]:
    query = (
        select(DraftEntry)
        .join(DraftBundle)
        .where(
            DraftBundle.state.in_(_IN_DRAFT),
            or_(DraftEntry.to_group_id == group.id, DraftEntry.from_group_id == group.id),
        )
        .options(joinedload(DraftEntry.participant), joinedload(DraftEntry.bundle))
        .order_by(DraftBundle.position, DraftEntry.position)
    )
    return tuple(session.scalars(query))


def _alternatives(session: Session, group: Group) -> tuple[Group, ...]:
    if group.alternative_key is None:
        return ()
    query = (
        select(Group)
        .where(
            Group.program_id == group.program_id,
            Group.alternative_key == group.alternative_key,
            Group.id != group.id,
            Group.status != GroupStatus.ENDED,
        )
        .options(selectinload(Group.meetings))
        .order_by(Group.name)
    )
    return tuple(session.scalars(query))
