"""Coming sessions that nobody may lead as things stand: a substitute is missing or unlicensed."""

from collections.abc import Iterator, Sequence

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session, joinedload

from groupmatch import clock
from groupmatch.records import Group, GroupSession, Program, SessionState
from groupmatch.services.morning.acts import PROGRAM, Act, ActKind
from groupmatch.services.sessions.substitutes import missing_regions

_UNSURE = (
    select(GroupSession)
    .where(
        GroupSession.program_id == PROGRAM,
        GroupSession.state == SessionState.SCHEDULED,
        GroupSession.starts_at > bindparam("now"),
        or_(GroupSession.cover_asked_at.is_not(None), GroupSession.substitute_id.is_not(None)),
    )
    .options(
        joinedload(GroupSession.group).load_only(Group.name),
        joinedload(GroupSession.substitute),
    )
    .order_by(GroupSession.starts_at)
)


def uncovered_sessions(session: Session, program: Program) -> list[Act]:
    """The next ones first. A member who joined after a substitute was sent may need a license
    that the substitute does not have; the codes are those regions.
    """
    asked = {"program": program.id, "now": clock.now()}
    return list(_acts(session, session.scalars(_UNSURE, asked).all()))


def _acts(session: Session, coming: Sequence[GroupSession]) -> Iterator[Act]:
    covered = [(each, each.substitute) for each in coming if each.substitute]
    regions = missing_regions(session, covered)
    missing = {each.id: codes for (each, _), codes in zip(covered, regions, strict=True)}
    for each in coming:
        if each.substitute is None or missing[each.id]:
            yield Act(
                ActKind.UNCOVERED,
                each.id,
                each.group.name,
                each.substitute.full_name if each.substitute else "",
                until=each.on,
                codes=missing.get(each.id, ()),
            )
