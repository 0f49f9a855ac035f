"""Who leads a session: the leaders of its group, or those whom the group had when it took place."""

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from groupmatch import clock
from groupmatch.records import Group, GroupSession, Therapist


def leaders_of_session(session: Session, meeting: GroupSession) -> tuple[str, ...]:
    """Their names, whoever leads first and then the co-leaders."""
    if meeting.led_by is None:
        return meeting.group.leader_names
    led = session.scalars(select(Therapist).where(Therapist.id.in_(meeting.led_by)))
    names = {each.id: each.full_name for each in led}
    return tuple(names[each] for each in meeting.led_by)


def keep_leaders(session: Session, group: Group, leaders: Sequence[str]) -> None:
    """Write down who led the sessions that have begun, before others come to lead the group.

    `leaders` are therapists' ids.
    """
    begun = update(GroupSession).where(
        GroupSession.group_id == group.id,
        GroupSession.starts_at <= clock.now(),
        GroupSession.led_by.is_(None),
    )
    session.execute(begun.values(led_by=list(leaders)))
