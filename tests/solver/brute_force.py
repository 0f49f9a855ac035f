"""The optimum of a tiny problem by trying every assignment. Slow, plain, and hard to get wrong."""

from collections.abc import Iterator
from itertools import product

from tests.solver.judge import SENSES, Json, Judge

Values = tuple[int, int, int, int, int]


def optimum(problem: Json) -> tuple[Values, dict[str, str]]:
    """The best values of the five tiers, in their strict order, and seats that attain them."""
    judge = Judge(problem)
    best = {r: g for r, g in judge.current.items() if g is not None}
    best_values = judge.values(best)
    for seats in assignments(judge):
        values = judge.values(seats)
        if rank(values) > rank(best_values) and not judge.violations(seats):
            best, best_values = seats, values
    return best_values, best


def assignments(judge: Judge) -> Iterator[dict[str, str]]:
    """Every way to give each request a candidate, its present seat, or nothing if it waits."""
    options: list[list[str | None]] = [
        [judge.current[r], *judge.candidates(r)] for r in judge.requests
    ]
    for chosen in product(*options):
        yield {r: g for r, g in zip(judge.requests, chosen, strict=True) if g is not None}


def valid_values(problem: Json) -> set[Values]:
    """The values of all valid assignments."""
    judge = Judge(problem)
    return {judge.values(seats) for seats in assignments(judge) if not judge.violations(seats)}


def rank(values: Values) -> tuple[int, ...]:
    """Tuples that compare as solutions do: the greater, the better."""
    return tuple(sense * value for sense, value in zip(SENSES, values, strict=True))
