"""What a problem file may say, and how it is refused: every error at once, with path and rule."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from solver import ProblemRefused, parse_problem, read_problem
from solver.files.fields import LARGEST
from tests.solver.cases import WEEK, group, person, problem, request

Document = dict[str, Any]


def document() -> Document:
    """One of everything, in order."""
    return problem(
        [
            group("g1", therapists=["t1"], requires={"region": ["NY"]}, max_size=4),
            group("g2", 20, status="proposed", min_size=1),
        ],
        [request("r1"), request("r2", "p1", current_group="g1"), request("r3")],
        participants=[
            person("p1", attributes={"region": ["NY"]}),
            person("p3", attributes={"region": ["TX"]}),
        ],
        therapists=[{"id": "t1", "max_minutes": 1200}],
        plans=[{"id": "plan", "requests": ["r1", "r2"], "min_days": 1}],
        keep_apart=[["p1", "p3"]],
        alternatives=[["g1", "g2"]],
        pins=[["r1", "g2"]],
        bans=[["r3", "g2"]],
    )


def errors_of(asked: object) -> list[tuple[str, str]]:
    with pytest.raises(ProblemRefused) as refused:
        parse_problem(asked)
    return [(error.path, error.rule) for error in refused.value.errors]


def test_a_sound_file_is_read() -> None:
    assert parse_problem(document()).pins == (("r1", "g2"),)


def test_a_file_needs_only_what_has_no_default() -> None:
    read = parse_problem(
        {
            "format": "groupmatch.problem/1",
            "horizon_minutes": WEEK,
            "participants": [{"id": "p", "available": [[0, 60]]}],
            "groups": [{"id": "g", "topic": "t", "meetings": [[0, 60]], "max_size": 1}],
            "requests": [{"id": "r", "participant": "p", "topics": {"t": 0}}],
        }
    )
    assert (read.weeks, read.max_moves, read.groups[0].min_size) == (1, 0, 1)
    assert (read.requests[0].priority, read.groups[0].admits) == (1, True)


def test_the_order_of_a_file_does_not_matter() -> None:
    shuffled: Document = {}
    for key, value in reversed(document().items()):
        shuffled[key] = value[::-1] if isinstance(value, list) else value
    shuffled["groups"] = [dict(reversed(fields.items())) for fields in shuffled["groups"]]
    shuffled["keep_apart"] = [pair[::-1] for pair in shuffled["keep_apart"]]
    assert parse_problem(shuffled) == parse_problem(document())


Change = Callable[[Document], Any]


@pytest.mark.parametrize(
    ("path", "rule", "change"),
    [
        ("$.format", "is groupmatch.problem/1", lambda d: d.update(format="x")),
        ("$.surprise", "unknown key", lambda d: d.update(surprise=1)),
        ("$.groups", "is required", lambda d: d.pop("groups")),
        ("$.groups", "is a list", lambda d: d.update(groups={})),
        ("$.requests[0]", "is an object", lambda d: d.update(requests=[7], plans=[], pins=[])),
        ("$.horizon_minutes", "3 weeks", lambda d: d.update(weeks=3, horizon_minutes=WEEK + 1)),
        ("$.horizon_minutes", "whole number", lambda d: d.update(horizon_minutes=float(WEEK))),
        ("$.max_moves", "whole number", lambda d: d.update(max_moves=-1)),
        ("$.groups[0].max_size", "whole number", lambda d: d["groups"][0].update(max_size=True)),
        ("$.groups[0].max_size", "is required", lambda d: d["groups"][0].pop("max_size")),
        ("$.groups[0].capacity", "unknown key", lambda d: d["groups"][0].update(capacity=3)),
        ("$.groups[0].min_size", "at most max_size", lambda d: d["groups"][0].update(min_size=5)),
        ("$.groups[0].held_seats", "max_size", lambda d: d["groups"][0].update(held_seats=5)),
        ("$.groups[1].min_size", "at least 1", lambda d: d["groups"][1].update(min_size=0)),
        ("$.groups[0].status", "is one of", lambda d: d["groups"][0].update(status="ended")),
        ("$.groups[0].meetings", "at least one", lambda d: d["groups"][0].update(meetings=[])),
        ("$.groups[0].admits", "true or false", lambda d: d["groups"][0].update(admits=1)),
        (
            "$.groups[0].therapists",
            "a therapist",
            lambda d: d["groups"][0].update(therapists=["x"]),
        ),
        ("$.groups[1].id", "stands once", lambda d: d["groups"][1].update(id="g1")),
        ("$.requests[0].priority", "from 1", lambda d: d["requests"][0].update(priority=0)),
        (
            "$.requests[0].priority",
            f"to {LARGEST}",
            lambda d: d["requests"][0].update(priority=LARGEST + 1),
        ),
        (
            "$.requests[0].participant",
            "participant",
            lambda d: d["requests"][0].update(participant="?"),
        ),
        (
            "$.requests[1].current_group",
            "proposed",
            lambda d: d["requests"][1].update(current_group="g2"),
        ),
        (
            "$.requests[0].avoid_groups",
            "a group",
            lambda d: d["requests"][0].update(avoid_groups=["?"]),
        ),
        ("$.requests[0].topics", "is required", lambda d: d["requests"][0].pop("topics")),
        (
            "$.requests[0].topics.anger",
            "from 0",
            lambda d: d["requests"][0].update(topics={"anger": -1}),
        ),
        ("$.plans[0].requests", "a plan has requests", lambda d: d["plans"][0].update(requests=[])),
        (
            "$.plans[0].requests",
            "one participant",
            lambda d: d["plans"][0].update(requests=["r1", "r3"]),
        ),
        (
            "$.plans[1].requests",
            "one plan at most",
            lambda d: d["plans"].append({"id": "other", "requests": ["r1"]}),
        ),
        ("$.keep_apart[0]", "from itself", lambda d: d.update(keep_apart=[["p1", "p1"]])),
        ("$.keep_apart[0]", "a pair", lambda d: d.update(keep_apart=[["p1", "p3", "p1"]])),
        ("$.alternatives[0]", "a group", lambda d: d.update(alternatives=[["g1", "g7"]])),
        ("$.pins[1]", "one pin at most", lambda d: d["pins"].append(["r1", "g2"])),
        ("$.pins[0]", "not also banned", lambda d: d["bans"].append(["r1", "g2"])),
        ("$.pins[1]", "group_requires: region", lambda d: d["pins"].append(["r3", "g1"])),
        ("$.bans[0]", "a request", lambda d: d.update(bans=[["?", "g1"]])),
    ],
)
def test_a_wrong_file_is_refused_with_path_and_rule(path: str, rule: str, change: Change) -> None:
    asked = document()
    change(asked)
    found = errors_of(asked)
    assert [error for error in found if error[0] == path and rule in error[1]], found


@pytest.mark.parametrize(
    "interval", [[60, 0], [60, 60], [0, WEEK + 1], [-1, 60], [0], [0, 60, 1, 1], ["0", 60], 7]
)
def test_an_interval_lies_forward_within_the_horizon(interval: object) -> None:
    for key, records in (("available", "participants"), ("meetings", "groups")):
        asked = document()
        asked[records][0][key] = [interval]
        asked["pins"] = []
        assert errors_of(asked)[0][0].startswith(f"$.{records}[0].{key}[0]")


def test_all_errors_of_a_file_are_told_together() -> None:
    asked = document()
    asked["participants"][0]["available"] = [[60, 0]]
    asked["groups"][1]["min_size"] = 0
    asked["requests"][0]["color"] = "red"
    asked["pins"].append(["r3", "g1"])
    assert [path for path, _ in errors_of(asked)] == [
        "$.participants[0].available[0]",
        "$.groups[1].min_size",
        "$.requests[0].color",
        "$.pins[1]",
    ]


@pytest.mark.parametrize(
    ("path", "change"),
    [
        ("$.groups[0].topic", lambda d: d["groups"][0].update(topic=5, therapists=[])),
        ("$.groups", lambda d: d.update(groups={})),
        ("$.horizon_minutes", lambda d: d.update(horizon_minutes="a week")),
        ("$.requests[2]", lambda d: d.update(requests=[*d["requests"][:2], None], bans=[])),
    ],
)
def test_a_wrong_value_causes_no_second_error_elsewhere(path: str, change: Change) -> None:
    asked = document()
    asked["pins"] = [["r1", "g1"]]
    change(asked)
    assert [error[0] for error in errors_of(asked)] == [path]


def test_a_seated_request_may_be_pinned_to_its_own_group_and_stays() -> None:
    asked = document()
    asked["groups"][0]["admits"] = False
    asked["pins"] = [["r2", "g1"]]
    assert parse_problem(asked).pins == (("r2", "g1"),)


def test_totals_beyond_exact_arithmetic_are_refused() -> None:
    dear = {"anger": LARGEST}
    asked = problem(
        [group("g1", meetings=[[n, n + 1] for n in range(9000)])],
        [request(f"r{n}", "p", topics=dear) for n in range(1001)],
        participants=[person("p", available=[[0, WEEK, LARGEST]])],
    )
    assert errors_of(asked) == [("$", "the total of tier cost stays within 2^53")]
    asked["groups"][0]["admits"] = False
    parse_problem(asked)


@pytest.mark.parametrize(
    ("text", "path"),
    [
        (b"\xff\xfe{", "$"),
        (b"", "$"),
        (b"{", "$"),
        (b"[" * 100_000, "$"),
        (b"[]", "$"),
        (b'{"format": "groupmatch.problem/1", "format": "x"}', "$.format"),
        (b'{"horizon_minutes": NaN}', "$.horizon_minutes"),
        (b'{"horizon_minutes": 1e999}', "$.horizon_minutes"),
        (b'{"horizon_minutes": ' + b"9" * 5000 + b"}", "$.horizon_minutes"),
        (b'{"weeks": "\\ud800"}', "$.weeks"),
    ],
)
def test_text_that_is_no_plain_json_is_refused_with_its_place(text: bytes, path: str) -> None:
    with pytest.raises(ProblemRefused) as refused:
        read_problem(text)
    assert path in [error.path for error in refused.value.errors]
    assert str(refused.value).isprintable() or "\n" in str(refused.value)


def test_a_byte_order_mark_is_no_error() -> None:
    assert read_problem(b"\xef\xbb\xbf" + json.dumps(document()).encode()).weeks == 1
