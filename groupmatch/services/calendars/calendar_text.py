"""Appointments as an iCalendar text (RFC 5545), in words that tell nothing of their kind.

Whoever looks over somebody's shoulder at a calendar reads "Appointment", a time, and nothing else:
no topic, no names, no place, no link. Two people's calendars have nothing in common by which one
could be told to belong to the group of the other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from groupmatch.services.calendars.calendar_zone import calendar_zone

_PRODUCT = "-//groupmatch//appointments//EN"
#: How often a calendar app is asked to look again.
_REFRESH = timedelta(hours=4)
#: The zone is told from a day before the first appointment on, so that none lies before it.
_BEFORE = timedelta(days=1)


@dataclass(frozen=True)
class Appointment:
    """One session; `key` is known to nobody else and stays the same for it."""

    key: str
    starts_at: datetime
    ends_at: datetime
    cancelled: bool = False


def calendar_text(appointments: Sequence[Appointment], zone: str, *, now: datetime) -> bytes:
    """The calendar of one person in their IANA zone, as of an instant.

    Every appointment is an event of its own, so that no rule has to follow two zones' clocks.
    """
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "Appointments")
    calendar.add("refresh-interval", _REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT4H")
    if appointments:
        first = min(each.starts_at for each in appointments)
        last = max(each.ends_at for each in appointments)
        calendar.add_component(calendar_zone(ZoneInfo(zone), first - _BEFORE, last))
    for each in appointments:
        calendar.add_component(_event(each, ZoneInfo(zone), now))
    return bytes(calendar.to_ical())


def _event(each: Appointment, zone: ZoneInfo, now: datetime) -> Event:
    event = Event()
    event.add("uid", sha256(each.key.encode()).hexdigest()[:32])
    event.add("dtstamp", now)
    event.add("dtstart", each.starts_at.astimezone(zone))
    event.add("dtend", each.ends_at.astimezone(zone))
    event.add("class", "PRIVATE")
    event.add("sequence", int(each.cancelled))
    event.add("status", "CANCELLED" if each.cancelled else "CONFIRMED")
    # Many apps show a cancelled event of a feed like any other.
    event.add("summary", "Cancelled: appointment" if each.cancelled else "Appointment")
    return event
