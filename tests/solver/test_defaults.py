"""A key that is left out means its default, as the specification lists them."""

from hypothesis import HealthCheck, given, settings

from solver import parse_problem
from tests.solver.judge import Json
from tests.solver.strategies import problems

_ABOUT_THE_PROBLEM = {"weeks": 1, "max_moves": 0}
_ABOUT_RECORDS = {
    "participants": {"day_offset_minutes": 0, "attributes": {}},
    "therapists": {"max_minutes": None},
    "groups": {
        "min_size": 1,
        "held_seats": 0,
        "status": "running",
        "admits": True,
        "open_cost": 0,
        "therapists": [],
        "requires": {},
        "attributes": {},
        "limits": [],
    },
    "requests": {
        "priority": 1,
        "current_group": None,
        "wants_switch": False,
        "displaced": False,
        "requires": {},
        "avoid_groups": [],
        "avoid_therapists": [],
        "therapist_cost": {},
        "group_cost": {},
    },
    "plans": dict.fromkeys(("min_minutes", "max_minutes", "min_days", "max_minutes_per_day")),
}
_LISTS = ("therapists", "plans", "keep_apart", "alternatives", "pins", "bans")


@settings(
    max_examples=100, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
@given(problem=problems())
def test_keys_at_their_defaults_may_be_left_out(problem: Json) -> None:
    short = _without(problem, _ABOUT_THE_PROBLEM | {key: [] for key in _LISTS})
    for section, defaults in _ABOUT_RECORDS.items():
        if section in short:
            short[section] = [_without(record, defaults) for record in short[section]]
    assert parse_problem(short) == parse_problem(problem)


@settings(max_examples=50, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(problem=problems())
def test_a_third_number_of_zero_may_be_left_out(problem: Json) -> None:
    full = parse_problem(problem)
    for person in problem["participants"]:
        person["available"] = [
            hours[:2] if hours[2:] == [0] else hours for hours in person["available"]
        ]
    assert parse_problem(problem) == full


def _without(record: Json, defaults: Json) -> Json:
    """The record without the keys that say what they say anyway."""
    return {
        key: value
        for key, value in record.items()
        if key not in defaults or value != defaults[key] or type(value) is not type(defaults[key])
    }
