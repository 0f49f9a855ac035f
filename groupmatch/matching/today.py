"""What the seats of today break, by the rules of the night."""

from collections.abc import Collection
from datetime import date

from sqlalchemy.orm import Session

from groupmatch.database import Json
from groupmatch.matching.compile import compile_program
from groupmatch.records import Program
from solver.check import warnings
from solver.roster import Roster


def broken_today(
    session: Session, program: Program, people: Collection[str], *, on: date
) -> list[Json]:
    """The rules that stand broken among these participants, each with the ids concerned."""
    compiled = compile_program(session, program, on=on, only=people, gates=False)
    seats = {each.id: each.seat for each in compiled.problem.requests if each.seat}
    found = warnings(Roster(compiled.problem, seats))
    return [compiled.in_records(each.as_json()) for each in found]
