"""The seven kinds of single change that a coordinator can make (specification, *Explanations*).

Each is a value with a JSON form; `applied` gives the problem as it would be after the change.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

from solver.files.fields import Fields
from solver.files.refusal import Errors
from solver.problem import Available, Group, Participant, Problem, Request
from solver.timeline import Interval


@dataclass(frozen=True)
class AddAvailability:
    """A participant can also come in `[start, end)`, in minutes of the planning timeline.

    `again` are the same hours in later representative weeks, where they are missing as well.
    """

    participant: str
    interval: Interval
    again: tuple[Interval, ...] = ()

    @property
    def intervals(self) -> tuple[Interval, ...]:
        """All hours that it adds."""
        return self.interval, *self.again

    @property
    def minutes(self) -> int:
        """How much time it asks for."""
        return sum(end - start for start, end in self.intervals)


@dataclass(frozen=True)
class DropRequirement:
    """A request no longer insists on one of its requirements."""

    request: str
    key: str


@dataclass(frozen=True)
class Admit:
    """A group admits newcomers again."""

    group: str


@dataclass(frozen=True)
class AddSeat:
    """A group gets one seat more."""

    group: str


@dataclass(frozen=True)
class OpenGroup:
    """A proposed group runs, however few join it."""

    group: str


@dataclass(frozen=True)
class WidenGroup:
    """A group takes one more value of what it requires, such as one more licensed region."""

    group: str
    key: str
    value: str


@dataclass(frozen=True)
class MoveOne:
    """One settled member goes from its group to another one; nobody else who is settled does."""

    request: str
    origin: str
    to: str


Change = AddAvailability | DropRequirement | Admit | AddSeat | OpenGroup | WidenGroup | MoveOne

#: Kind in the file → the change; in the order in which fixes are listed.
KINDS: Mapping[str, type[Change]] = {
    "add_availability": AddAvailability,
    "drop_requirement": DropRequirement,
    "admit": Admit,
    "add_seat": AddSeat,
    "open_group": OpenGroup,
    "widen_group": WidenGroup,
    "move_one": MoveOne,
}
_NAMES = {change: kind for kind, change in KINDS.items()}
_KEYS = {"origin": "from"}


class ChangeRefused(Exception):
    """The change does not fit the problem; the text says why."""


def kind_of(change: Change) -> str:
    """The change's kind, as files spell it."""
    return _NAMES[type(change)]


def change_as_json(change: Change) -> dict[str, object]:
    """The change as an object of a file."""
    content: dict[str, object] = {"kind": kind_of(change)}
    for field in fields(change):
        value = getattr(change, field.name)
        key = _KEYS.get(field.name, field.name)
        if value != ():
            content[key] = _listed(value) if isinstance(value, tuple) else value
    return content


def _listed(value: tuple[object, ...]) -> list[object]:
    return [list(one) if isinstance(one, tuple) else one for one in value]


def read_change(errors: Errors, path: str, value: object) -> Change | None:
    """The change that an object of a file describes; None with its errors noted if there is none.

    Only the form is read here; whether it fits a problem is for `applied` to say.
    """
    kind = value.get("kind") if isinstance(value, dict) else None
    if not isinstance(kind, str) or kind not in KINDS:
        errors.note(path, value, f"is an object whose kind is one of {', '.join(KINDS)}")
        return None
    before = len(errors)
    names = [field.name for field in fields(KINDS[kind])]
    record = Fields(errors, path, value, ("kind", *(_KEYS.get(name, name) for name in names)))
    content: dict[str, Any] = {
        name: _READERS[name](record) if name in _READERS else record.text(_KEYS.get(name, name))
        for name in names
    }
    return KINDS[kind](**content) if len(errors) == before else None


def _interval(record: Fields) -> Interval:
    return _read_interval(record.errors, record.at("interval"), record.get("interval", None))


def _again(record: Fields) -> tuple[Interval, ...]:
    value, path = record.get("again", []), record.at("again")
    if isinstance(value, list):
        found = enumerate(value)
        return tuple(_read_interval(record.errors, f"{path}[{n}]", one) for n, one in found)
    record.errors.note(path, value, "is a list of [start, end]")
    return ()


