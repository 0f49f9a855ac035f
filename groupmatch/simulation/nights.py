"""The night of a simulated day: the real one, but that it solves in this process."""

from collections.abc import Callable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch import matching
from groupmatch.matching.solve_here import solve_here
from groupmatch.records import Group, GroupStatus, Run
from groupmatch.services.offers import offers
from groupmatch.services.runs import nightly, runs
from groupmatch.services.sessions import sessions
from groupmatch.simulation.world import World

#: Decides who gets which seat, from a compiled night.
Policy = Callable[[matching.Compiled], matching.Solution]

#: A night of the demo program takes a tenth of a second.
_SECONDS = 60.0


def best_match(compiled: matching.Compiled) -> matching.Solution:
    """What groupmatch does: everybody at once, as well as possible."""
    return solve_here(compiled.problem, seconds=_SECONDS)


def run_night(world: World, policy: Policy) -> None:
    """Claim the night, match, and keep the draft. Raises RuntimeError where no night is due."""
    run_id = world.act(_claimed)
    if run_id is None:
        raise RuntimeError("no night was due")
    with world.database.read() as session:
        run = session.get_one(Run, run_id)
        compiled = matching.compile_program(session, world.program(session), on=run.local_date)
    solution = policy(compiled)
    wrong = matching.violations(compiled.problem, solution.assignment)
    if wrong:
        raise RuntimeError(f"the policy gave seats that break rules: {wrong}")
    world.tally["nights"] += 1
    world.tally["nights proved"] += solution.status == "optimal"
    with world.database.transaction() as session:
        runs.keep(session, session.get_one(Run, run_id), compiled, solution)


def lapse(world: World) -> int:
    """What the scheduler asks every minute: which offers are over; returns how many."""
    return offers.lapse_all_due(world.database)


def lay_out(world: World, on: date) -> None:
    """Lay out sessions for groups that have none, and each Monday for all.

    The scheduler does so every day, which changes nothing in the ten weeks ahead.
    """
    if on.weekday() == 0 or world.read(_some_have_none):
        sessions.lay_out_due(world.database)


def _some_have_none(_: World, session: Session) -> bool:
    none = select(Group.id).where(
        Group.status == GroupStatus.RUNNING, Group.sessions_until.is_(None)
    )
    return session.scalars(none).first() is not None


def _claimed(world: World, session: Session) -> str | None:
    on = nightly.is_due(world.program(session))
    return nightly.claim(session, nightly.Night(world.program_id, on)) if on else None
