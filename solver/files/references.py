"""What the records of a file say about each other: ids that exist, seats, plans, pins."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import chain
from operator import attrgetter
from typing import NamedTuple

from solver.eligibility import failing_rules
from solver.files.fields import note_duplicates
from solver.files.refusal import Errors
from solver.problem import Problem

#: Key of the file → its lists of ids, each with its JSON path.
IdLists = Mapping[str, Sequence[tuple[str, tuple[str, ...]]]]


class Known(NamedTuple):
    """The ids of a section of the file. If the section itself is wrong, none is unknown."""

    section: str
    ids: set[str]


_RECORD = re.compile(r"\$\.\w+\[\d+\]")
_NAMED_IN_REQUESTS = (
    ("avoid_groups", "groups"),
    ("group_cost", "groups"),
    ("avoid_therapists", "therapists"),
    ("therapist_cost", "therapists"),
)
_SECTIONS = ("participants", "therapists", "groups", "requests", "plans")


def check_references(problem: Problem, lists: IdLists, errors: Errors) -> None:
    """Note every reference that leads nowhere or contradicts another."""
    for section in _SECTIONS:
        _check_unique(section, problem, errors)
    known = {
        section: Known(section, {record.id for record in getattr(problem, section)})
        for section in _SECTIONS
    }
    _check_groups(problem, known, errors)
    _check_requests(problem, known, errors)
    _check_plans(problem, known, errors)
    _check_lists(lists, known, errors)
    _check_pins(problem, lists["pins"], errors)


def _check_unique(section: str, problem: Problem, errors: Errors) -> None:
    records = getattr(problem, section)
    if len({record.id for record in records}) == len(records):
        return
    seen: set[str] = set()
    for position, record in enumerate(records):
        path = f"$.{section}[{position}].id"
        if path in errors.paths:
            continue
        if record.id in seen:
            errors.note(path, record.id, f"an id stands once among the {section}")
        seen.add(record.id)


def _check_known(errors: Errors, path: str, ids: Collection[str], known: Known) -> None:
    if known.ids.issuperset(ids) or f"$.{known.section}" in errors.paths:
        return
    for name in ids:
        if name not in known.ids:
            errors.note(path, name, f"is the id of a {known.section[:-1]}")


def _check_groups(problem: Problem, known: Mapping[str, Known], errors: Errors) -> None:
    for position, group in enumerate(problem.groups):
        path = f"$.groups[{position}].therapists"
        _check_known(errors, path, group.therapists, known["therapists"])


def _check_requests(problem: Problem, known: Mapping[str, Known], errors: Errors) -> None:
    if not errors and _all_known(problem, known):
        return
    for position, request in enumerate(problem.requests):
        path = f"$.requests[{position}]"
        if not errors or errors.paths.isdisjoint({path, f"{path}.participant"}):
            owner = (request.participant,)
            _check_known(errors, f"{path}.participant", owner, known["participants"])
        for key, section in _NAMED_IN_REQUESTS:
            ids = getattr(request, key)
            if ids:
                _check_known(errors, f"{path}.{key}", ids, known[section])
        if request.current_group is not None:
            _check_current_group(
                problem, request.current_group, f"{path}.current_group", known["groups"], errors
            )


def _all_known(problem: Problem, known: Mapping[str, Known]) -> bool:
    """Whether the requests name nothing that there is not, which shows at a glance."""
    requests, running = problem.requests, {g.id for g in problem.groups if not g.proposed}
    return (
        known["participants"].ids.issuperset(request.participant for request in requests)
        and {request.current_group for request in requests} - {None} <= running
        and all(
            known[section].ids.issuperset(chain.from_iterable(map(attrgetter(key), requests)))
            for key, section in _NAMED_IN_REQUESTS
        )
    )


def _check_current_group(
    problem: Problem, group: str, path: str, groups: Known, errors: Errors
) -> None:
    if path in errors.paths:
        return
    _check_known(errors, path, (group,), groups)
    if group in problem.group and problem.group[group].proposed:
        errors.note(path, group, "a seated or displaced request is not on a proposed group")


def _check_plans(problem: Problem, known: Mapping[str, Known], errors: Errors) -> None:
    plan_of: dict[str, str] = {}
    for position, plan in enumerate(problem.plans):
        path = f"$.plans[{position}].requests"
        _check_known(errors, path, plan.requests, known["requests"])
        for name in plan.requests:
            if name in plan_of:
                errors.note(path, name, "a request is in one plan at most")
            plan_of[name] = plan.id
        listed = (problem.request[name] for name in plan.requests if name in problem.request)
        if len({request.participant for request in listed}) > 1:
            errors.note(path, plan.requests, "the requests of a plan belong to one participant")


def _check_lists(lists: IdLists, known: Mapping[str, Known], errors: Errors) -> None:
    for path, pair in lists["keep_apart"]:
        _check_known(errors, path, pair, known["participants"])
        if pair[0] == pair[1]:
            errors.note(path, pair, "a participant is not kept apart from itself")
    for path, ids in lists["alternatives"]:
        _check_known(errors, path, ids, known["groups"])
        note_duplicates(errors, path, ids)
    for key in ("pins", "bans"):
        for path, (request, group) in lists[key]:
            _check_known(errors, path, (request,), known["requests"])
            _check_known(errors, path, (group,), known["groups"])


def _check_pins(
    problem: Problem, pins: Sequence[tuple[str, tuple[str, ...]]], errors: Errors
) -> None:
    pinned: set[str] = set()
    unsound = _unsound(problem, errors)
    for path, (request, group) in pins:
        if request in pinned:
            errors.note(path, [request, group], "a request has one pin at most")
        elif (request, group) in problem.banned:
            errors.note(path, [request, group], "a pin is not also banned")
        elif path not in errors.paths and not unsound(request, group):
            _check_candidate(problem, path, request, group, errors)
        pinned.add(request)


def _unsound(problem: Problem, errors: Errors) -> Callable[[str, str], bool]:
    """Tells whether a pair rests on a record with errors, so that no more can be said about it."""
    if not errors:
        return lambda request, group: False
    found = (_RECORD.match(path) for path in errors.paths)
    wrong = {match.group() for match in found if match}
    place = {
        (section, record.id): f"$.{section}[{position}]"
        for section in ("participants", "requests", "groups")
        for position, record in enumerate(getattr(problem, section))
    }

    def unsound(request: str, group: str) -> bool:
        participant = problem.request[request].participant if request in problem.request else ""
        rests_on = (("participants", participant), ("requests", request), ("groups", group))
        return any(place.get(record, "") in {*wrong, ""} for record in rests_on)

    return unsound


def _check_candidate(problem: Problem, path: str, request: str, group: str, errors: Errors) -> None:
    if problem.request[request].current_group == group:
        return
    broken = failing_rules(problem, request, group)
    if broken:
        reasons = "; ".join(f"{rule.rule}: {rule.detail}" for rule in broken)
        errors.note(path, [request, group], f"a pinned pair is a candidate, but {reasons}")
