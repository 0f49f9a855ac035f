"""The years that one report compares: each policy, and each at fewer and more refusals."""

import multiprocessing
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from groupmatch.simulation import year
from groupmatch.simulation.assumptions import Assumptions
from groupmatch.simulation.first_come import first_come
from groupmatch.simulation.nights import Policy, best_match
from groupmatch.simulation.year import Lived, Start

NIGHTLY, FIRST_COME = "nightly match", "first come, first served"

#: The ways to give seats, by the name in the report.
POLICIES: Mapping[str, Policy] = {NIGHTLY: best_match, FIRST_COME: first_come}


@dataclass(frozen=True, order=True)
class Scenario:
    """One policy, with so many times the assumed refusals."""

    policy: str
    refusals: float = 1.0


def scenarios(assumed: Assumptions, *, sensitivity: bool) -> list[Scenario]:
    """Both policies, as assumed or at all scales of refusals."""
    scales: Sequence[float] = assumed.refusal_scales if sensitivity else (1.0,)
    return [Scenario(policy, scale) for scale in scales for policy in POLICIES]


def live_all(
    wanted: Iterable[Scenario],
    assumed: Assumptions,
    *,
    seed: int,
    weeks: int,
    processes: int,
    on_lived: Callable[[Scenario], None] = lambda scenario: None,
) -> dict[Scenario, Lived]:
    """Live a year for each scenario, from the same start. Raises InvariantBroken.

    One process lives them in turn, in itself; more are started afresh.
    """
    lived = {}
    with tempfile.TemporaryDirectory(prefix="groupmatch-simulate-") as name:
        start = year.prepare(Path(name), assumed, seed=seed, weeks=weeks)
        live = partial(live_one, start, assumed, weeks=weeks)
        for scenario, each in (_in_turn if processes == 1 else _at_once)(live, wanted, processes):
            lived[scenario] = each
            on_lived(scenario)
    return lived


def live_one(start: Start, assumed: Assumptions, scenario: Scenario, *, weeks: int) -> Lived:
    """Live one of the years, in a folder of its own."""
    policy, refusals = POLICIES[scenario.policy], assumed.with_refusals(scenario.refusals)
    with tempfile.TemporaryDirectory(dir=start.file.parent) as folder:
        return year.live(start, Path(folder), policy, refusals, weeks=weeks)


_Live = Callable[[Scenario], Lived]


def _in_turn(live: _Live, wanted: Iterable[Scenario], _: int) -> Iterator[tuple[Scenario, Lived]]:
    return ((scenario, live(scenario)) for scenario in wanted)


def _at_once(
    live: _Live, wanted: Iterable[Scenario], processes: int
) -> Iterator[tuple[Scenario, Lived]]:
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=fresh) as pool:
        jobs = {pool.submit(live, scenario): scenario for scenario in wanted}
        try:
            for job in as_completed(jobs):
                yield jobs[job], job.result()
        finally:
            pool.shutdown(cancel_futures=True)
