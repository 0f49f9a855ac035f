"""What is wrong with a solution file, judged without the solver (spec: *Solution*)."""

from tests.solver.judge import SENSES, TIERS, Json, Judge

_KEYS = {
    "format",
    "status",
    "objective",
    "bounds",
    "seats",
    "opened",
    "unplaced",
    "warnings",
    "stats",
}


def faults(problem: Json, solution: Json) -> list[str]:
    """Everything that is wrong; empty if the solution is valid and its numbers are right."""
    judge = Judge(problem)
    listed = [seat["request"] for seat in solution["seats"]]
    seats = {seat["request"]: seat["group"] for seat in solution["seats"]}
    if listed != sorted(set(listed)) or not set(seats) <= set(judge.requests):
        return ["seats: not each known request once, in order"]
    return [
        *_form(judge, solution, seats),
        *judge.violations(seats),
        *_numbers(solution, judge.values(seats)),
    ]


def _form(judge: Judge, solution: Json, seats: dict[str, str]) -> list[str]:
    right = {
        "format": solution["format"] == "groupmatch.solution/1",
        "keys": set(solution) == _KEYS,
        "new": all(s["new"] == judge.is_new(s["request"], seats) for s in solution["seats"]),
        "opened": sorted(solution["opened"]) == sorted(judge.opened(seats)),
        "unplaced": sorted(entry["request"] for entry in solution["unplaced"])
        == sorted(r for r in judge.requests if r not in seats),
    }
    return [f"form: {part}" for part, holds in right.items() if not holds]


def _numbers(solution: Json, values: tuple[int, ...]) -> list[str]:
    found = []
    for tier, sense, value in zip(TIERS, SENSES, values, strict=True):
        stated, bound = solution["objective"][tier], solution["bounds"][tier]
        if stated != value:
            found.append(f"objective: {tier} is {value}, not {stated}")
        if sense * bound < sense * value:
            found.append(f"bounds: {tier} {bound} is worse than {value}")
    proved = solution["bounds"] == solution["objective"]
    if proved != (solution["status"] == "optimal"):
        found.append(f"status: {solution['status']}")
    return found
