"""For every field of a problem file: what it may not hold, as JSON text; and which are required.

The numbers are text because Python would not write most of them.
"""

_NOT_A_NUMBER = ("1.0", "1.5", "1e2", "-0.0", "true", "false", '"7"', "[]", "{}", "[3]")
_ENDLESS = ("NaN", "Infinity", "-Infinity", "1e400", "1" + "0" * 400, "9" * 5000)
_SIGNED = (*_NOT_A_NUMBER, *_ENDLESS, "null", "-1000000001", "1000000001")
_COUNT_OR_NULL = (*_NOT_A_NUMBER, *_ENDLESS, "-1", "1000000001")
_COUNT = (*_COUNT_OR_NULL, "null")
_POSITIVE = (*_COUNT, "0")
_TEXT_OR_NULL = ("1", "true", "[]", "{}", "NaN", '["g1"]')
_TEXT = (*_TEXT_OR_NULL, "null")
_FLAG = ("0", "1", "null", '"true"', "[]")
_LIST = ("null", "1", '"x"', "{}", "true")
_TEXTS = (*_LIST, "[1]", "[null]", '[["x"]]', '["x", 2]', "[NaN]")
_VALUES = ("null", "1", '"x"', "[]", '{"k": "NY"}', '{"k": [1]}', '{"k": null}', '{"k": {}}')
_COSTS = ("null", "1", "[]", '{"anger": -1}', '{"anger": 1.0}', '{"anger": "1"}', '{"anger": NaN}')
_INTERVALS = (
    *_LIST,
    *("[[5]]", "[5, 6]", "[[]]", '["56"]', "[[5, null]]", "[[5, 6.0]]", "[[-1, 5]]", "[[9, 5]]"),
    "[[5, 5]]",
    *("[[0, 1000000]]", "[[5, true]]", "[[5, Infinity]]", "[[1, 2, 3, 4]]", "[[5, 6, -1]]"),
)
_LIMITS = (
    *_LIST,
    *("[1]", "[{}]", '[{"attribute": "k", "value": "v"}]'),
    '[{"attribute": "k", "value": "v", "max": -1}]',
    '[{"attribute": "k", "value": "v", "max": 1, "min": 0}]',
)

WRONG: dict[str, dict[str, tuple[str, ...]]] = {
    "participants": {
        "id": _TEXT,
        "available": _INTERVALS,
        "attributes": _VALUES,
        "day_offset_minutes": _SIGNED,
    },
    "therapists": {"id": _TEXT, "max_minutes": _COUNT_OR_NULL},
    "groups": {
        "id": _TEXT,
        "topic": _TEXT,
        "therapists": _TEXTS,
        "meetings": (*_INTERVALS, "[]", "[[1, 2, 3]]"),
        "min_size": _COUNT,
        "max_size": _COUNT,
        "held_seats": _COUNT,
        "status": (*_TEXT, '"open"'),
        "admits": _FLAG,
        "open_cost": _COUNT,
        "requires": _VALUES,
        "attributes": _VALUES,
        "limits": _LIMITS,
    },
    "requests": {
        "id": _TEXT,
        "participant": _TEXT,
        "topics": _COSTS,
        "requires": _VALUES,
        "priority": _POSITIVE,
        "current_group": _TEXT_OR_NULL,
        "wants_switch": _FLAG,
        "displaced": _FLAG,
        "avoid_groups": _TEXTS,
        "avoid_therapists": _TEXTS,
        "therapist_cost": _COSTS,
        "group_cost": _COSTS,
    },
    "plans": {
        "id": _TEXT,
        "requests": (*_TEXTS, "[]"),
        "min_minutes": _COUNT_OR_NULL,
        "max_minutes": _COUNT_OR_NULL,
        "min_days": _COUNT_OR_NULL,
        "max_minutes_per_day": _COUNT_OR_NULL,
    },
}
_PAIRS = (*_LIST, '["ab"]', "[1]", "[[]]", '[["p1"]]', '[["a", "b", "c"]]', '[["p1", 1]]')
WRONG_AT_THE_TOP = {
    "format": (*_TEXT, '"groupmatch.problem/2"', '"groupmatch.solution/1"'),
    "horizon_minutes": _POSITIVE,
    "weeks": _POSITIVE,
    "max_moves": _COUNT_OR_NULL,
    **dict.fromkeys(WRONG, (*_LIST, "[1]", "[[]]", '["p1"]', "[null]")),
    **dict.fromkeys(("keep_apart", "pins", "bans"), _PAIRS),
    "alternatives": (*_LIST, "[1]", '["g1"]', "[[1]]", "[null]"),
}
REQUIRED = {
    "participants": ("id", "available"),
    "therapists": ("id",),
    "groups": ("id", "topic", "meetings", "max_size"),
    "requests": ("id", "participant", "topics"),
    "plans": ("id", "requests"),
}
REQUIRED_AT_THE_TOP = ("format", "horizon_minutes", "participants", "groups", "requests")
