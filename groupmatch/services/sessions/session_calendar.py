"""When groups will really meet: their weekly rule without holidays and cancelled sessions."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch import clock
from groupmatch.database.among import among
from groupmatch.records import Admission, Group, GroupSession, Holiday, SessionState
from groupmatch.services.hours import local_time
from groupmatch.services.hours.local_time import Sitting

#: A group that does not meet for so many weeks has no next session.
_WEEKS_AHEAD = 12


@dataclass(frozen=True)
class SessionCalendar:
    """What is taken out of the weekly rule of some groups."""

    #: Group and start of each cancelled session.
    cancelled: frozenset[tuple[str, datetime]]
    #: Program and date of each holiday, also of those after the sessions that are laid out.
    closed: frozenset[tuple[str, date]]

    def sittings(self, group: Group, first: date, last: date) -> list[Sitting]:
        """The sessions that take place from one date to another, as `local_time.sittings`."""
        return [
            each
            for each in local_time.sittings(group, first, last)
            if (group.id, each.starts_at) not in self.cancelled
            and (group.program_id, each.on) not in self.closed
        ]

    def first_for_newcomers(self, group: Group, from_on: date | None = None) -> Sitting | None:
        """The first session to which a newcomer may come: tomorrow, or on a later local date.

        A gated group takes newcomers from its next entry date on. None when none is left.
        """
        earliest = clock.today(group.timezone) + timedelta(days=1)
        earliest = max(earliest, from_on or earliest)
        if group.admission == Admission.GATED:
            entries = [entry.entry_on for entry in group.entries if entry.entry_on >= earliest]
            if not entries:
                return None
            earliest = min(entries)
        earliest = max(earliest, group.starts_on or earliest)
        for first in (earliest + timedelta(weeks=n) for n in range(_WEEKS_AHEAD)):
            coming = self.sittings(group, first, first + timedelta(days=6))
            if coming:
                return coming[0]
        return None


def session_calendar(session: Session, groups: Collection[Group]) -> SessionCalendar:
    """Read what is taken out of the weekly rule of some groups, in two queries."""
    cancelled = select(GroupSession.group_id, GroupSession.starts_at).where(
        among(GroupSession.group_id, {group.id for group in groups}),
        GroupSession.state == SessionState.CANCELLED,
    )
    closed = select(Holiday.program_id, Holiday.on).where(
        Holiday.program_id.in_({group.program_id for group in groups}),
        Holiday.lifted_at.is_(None),
    )
    return SessionCalendar(
        cancelled=frozenset((group, start) for group, start in session.execute(cancelled)),
        closed=frozenset((program, on) for program, on in session.execute(closed)),
    )
