"""From a solution file to a `Solution`, or to all the errors of its form at once."""

from collections.abc import Sequence

from solver.changes import read_change
from solver.files.fields import REQUIRED, Fields
from solver.files.json_text import parse
from solver.files.refusal import Errors, ProblemRefused, SolutionRefused
from solver.files.totals import LARGEST_TOTAL
from solver.roster import Violation
from solver.solution import FORMAT, Fix, Reason, Solution, TakenSeat, TierValues, Unplaced

_KEYS = (
    "format",
    "status",
    "objective",
    "bounds",
    "seats",
    "opened",
    "unplaced",
    "warnings",
    "stats",
)
_STATS = ("wall_seconds", "seed", "fixes_unfinished")
_LARGEST_SEED = 2**31 - 1


def read_solution(text: str | bytes) -> Solution:
    """The solution that a JSON text holds. Raises `SolutionRefused` with all errors of its form."""
    try:
        return parse_solution(parse(text))
    except ProblemRefused as refused:
        raise SolutionRefused(refused.errors) from None


def parse_solution(value: object) -> Solution:
    """The solution that a JSON value holds. Raises `SolutionRefused` with all errors of its form.

    Only the form is read here; whether the solution is right is for `solver.check` to say.
    """
    errors = Errors()
    file = Fields(errors, "$", value, _KEYS)
    if not file.readable:
        raise SolutionRefused(errors)
    if file.value.get("format") != FORMAT:
        errors.note("$.format", file.value.get("format"), f"is {FORMAT}")
    status = file.choice("status", ("", "optimal", "feasible"))
    if not status:
        errors.note("$.status", file.value.get("status"), "is optimal or feasible")
    solution = _content(file, status)
    if errors:
        raise SolutionRefused(errors)
    return solution


def _content(file: Fields, status: str) -> Solution:
    errors = file.errors
    opened = file.texts("opened", REQUIRED)
    stats = Fields(errors, "$.stats", file.value.get("stats", {}), _STATS)
    unsearched = {*stats.texts("fixes_unfinished")}
    unplaced = (_unplaced(errors, *place) for place in file.items("unplaced", REQUIRED))
    seconds = stats.value.get("wall_seconds", 0)
    return Solution(
        status="optimal" if status == "optimal" else "feasible",
        objective=_tier_values(file, "objective"),
        bounds=_tier_values(file, "bounds"),
        seats=tuple(_seat(errors, *place) for place in file.items("seats", REQUIRED)),
        opened=opened,
        unplaced=tuple(one._replace(searched=one.request not in unsearched) for one in unplaced),
        warnings=tuple(_warning(errors, *place) for place in file.items("warnings")),
        wall_seconds=seconds if isinstance(seconds, int | float) else 0.0,
        seed=stats.integer("seed", 0, high=_LARGEST_SEED),
    )


def _tier_values(file: Fields, key: str) -> TierValues:
    tiers = Fields(file.errors, file.at(key), file.value.get(key), TierValues._fields)
    numbers = (tiers.integer(tier, high=LARGEST_TOTAL) for tier in TierValues._fields)
    return TierValues(*numbers)


def _seat(errors: Errors, path: str, value: object) -> TakenSeat:
    seat = Fields(errors, path, value, TakenSeat._fields)
    return TakenSeat(seat.text("request"), seat.text("group"), seat.flag("new", REQUIRED))


def _unplaced(errors: Errors, path: str, value: object) -> Unplaced:
    request = Fields(errors, path, value, ("request", "reasons", "fixes"))
    reasons = tuple(_reason(errors, *place) for place in request.items("reasons"))
    fixes = (_fix(errors, *place) for place in request.items("fixes"))
    return Unplaced(request.text("request"), reasons, tuple(fix for fix in fixes if fix))


def _reason(errors: Errors, path: str, value: object) -> Reason:
    reason = Fields(errors, path, value, ("rule", "detail", "group", "count"))
    detail = reason.text("detail") if "detail" in reason.value else ""
    group = reason.text_or_none("group")
    return Reason(reason.text("rule"), detail, group, reason.integer("count", 0))


def _fix(errors: Errors, path: str, value: object) -> Fix | None:
    fix = Fields(errors, path, value, Fix._fields)
    if not fix.readable:
        return None
    change = read_change(errors, fix.at("change"), fix.get("change", None))
    gain, others = fix.integer("placed_gain", high=LARGEST_TOTAL), fix.texts("also_places")
    verified = fix.flag("verified", REQUIRED)
    return Fix(change, gain, others, verified) if change else None


def _warning(errors: Errors, path: str, value: object) -> Violation:
    nouns = ("request", "group", "participant")
    known = (*nouns, *(f"{noun}s" for noun in nouns), "plan", "therapist", "rule", "detail")
    warning = Fields(errors, path, value, known)

    def ids(noun: str) -> Sequence[str]:
        one = warning.text_or_none(noun)
        return warning.texts(f"{noun}s") if one is None else (one,)

    return Violation(
        warning.text("rule"),
        warning.text("detail"),
        requests=tuple(ids("request")),
        groups=tuple(ids("group")),
        participants=tuple(ids("participant")),
        plan=warning.text_or_none("plan"),
        therapist=warning.text_or_none("therapist"),
        standing=True,
    )
