"""`check` finds whatever is changed in a right solution."""

from collections.abc import Callable
from typing import Any

import pytest

from solver import SolutionRefused, check, parse_solution, read_solution, write_solution
from tests.checked import solve
from tests.solver.cases import group, parsed, request, rules

ASKED = parsed(
    [
        group("g1", max_size=2),
        group("g2", 20, status="proposed", min_size=1, open_cost=3, topic="grief"),
    ],
    [
        request("r1", priority=5),
        request("r2", priority=4, topics={"anger": 2}),
        request("r3"),
        request("r4", current_group="g1"),
        request("r5", topics={"grief": 0}),
    ],
)


def solved() -> dict[str, Any]:
    document = solve(ASKED).as_json()
    assert document["seats"] == [
        {"request": "r1", "group": "g1", "new": True},
        {"request": "r4", "group": "g1", "new": False},
        {"request": "r5", "group": "g2", "new": True},
    ]
    return document


def test_the_solvers_own_answer_is_right() -> None:
    assert check(ASKED, parse_solution(solved())) == []
    solution = solve(ASKED, explain=True)
    assert read_solution(write_solution(solution)).as_json() == solution.as_json()


def test_an_answer_to_any_seed_that_one_may_give_is_read() -> None:
    solution = solve(ASKED, seed=2**31 - 1)
    assert read_solution(write_solution(solution)).seed == solution.seed


Change = Callable[[dict[str, Any]], Any]


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("objective", lambda d: d["objective"].update(placed=7)),
        ("objective", lambda d: d["objective"].update(opened=1)),
        ("bounds", lambda d: d["bounds"].update(placed=7)),
        ("bounds", lambda d: d["bounds"].update(cost=1)),
        ("bounds", lambda d: d.update(status="feasible") or d["bounds"].update(placed=5)),
        ("bounds", lambda d: d.update(status="feasible") or d["bounds"].update(opened=5)),
        ("form", lambda d: d["seats"].reverse()),
        ("form", lambda d: d["seats"][0].update(new=False)),
        ("form", lambda d: d["seats"][1].update(new=True)),
        ("form", lambda d: d["seats"][0].update(request="nobody")),
        ("form", lambda d: d["seats"][0].update(group="nowhere")),
        ("form", lambda d: d["unplaced"].pop()),
        ("form", lambda d: d["unplaced"].append({"request": "r1"})),
        ("form", lambda d: d["unplaced"].append(d["unplaced"][0])),
        ("form", lambda d: d["opened"].clear()),
        ("form", lambda d: d["opened"].append("g1")),
        ("one_seat", lambda d: d["seats"].insert(0, d["seats"][0])),
        ("one_seat", lambda d: d["seats"].pop(1)),
        ("capacity", lambda d: d["seats"].insert(1, {"request": "r2", "group": "g1", "new": True})),
        ("topic", lambda d: d["seats"][0].update(group="g2")),
    ],
)
def test_a_changed_solution_is_wrong(rule: str, change: Change) -> None:
    document = solved()
    change(document)
    assert rule in rules(check(ASKED, parse_solution(document)))


def test_looser_bounds_are_right_while_nothing_is_proved() -> None:
    document = solved()
    document["status"] = "feasible"
    document["bounds"] |= {"placed": 100, "opened": 0}
    assert check(ASKED, parse_solution(document)) == []


@pytest.mark.parametrize(
    ("path", "change"),
    [
        ("$.format", lambda d: d.update(format="groupmatch.problem/1")),
        ("$.status", lambda d: d.update(status="best")),
        ("$.status", lambda d: d.pop("status")),
        ("$.objective.cost", lambda d: d["objective"].pop("cost")),
        ("$.bounds.cost", lambda d: d["bounds"].update(cost=1.5)),
        ("$.seats", lambda d: d.pop("seats")),
        ("$.seats[0].new", lambda d: d["seats"][0].pop("new")),
        ("$.opened[0]", lambda d: d.update(opened=[1])),
        ("$.unplaced", lambda d: d.pop("unplaced")),
        ("$.extra", lambda d: d.update(extra=1)),
    ],
)
def test_a_file_of_another_form_is_refused(path: str, change: Change) -> None:
    document = solved()
    change(document)
    with pytest.raises(SolutionRefused) as refused:
        parse_solution(document)
    assert path in [error.path for error in refused.value.errors]