def _read_interval(errors: Errors, path: str, value: object) -> Interval:
    whole = isinstance(value, list) and all(type(number) is int for number in value)
    if isinstance(value, list) and whole and len(value) == 2 and 0 <= value[0] < value[1]:
        return value[0], value[1]
    errors.note(path, value, "is [start, end], the start before the end")
    return 0, 1


#: Fields of changes that are no texts, and how each is read.
_READERS: Mapping[str, Callable[[Fields], object]] = {"interval": _interval, "again": _again}


def applied(problem: Problem, change: Change) -> Problem:
    """The problem after the change. Raises `ChangeRefused` where it makes no sense there.

    After a `move_one` the member is pinned to where it goes and one move more is allowed; that it
    does go there is for whoever solves the problem to ask.
    """
    match change:
        case AddAvailability():
            return _with_availability(problem, change)
        case DropRequirement():
            return _without_requirement(problem, change)
        case Admit():
            return _admitting(problem, change)
        case AddSeat():
            group = _known(problem.group, change.group, "group")
            return _with_group(problem, replace(group, max_size=group.max_size + 1))
        case OpenGroup():
            return _running(problem, change)
        case WidenGroup():
            return _widened(problem, change)
        case MoveOne():
            return _moving(problem, change)


def _with_availability(problem: Problem, change: AddAvailability) -> Problem:
    person = _known(problem.participant, change.participant, "participant")
    for start, end in change.intervals:
        if not 0 <= start < end <= problem.horizon_minutes:
            raise ChangeRefused(f"[{start}, {end}) is not within the planning timeline")
    added = (Available(start, end) for start, end in change.intervals)
    hours = tuple(sorted({*person.available, *added}))
    participants = _replaced(problem.participants, replace(person, available=hours))
    return replace(problem, participants=participants)


def _without_requirement(problem: Problem, change: DropRequirement) -> Problem:
    request = _known(problem.request, change.request, "request")
    if change.key not in request.requires:
        raise ChangeRefused(f"{request.id} does not require {change.key}")
    left = {key: values for key, values in request.requires.items() if key != change.key}
    return replace(problem, requests=_replaced(problem.requests, replace(request, requires=left)))


def _admitting(problem: Problem, change: Admit) -> Problem:
    group = _known(problem.group, change.group, "group")
    if group.admits:
        raise ChangeRefused(f"{group.id} already admits newcomers")
    return _with_group(problem, replace(group, admits=True))


def _running(problem: Problem, change: OpenGroup) -> Problem:
    group = _known(problem.group, change.group, "group")
    if not group.proposed:
        raise ChangeRefused(f"{group.id} is already running")
    return _with_group(problem, replace(group, status="running", min_size=0))


def _widened(problem: Problem, change: WidenGroup) -> Problem:
    group = _known(problem.group, change.group, "group")
    required = group.requires.get(change.key)
    if required is None:
        raise ChangeRefused(f"{group.id} does not require {change.key}")
    if change.value in required:
        raise ChangeRefused(f"{group.id} already takes {change.key} {change.value}")
    wider = {**group.requires, change.key: required | {change.value}}
    return _with_group(problem, replace(group, requires=wider))


def _moving(problem: Problem, change: MoveOne) -> Problem:
    request = _known(problem.request, change.request, "request")
    _known(problem.group, change.to, "group")
    if not request.settled or request.seat != change.origin:
        raise ChangeRefused(f"{request.id} is no settled member of {change.origin}")
    if change.to == change.origin:
        raise ChangeRefused(f"{request.id} already sits in {change.to}")
    if problem.pinned_group.get(request.id, change.to) != change.to:
        raise ChangeRefused(f"{request.id} is pinned to {problem.pinned_group[request.id]}")
    most = None if problem.max_moves is None else problem.max_moves + 1
    pins = tuple(sorted({*problem.pins, (request.id, change.to)}))
    return replace(problem, pins=pins, max_moves=most)


_Record = TypeVar("_Record", Participant, Group, Request)


def _known(records: Mapping[str, _Record], name: str, noun: str) -> _Record:
    if name not in records:
        raise ChangeRefused(f"{name} is no {noun} of the problem")
    return records[name]


def _with_group(problem: Problem, group: Group) -> Problem:
    return replace(problem, groups=_replaced(problem.groups, group))


def _replaced(records: tuple[_Record, ...], changed: _Record) -> tuple[_Record, ...]:
    return tuple(changed if record.id == changed.id else record for record in records)
