"""The records of a problem file, read from their JSON objects with their own rules."""

from collections.abc import Callable, Sequence
from dataclasses import fields
from functools import cache
from itertools import chain, starmap
from typing import Protocol, TypeGuard, TypeVar

from solver.files.fields import INTEGER, LARGEST, REQUIRED, Fields, objects, whole
from solver.files.refusal import Errors
from solver.files.sections import LIST, Places, Section, are
from solver.problem import Available, Group, Limit, Participant, Plan, Request, Therapist
from solver.timeline import Interval

#: The numbers of an interval that has at most so many.
_LENGTHS = {2: frozenset({2}), 3: frozenset({2, 3})}


Record = TypeVar("Record", covariant=True)


class Reader(Protocol[Record]):
    """Reads all records of a section, with its own rules."""

    def __call__(self, errors: Errors, places: Places, horizon: int) -> Sequence[Record]: ...


@cache
def _keys(record: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(record))


def read_participants(errors: Errors, places: Places, horizon: int) -> list[Participant]:
    section = Section(errors, places, _keys(Participant))
    columns = (
        section.text("id"),
        [tuple(sorted(starmap(Available, hours))) for hours in _available(section, horizon)],
        section.values("attributes"),
        section.integer("day_offset_minutes", 0, low=-LARGEST),
    )
    return list(map(Participant, *columns))


def read_therapist(errors: Errors, path: str, value: object, horizon: int) -> Therapist:
    record = Fields(errors, path, value, _keys(Therapist))
    return Therapist(id=record.text("id"), max_minutes=record.integer_or_none("max_minutes"))


def read_group(errors: Errors, path: str, value: object, horizon: int) -> Group:
    record = Fields(errors, path, value, _keys(Group))
    proposed = record.choice("status", ("running", "proposed")) == "proposed"
    group = Group(
        id=record.text("id"),
        topic=record.text("topic"),
        meetings=_meetings(record, horizon),
        max_size=record.integer("max_size"),
        min_size=record.integer("min_size", 1),
        held_seats=record.integer("held_seats", 0),
        status="proposed" if proposed else "running",
        admits=record.flag("admits", True),
        open_cost=record.integer("open_cost", 0),
        therapists=record.ids("therapists"),
        requires=record.values("requires"),
        attributes=record.values("attributes"),
        limits=tuple(sorted(_limit(errors, *place) for place in record.items("limits"))),
    )
    _check_sizes(record, group)
    return group


def read_requests(errors: Errors, places: Places, horizon: int) -> list[Request]:
    section = Section(errors, places, _keys(Request))
    columns = (
        section.text("id"),
        section.text("participant"),
        section.costs("topics", REQUIRED),
        section.values("requires"),
        section.integer("priority", 1, low=1),
        section.text_or_none("current_group"),
        section.flag("wants_switch", False),
        section.flag("displaced", False),
        section.ids("avoid_groups"),
        section.ids("avoid_therapists"),
        section.costs("therapist_cost"),
        section.costs("group_cost"),
    )
    return list(map(Request, *columns))


def read_plan(errors: Errors, path: str, value: object, horizon: int) -> Plan:
    record = Fields(errors, path, value, _keys(Plan))
    plan = Plan(
        id=record.text("id"),
        requests=record.ids("requests"),
        min_minutes=record.integer_or_none("min_minutes"),
        max_minutes=record.integer_or_none("max_minutes"),
        min_days=record.integer_or_none("min_days"),
        max_minutes_per_day=record.integer_or_none("max_minutes_per_day"),
    )
    if record.readable and not record.value.get("requests"):
        errors.note(record.at("requests"), record.value.get("requests"), "a plan has requests")
    return plan


def _limit(errors: Errors, path: str, value: object) -> Limit:
    record = Fields(errors, path, value, Limit._fields)
    return Limit(record.text("attribute"), record.text("value"), record.integer("max"))


def _meetings(record: Fields, horizon: int) -> tuple[Interval, ...]:
    meetings = _intervals(record, "meetings", horizon, most=2)
    if record.value.get("meetings") == []:
        record.errors.note(record.at("meetings"), [], "a group has at least one meeting")
    return tuple(sorted((start, end) for start, end in meetings))


def _available(section: Section, horizon: int) -> list[list[list[int]]]:
    """The hours of every participant."""
    values = section.column("available")
    if are(LIST, values) and _are_sound(list(chain.from_iterable(values)), horizon, most=3):
        return values
    return section.each(lambda record: _intervals(record, "available", horizon, most=3))


def _intervals(record: Fields, key: str, horizon: int, most: int) -> list[list[int]]:
    """The sound ones of a list of intervals."""
    value = record.value.get(key)
    if type(value) is list and _are_sound(value, horizon, most):
        return value
    read = (
        _interval(record.errors, place, item, horizon, most)
        for place, item in record.items(key, REQUIRED)
    )
    return [numbers for numbers in read if numbers]


def _are_sound(values: list[object], horizon: int, most: int) -> TypeGuard[list[list[int]]]:
    """Whether each is `[start, end]`, with a cost behind where `most` is 3."""
    lists = [value for value in values if type(value) is list]
    if len(lists) < len(values) or not INTEGER.issuperset(map(type, chain.from_iterable(lists))):
        return False
    if not _LENGTHS[most].issuperset(map(len, lists)):
        return False
    costs = [value[2] for value in lists if len(value) == 3]
    in_range = not costs or (min(costs) >= 0 and max(costs) <= LARGEST)
    return in_range and all(0 <= value[0] < value[1] <= horizon for value in lists)


def _interval(errors: Errors, path: str, value: object, horizon: int, most: int) -> list[int]:
    """The interval; if it is wrong, what is wrong with it is noted, and it is empty."""
    before = len(errors)
    numbers = [whole(errors, place, item, 0) for place, item in objects(errors, path, value)]
    if len(errors) > before:
        return []
    if not 2 <= len(numbers) <= most:
        errors.note(path, value, "is [start, end]" + (" or [start, end, cost]" * (most > 2)))
    elif not numbers[0] < numbers[1] <= horizon:
        errors.note(path, value, f"an interval starts before it ends, within 0 to {horizon}")
    return numbers if len(errors) == before else []


def _check_sizes(record: Fields, group: Group) -> None:
    if record.errors and not record.errors.paths.isdisjoint(
        map(record.at, ("min_size", "max_size", "held_seats", "status"))
    ):
        return
    if group.min_size > group.max_size:
        record.errors.note(record.at("min_size"), group.min_size, "min_size is at most max_size")
    if group.held_seats > group.max_size:
        rule = "held_seats is at most max_size"
        record.errors.note(record.at("held_seats"), group.held_seats, rule)
    if group.proposed and group.min_size == 0:
        record.errors.note(
            record.at("min_size"), 0, "a proposed group has a min_size of at least 1"
        )


def _one_by_one(read: Callable[[Errors, str, object, int], Record]) -> Reader[Record]:
    def reader(errors: Errors, places: Places, horizon: int) -> list[Record]:
        return [read(errors, path, value, horizon) for path, value in places]

    return reader


#: The section of the file → how its records are read.
RECORDS: dict[str, Reader[object]] = {
    "participants": read_participants,
    "therapists": _one_by_one(read_therapist),
    "groups": _one_by_one(read_group),
    "requests": read_requests,
    "plans": _one_by_one(read_plan),
}
