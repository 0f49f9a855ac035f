"""How times, dates and counts read on a page. US English; every time says its zone."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import Flask

from groupmatch import clock
from groupmatch.language import gettext, later, ngettext
from groupmatch.services.groups.leading import Leader, leaders_now
from groupmatch.services.hours.local_time import LocalMeeting
from groupmatch.services.programs.places import compact_name

_WEEKDAYS = (
    later("Monday"),
    later("Tuesday"),
    later("Wednesday"),
    later("Thursday"),
    later("Friday"),
    later("Saturday"),
    later("Sunday"),
)
_MONTHS = (
    later("January"),
    later("February"),
    later("March"),
    later("April"),
    later("May"),
    later("June"),
    later("July"),
    later("August"),
    later("September"),
    later("October"),
    later("November"),
    later("December"),
)
_DAY = 24 * 60
#: From so many days on, a wait is told in the larger unit.
_TOLD_IN_WEEKS, _TOLD_IN_MONTHS = 14, 61


def init_app(app: Flask) -> None:
    """Register every function below as a filter under its own name."""
    for show in _FILTERS:
        app.add_template_filter(show)
    app.add_template_filter(leaders_now, "leaders")
    app.add_template_filter(compact_name)


def weekday(number: int) -> str:
    """0 → "Monday"."""
    return str(_WEEKDAYS[number])


def clock_time(value: time) -> str:
    """18:00 → "6:00 pm"; noon and midnight by name."""
    if value in (time(12), time(0)):
        return gettext("noon") if value == time(12) else gettext("midnight")
    return f"{value.hour % 12 or 12}:{value:%M} {_half(value)}"


def whole_hour(number: int) -> str:
    """18 → "6 pm"; noon and midnight by name."""
    return clock_time(time(number)).replace(":00", "")


def span(start: time, end: time) -> str:
    """18:00 and 19:30 → "6:00–7:30 pm"."""
    named = {time(0), time(12)} & {start, end}
    if named or _half(start) != _half(end):
        return f"{clock_time(start)}–{clock_time(end)}"
    return f"{start.hour % 12 or 12}:{start:%M}–{clock_time(end)}"


def _half(value: time) -> str:
    return gettext("am") if value.hour < 12 else gettext("pm")


def minute_span(start: int, end: int) -> str:
    """1080 and 1170, in minutes after midnight → "6:00–7:30 pm"."""
    return span(_wall(start), _wall(end % _DAY))


def _wall(minute: int) -> time:
    return time(minute // 60, minute % 60)


def meeting(value: LocalMeeting) -> str:
    """One weekly hour: "Tuesday 6:00–7:00 pm CDT"."""
    return f"{weekday(value.weekday)} {span(value.start, value.end)} {value.zone}"


def hours(minutes: int) -> str:
    """90 → "1 h 30 min"."""
    whole, rest = divmod(minutes, 60)
    parts = [gettext("{hours} h").format(hours=whole)] if whole else []
    short = [gettext("{minutes} min").format(minutes=rest)] if rest or not whole else []
    return " ".join(parts + short)


def long_date(value: date, *, year: bool = False) -> str:
    """2026-11-03 → "Tuesday, November 3"."""
    with_year = gettext("{weekday}, {month} {day}, {year}")
    pattern = with_year if year else gettext("{weekday}, {month} {day}")
    return pattern.format(
        weekday=_WEEKDAYS[value.weekday()],
        month=_MONTHS[value.month - 1],
        day=value.day,
        year=value.year,
    )


def short_date(value: date) -> str:
    """2026-11-03 → "Nov 3"; with the year when it is another."""
    return _short(value, year=value.year != clock.now().year)


def _short(value: date, *, year: bool) -> str:
    pattern = gettext("{month} {day}, {year}") if year else gettext("{month} {day}")
    month = str(_MONTHS[value.month - 1])[:3]
    return pattern.format(month=month, day=value.day, year=value.year)


def leader(value: Leader) -> str:
    """Who leads a group: "Cleo Marsh", "Cleo Marsh until Dec 6", "Rhea Marsh from Dec 7 on"."""
    since = value.from_on and short_date(value.from_on)
    until = value.until_on and short_date(value.until_on)
    if since and until:
        pattern = gettext("{name} from {since} until {until}")
    elif since:
        pattern = gettext("{name} from {since} on")
    else:
        pattern = gettext("{name} until {until}") if until else "{name}"
    return pattern.format(name=value.name, since=since, until=until)


def month_name(value: date) -> str:
    """2026-11-01 → "November 2026"."""
    return f"{_MONTHS[value.month - 1]} {value.year}"


def monday(value: date) -> date:
    """The Monday of a date's week."""
    return value - timedelta(days=value.weekday())


def week_after(value: date) -> date:
    """The same weekday a week later."""
    return value + timedelta(weeks=1)


def at(value: datetime, zone: str, *, day: bool = True) -> str:
    """An instant on a zone's clock: "Nov 3, 4:15 am EST"."""
    local = value.astimezone(ZoneInfo(zone))
    shown = f"{clock_time(local.time().replace(second=0, microsecond=0))} {local.tzname()}"
    if not day:
        return shown
    year = local.year != clock.now().astimezone(ZoneInfo(zone)).year
    return gettext("{day}, {time}").format(day=_short(local, year=year), time=shown)


def zone_name(zone: str) -> str:
    """America/New_York → "New York time"."""
    return gettext("{place} time").format(place=zone.rsplit("/", 1)[-1].replace("_", " "))


def since(value: date | datetime) -> str:
    """How long ago, in the largest unit that says enough: "3 weeks"."""
    if isinstance(value, datetime):
        value = value.astimezone(UTC).date()
    days = (clock.now().date() - value).days
    if days < 1:
        return gettext("today")
    if days < _TOLD_IN_WEEKS:
        return _told(ngettext("{number} day", "{number} days", days), days)
    if days < _TOLD_IN_MONTHS:
        return _told(ngettext("{number} week", "{number} weeks", days // 7), days // 7)
    return _told(ngettext("{number} month", "{number} months", days // 30), days // 30)


def _told(words: str, number: int) -> str:
    return words.format(number=f"{number:,}")


def dialed(number: str) -> str:
    """What a phone dials: "(555) 010-0199" → "5550100199"."""
    return "".join(sign for sign in number if sign.isdecimal() or sign == "+")


def lower_first(text: str) -> str:
    """Go on in a sentence: "The time" → "the time"; "I" stays."""
    # What is marked for later is translated by str().
    words = str(text)
    return words if words[:2] in ("I ", "I'") else words[:1].lower() + words[1:]


_FILTERS = (
    at,
    clock_time,
    dialed,
    hours,
    leader,
    long_date,
    lower_first,
    meeting,
    minute_span,
    monday,
    month_name,
    short_date,
    since,
    span,
    week_after,
    weekday,
    whole_hour,
    zone_name,
)
