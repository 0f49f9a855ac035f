"""From the database to the solver and back: the only room, beside the command line, that solves.

`compile` reads a program and makes the problem; `solving` solves it in a process of its own;
`proposal` puts the solution into the ids of the database, in bundles that hold on their own.
"""

from groupmatch.matching.child_process import Limits, SolveFailed
from groupmatch.matching.compile import Compiled, compile_program
from groupmatch.matching.elsewhere import elsewhere, suiting_but_full
from groupmatch.matching.fits import Fit, Fits, fit, fits, kept_away
from groupmatch.matching.kept_run import KeptRun
from groupmatch.matching.next_in_line import next_in_line
from groupmatch.matching.open_to import open_to
from groupmatch.matching.proposal import (
    NotPlaced,
    ProposedSeat,
    facts_of,
    kind_of,
    not_placed,
    proposed_bundles,
    proposed_seat,
)
from groupmatch.matching.room import reserved
from groupmatch.matching.solved_run import Choice, SolvedRun, Step
from groupmatch.matching.solving import solve_in_child
from groupmatch.matching.standing import LeftOut, Standing
from groupmatch.matching.timeline import Calendar
from groupmatch.matching.today import broken_today
from solver import Progress, Solution, Violation, violations
from solver.eligibility import RULES as ELIGIBILITY

__all__ = [
    "ELIGIBILITY",
    "Calendar",
    "Choice",
    "Compiled",
    "Fit",
    "Fits",
    "KeptRun",
    "LeftOut",
    "Limits",
    "NotPlaced",
    "Progress",
    "ProposedSeat",
    "Solution",
    "SolveFailed",
    "SolvedRun",
    "Standing",
    "Step",
    "Violation",
    "broken_today",
    "compile_program",
    "elsewhere",
    "facts_of",
    "fit",
    "fits",
    "kept_away",
    "kind_of",
    "next_in_line",
    "not_placed",
    "open_to",
    "proposed_bundles",
    "proposed_seat",
    "reserved",
    "solve_in_child",
    "suiting_but_full",
    "violations",
]
