"""Reasons and changes in the words of a coordinator."""

from collections.abc import Iterable

from solver import Problem
from solver.changes import (
    AddAvailability,
    AddSeat,
    Admit,
    Change,
    DropRequirement,
    MoveOne,
    OpenGroup,
    WidenGroup,
)
from solver.problem import Request, Values
from solver.solution import Reason
from solver.timeline import Interval, covers

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_DAY = 1440


def change_in_words(problem: Problem, change: Change) -> str:
    """What somebody would do to make the change, as a sentence without its period."""
    match change:
        case AddAvailability():
            hours = _all_hours(problem, change.intervals)
            return f"{change.participant} can also come {hours}"
        case DropRequirement():
            return f"{change.request} no longer asks for {change.key}"
        case Admit():
            return f"{change.group} admits newcomers again"
        case AddSeat():
            return f"{change.group} gets one more seat"
        case OpenGroup():
            return f"the proposed {change.group} opens"
        case WidenGroup():
            return f"{change.group} also takes {change.key} {change.value}"
        case MoveOne():
            return f"{change.request} moves from {change.origin} to {change.to}"


def interval_in_words(problem: Problem, interval: Interval) -> str:
    """Day and hours on the clock of the planning timeline, which starts on a Monday."""
    start, end = interval
    week = start // problem.week_minutes
    day, since = divmod(start % problem.week_minutes, _DAY)
    until = since + end - start
    named = _DAYS[day] if problem.week_minutes == len(_DAYS) * _DAY else f"day {day + 1}"
    of_week = f" of week {week + 1}" if problem.weeks > 1 else ""
    return f"{named} {_hour(since)} to {_hour(until)}{of_week}"


def _hour(minutes: int) -> str:
    return f"{minutes // 60 % 24}:{minutes % 60:02}"


def reason_in_words(problem: Problem, request: Request, reason: Reason) -> str:
    """Why the request has no seat in the reason's group, after the group's name."""
    group = problem.group[reason.group or ""]
    person = problem.participant[request.participant]
    match reason.rule:
        case "availability":
            missed = [met for met in group.meetings if not covers(person.hours, met)]
            return f"meets {_all_hours(problem, missed)}, outside the hours given"
        case "group_requires":
            return f"takes only {_values(group.requires, person.attributes)}"
        case "request_requires":
            return f"is not {_values(request.requires, group.attributes)}, as asked for"
        case rule:
            return _SENTENCES[rule].format(detail=reason.detail)


#: What is said about a group for each rule whose detail can stand as it is.
_SENTENCES = {
    "admits": "admits nobody at present",
    "avoids": "{detail}",
    "pins_and_bans": "{detail}",
    "current_group": "is where the request sits",
    "over_full": "has more members than seats: {detail}",
    "full": "is full: {detail} seats are taken",
    "conflict": "meets at the same time as another seat: {detail}",
    "keep_apart": "holds somebody who is kept apart {detail}",
    "limit": "has reached a limit: {detail}",
    "not_opened": "is proposed and not opened: it {detail}",
    "plan": "does not complete the plan: {detail}",
    "outranked": "goes to others first: {detail}",
}


def _all_hours(problem: Problem, meetings: Iterable[Interval]) -> str:
    return " and ".join(interval_in_words(problem, meeting) for meeting in meetings)


def _values(required: Values, attributes: Values) -> str:
    unmet = (key for key in sorted(required) if required[key].isdisjoint(attributes.get(key, ())))
    return " and ".join(f"{key} {' or '.join(sorted(required[key]))}" for key in unmet)
