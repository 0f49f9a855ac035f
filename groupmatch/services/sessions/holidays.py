"""Days on which no group of a program meets; each can be lifted again."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from groupmatch import clock
from groupmatch.errors import Conflict, Refused
from groupmatch.records import Group, GroupSession, GroupStatus, Holiday, Program
from groupmatch.services import locks
from groupmatch.services.audit import audit
from groupmatch.services.sessions import sessions


def coming_holidays(session: Session, program: Program) -> Sequence[Holiday]:
    """The holidays that are not over, in order."""
    query = select(Holiday).where(
        Holiday.program_id == program.id,
        Holiday.lifted_at.is_(None),
        Holiday.on >= clock.today(program.timezone),
    )
    return session.scalars(query.order_by(Holiday.on)).all()


def declare_holiday(
    session: Session, program: Program, *, on: date, name: str, by: str | None
) -> Holiday:
    """Close a program on a date: sessions on it are cancelled, also those laid out later.

    Raises Refused `name_missing` or `holiday_past`, and Conflict `holiday_exists`.
    """
    if not name.strip():
        raise Refused("name_missing")
    if on < clock.today(program.timezone):
        raise Refused("holiday_past")
    locks.hold_program(session, program.id)
    if any(each.on == on for each in coming_holidays(session, program)):
        raise Conflict("holiday_exists")
    holiday = Holiday(program_id=program.id, on=on, name=name.strip(), created_at=clock.now())
    session.add(holiday)
    audit.record(session, "holiday.declared", holiday, by=by, after={"on": on.isoformat()})
    _lay_out_groups_of(session, program, on, by=by)
    return holiday


def lift_holiday(session: Session, holiday: Holiday, *, by: str | None) -> None:
    """Meet on that date after all. Raises Conflict `holiday_lifted`."""
    program = locks.hold_program(session, holiday.program_id)
    locks.hold(session, holiday)
    if holiday.lifted_at is not None:
        raise Conflict("holiday_lifted")
    holiday.lifted_at = clock.now()
    audit.record(session, "holiday.lifted", holiday, by=by, before={"on": holiday.on.isoformat()})
    _lay_out_groups_of(session, program, holiday.on, by=by)


def _lay_out_groups_of(session: Session, program: Program, on: date, *, by: str | None) -> None:
    session.flush()
    meets = select(GroupSession.group_id).where(
        GroupSession.program_id == program.id, GroupSession.on == on
    )
    query = (
        select(Group)
        .where(Group.id.in_(meets), Group.status != GroupStatus.ENDED)
        .options(selectinload(Group.meetings))
        .order_by(Group.id)
    )
    groups = session.scalars(query).all()
    locks.hold_groups(session, [group.id for group in groups])
    sessions.lay_out_together(session, groups, by=by)
