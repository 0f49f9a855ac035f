"""Who leads a session: those who lead its group on its date, or led it at its hour."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from groupmatch import clock
from groupmatch.records import Group, GroupSession, Therapist
from groupmatch.services.groups.leading import leaders_on


def leaders_of_session(session: Session, meeting: GroupSession) -> tuple[str, ...]:
    """Their names, whoever leads first and then the co-leaders."""
    if meeting.led_by is None:
        return tuple(each.name for each in leaders_on(meeting.group, meeting.on))
    led = session.scalars(select(Therapist).where(Therapist.id.in_(meeting.led_by)))
    names = {each.id: each.full_name for each in led}
    return tuple(names[each] for each in meeting.led_by)


def keep_leaders(session: Session, group: Group) -> None:
    """Write down who led today's sessions that have begun, before others come to lead the group."""
    today = clock.today(group.timezone)
    begun = update(GroupSession).where(
        GroupSession.group_id == group.id,
        GroupSession.on == today,
        GroupSession.starts_at <= clock.now(),
        GroupSession.led_by.is_(None),
    )
    leaders = [each.therapist_id for each in group.leading(today)]
    session.execute(begun.values(led_by=leaders))
