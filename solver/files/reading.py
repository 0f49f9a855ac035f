"""From a file to a `Problem`, or to all the errors of the file at once."""

from dataclasses import fields, replace
from typing import Any

from solver.files.fields import LARGEST, REQUIRED, Fields, texts
from solver.files.json_text import parse
from solver.files.records import RECORDS, Reader
from solver.files.references import IdLists, check_references
from solver.files.refusal import Errors, ProblemRefused
from solver.files.totals import check_totals
from solver.problem import Problem

FORMAT = "groupmatch.problem/1"
_REQUIRED = ("participants", "groups", "requests")
_LISTS = ("keep_apart", "pins", "bans", "alternatives")


def read_problem(text: str | bytes) -> Problem:
    """The problem that a JSON text holds. Raises `ProblemRefused` with all its errors."""
    return parse_problem(parse(text))


def parse_problem(value: object) -> Problem:
    """The problem that a JSON value holds. Raises `ProblemRefused` with all its errors."""
    errors = Errors()
    file = Fields(errors, "$", value, ("format", *(field.name for field in fields(Problem))))
    if file.readable:
        if file.value.get("format") != FORMAT:
            errors.note("$.format", file.value.get("format"), f"is {FORMAT}")
        lists = {key: _lists(file, key) for key in _LISTS}
        problem = _problem(file, lists)
        check_references(problem, lists, errors)
    if not errors:
        check_totals(problem, errors)
    if errors:
        raise ProblemRefused(errors)
    return _canonical(problem)


def _problem(file: Fields, lists: IdLists) -> Problem:
    """The problem in the order of the file, so that a position in a list is its JSON path."""
    horizon, weeks = _horizon(file)
    content: dict[str, Any] = {
        section: _records(file, section, read, horizon) for section, read in RECORDS.items()
    }
    content |= {key: tuple(ids for _, ids in found) for key, found in lists.items()}
    unlimited = "max_moves" in file.value and file.value["max_moves"] is None
    moves = None if unlimited else file.integer("max_moves", 0)
    return Problem(horizon_minutes=horizon, weeks=weeks, max_moves=moves, **content)


def _records(file: Fields, section: str, read: Reader[object], horizon: int) -> tuple[object, ...]:
    """The records of a section, read together; one by one if anything is wrong with them.

    Then the errors are those of one record after the other.
    """
    places, wrong = list(file.items(section, REQUIRED if section in _REQUIRED else ())), Errors()
    together = read(wrong, places, horizon)
    if not wrong:
        return tuple(together)
    return tuple(record for place in places for record in read(file.errors, [place], horizon))


def _horizon(file: Fields) -> tuple[int, int]:
    horizon = file.integer("horizon_minutes", low=1)
    weeks = file.integer("weeks", 1, low=1)
    if not file.errors.paths.isdisjoint({"$.horizon_minutes", "$.weeks"}):
        return LARGEST, 1
    if horizon % weeks:
        file.errors.note("$.horizon_minutes", horizon, f"is {weeks} weeks of equal length")
    return horizon, weeks


def _lists(file: Fields, key: str) -> list[tuple[str, tuple[str, ...]]]:
    """The sound id lists of one key, with their paths."""
    found = []
    for path, item in file.items(key):
        ids = texts(file.errors, path, item)
        if file.errors.within(path):
            continue
        if key != "alternatives" and len(ids) != 2:
            file.errors.note(path, item, "is a pair of ids")
        else:
            found.append((path, ids))
    return found


def _canonical(problem: Problem) -> Problem:
    """The same problem with every list in the order of its ids."""
    by_id: dict[str, Any] = {
        section: tuple(sorted(getattr(problem, section), key=lambda record: record.id))
        for section in RECORDS
    }
    return replace(
        problem,
        **by_id,
        keep_apart=tuple(sorted({(min(pair), max(pair)) for pair in problem.keep_apart})),
        alternatives=tuple(sorted({tuple(sorted(ids)) for ids in problem.alternatives})),
        pins=tuple(sorted(problem.pins)),
        bans=tuple(sorted(set(problem.bans))),
    )
