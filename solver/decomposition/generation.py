"""Column generation: the master's prices ask for schedules until no better ones exist.

Dantzig & Wolfe (1960). Prices halfway between the master's own and those that proved the best
bound so far move more calmly and arrive in fewer rounds (Wentges 1997).
"""

from contextlib import suppress

import numpy as np

from solver.clock import Clock, OutOfTime
from solver.decomposition.lagrangian import Proof, prove
from solver.decomposition.master import Master
from solver.decomposition.pricing import Schedules
from solver.decomposition.relaxed import Relaxed

_CALM = 0.5


def generate(master: Master, schedules: Schedules, value: int, clock: Clock) -> Proof:
    """The best proof found, where `value` is attained already.

    The master learns the schedules met on the way. It must have some that make a solution.
    Raises `OutOfTime` if there is no proof at all.
    """
    relaxed = Relaxed(master, clock)
    found = tightest = prove(master, schedules, np.zeros(len(master.lower)))
    calm = _CALM
    with suppress(OutOfTime):
        while tightest.whole > value:
            new = master.add(found.schedules)
            if not new and not calm:
                break
            calm = _CALM if new else 0.0
            optimum = relaxed.optimum()
            if optimum is None or tightest.whole <= master.whole_below(optimum.value):
                break
            found = prove(master, schedules, calm * tightest.rates + (1 - calm) * optimum.prices)
            if found.tighter_than(tightest):
                tightest = found
    return tightest
