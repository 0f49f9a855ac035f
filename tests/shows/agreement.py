"""`python -m tests.shows.agreement`: every engine against the plain model, on hundreds of tangles.

Each program of 60 to 150 participants is solved by all engines, every answer is checked, and each
tier that is proved must have the value that a plain model proves, one tier after another, without
any of the solver's short cuts. Prints a line an instance; ends with exit code 1 if one differs.
"""

import argparse
import sys
import time
from dataclasses import dataclass
from typing import get_args

from solver import Problem, Solution, TierValues, objectives, parse_problem
from solver.formulation import Formulation
from solver.solving import EngineName
from tests.bench.plain import BASELINES
from tests.checked import solve
from tests.shows.tangles import tangle

ENGINES: tuple[EngineName, ...] = get_args(EngineName)


@dataclass(frozen=True)
class Outcome:
    """What the plain model proves of one instance, what each engine answers, and how fast."""

    seed: int
    participants: int
    proved: TierValues
    answers: dict[EngineName, Solution]
    seconds: float

    @property
    def late(self) -> list[EngineName]:
        """The engines that did not come to a proof in their time."""
        return [name for name, answer in self.answers.items() if answer.status != "optimal"]

    @property
    def differing(self) -> list[EngineName]:
        """The engines that proved other values than the plain model."""
        proved = [name for name in self.answers if name not in self.late]
        return [name for name in proved if self.answers[name].objective != self.proved]

    @property
    def row(self) -> str:
        values = (f"{value:,}" for value in self.proved)
        verdict = f"not proved in time: {', '.join(self.late)}" if self.late else "equal"
        if self.differing:
            verdict = f"DIFFERENT: {', '.join(self.differing)}"
        cells = (str(self.seed), str(self.participants), *values, f"{self.seconds:.1f} s", verdict)
        return f"| {' | '.join(cells)} |"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.shows.agreement")
    parser.add_argument("--count", type=int, default=200, help="how many problems (default 200)")
    parser.add_argument("--first", type=int, default=0, help="seed of the first (default 0)")
    parser.add_argument("--time-limit", type=float, default=60, help="seconds an engine has")
    options = parser.parse_args()
    heads = ("seed", "participants", *TierValues._fields, "all engines", "verdict")
    print(f"| {' | '.join(heads)} |\n|{'---|' * len(heads)}")
    differing = late = 0
    for seed in range(options.first, options.first + options.count):
        outcome = compared(seed, options.time_limit)
        differing += len(outcome.differing)
        late += len(outcome.late)
        print(outcome.row, flush=True)
    print(
        f"\n{options.count} problems by {len(ENGINES)} engines: {differing} answers differ, ",
        end="",
    )
    print(f"{late} were not proved in time.")
    sys.exit(1 if differing else 0)


def compared(seed: int, time_limit: float) -> Outcome:
    """The tangle of this seed by the plain model and by every engine."""
    problem = parse_problem(tangle(seed))
    began = time.monotonic()
    answers = {name: solve(problem, engine=name, time_limit=time_limit) for name in ENGINES}
    seconds = time.monotonic() - began
    return Outcome(seed, len(problem.participants), plainly(problem), answers, seconds)


def plainly(problem: Problem) -> TierValues:
    """What a plain model of all rules proves, one tier after another."""
    formulation = Formulation(problem)
    plain = BASELINES["highs"](formulation.model.columns, formulation.model.rows)
    signs = (1 if tier.MAXIMIZED else -1 for tier in objectives.ALL)
    tiers = zip(signs, formulation.tiers, strict=True)
    return TierValues(*(sign * plain.best(weights) for sign, weights in tiers))


if __name__ == "__main__":
    main()
