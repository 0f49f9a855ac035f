"""HiGHS first, and CP-SAT beside it where HiGHS takes long: their strengths lie apart."""

from collections.abc import Iterable
from dataclasses import replace

from solver.engines import Allowance, Outcome
from solver.engines.cp_sat import CpSat
from solver.engines.mip import MipSearch
from solver.formulation import Model
from solver.ragged import IntArray

_HEAD_START_SECONDS = 20.0


class Relay:
    """Repeatable unless CP-SAT is the one that comes to its end first."""

    def maximize(
        self, model: Model, objective: IntArray, incumbent: IntArray, allowance: Allowance
    ) -> Outcome:
        mip = MipSearch(model, objective, allowance)
        mip.wait(min(_HEAD_START_SECONDS, allowance.seconds), allowance.cancelled)
        rest = allowance.seconds - _HEAD_START_SECONDS
        if mip.outcome.settles(objective) or rest <= 0 or allowance.cancelled():
            return mip.outcome
        beside = replace(
            allowance,
            seconds=rest,
            cancelled=lambda: allowance.cancelled() or mip.outcome.settles(objective),
        )
        other = CpSat().maximize(model, objective, incumbent, beside)
        if mip.outcome.settles(objective):
            return mip.outcome
        if other.empty:
            return other
        if not other.proves(objective):
            mip.wait(allowance.seconds, allowance.cancelled)
        return _better((mip.outcome, other), objective)


def _better(outcomes: Iterable[Outcome], objective: IntArray) -> Outcome:
    """The better values of all, and the tighter bound."""
    found = [outcome.values for outcome in outcomes if outcome.values is not None]
    bounds = [outcome.bound for outcome in outcomes if outcome.bound is not None]
    return Outcome(
        max(found, key=lambda values: int(objective @ values), default=None),
        min(bounds, default=None),
        repeatable=False,
    )
