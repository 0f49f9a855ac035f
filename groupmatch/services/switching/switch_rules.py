"""From when on a member may ask to switch: some sessions after the seat began, and not too often.

The numbers are those of `config/switches.toml`. Safety never waits for them.
"""

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from groupmatch import clock
from groupmatch.records import (
    Seat,
    SwitchReason,
    SwitchRequest,
    SwitchState,
)
from groupmatch.resources import shipped
from groupmatch.services.sessions.session_calendar import session_calendar

#: Sessions are looked for so far ahead; a group that meets less often has no such rule.
_AHEAD = timedelta(weeks=52)
_COUNTED = (SwitchState.GRANTED, SwitchState.DECLINED)


@dataclass(frozen=True)
class SwitchPolicy:
    """After how many sessions a member may ask, and how many weeks lie between two asks."""

    after_sessions: int
    weeks_between: int


@cache
def switch_policy() -> SwitchPolicy:
    """Read the shipped file, once."""
    text = (shipped("config") / "switches.toml").read_text(encoding="utf-8")
    asking = tomllib.loads(text)["asking"]
    return SwitchPolicy(asking["after_sessions"], asking["weeks_between"])


def not_until(session: Session, seat: Seat) -> date | None:
    """The first date on which a member may ask; None when that is today or was before."""
    dates = filter(None, (_after_sessions(session, seat), _after_weeks(session, seat)))
    first = max(dates, default=None)
    return first if first and first > clock.today(seat.group.timezone) else None


def _after_weeks(session: Session, seat: Seat) -> date | None:
    """So many weeks after the last ask about a seat of this request."""
    last = session.scalar(
        select(func.max(SwitchRequest.asked_at))
        .join(Seat, Seat.id == SwitchRequest.seat_id)
        .where(
            Seat.request_id == seat.request_id,
            SwitchRequest.state.in_(_COUNTED),
            SwitchRequest.reason != SwitchReason.SAFETY,
        )
    )
    if last is None:
        return None
    asked_on = last.astimezone(ZoneInfo(seat.participant.timezone)).date()
    return asked_on + timedelta(weeks=switch_policy().weeks_between)


def _after_sessions(session: Session, seat: Seat) -> date | None:
    """The day after the last session that must come first, or after the group's last."""
    count, group = switch_policy().after_sessions, seat.group
    calendar = session_calendar(session, [group])
    coming = calendar.sittings(group, seat.starts_on, seat.starts_on + _AHEAD)
    dates = [each.on for each in coming[:count]]
    if len(dates) < count and group.ends_on is None:
        return None
    last = dates[-1] if len(dates) == count else group.ends_on
    return last and last + timedelta(days=1)
