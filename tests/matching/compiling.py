"""Compiles the cast's program, and finds what became of one record."""

from datetime import date

from sqlalchemy.orm import Session

from groupmatch.database import Json
from groupmatch.matching import Compiled, compile_program
from groupmatch.records import Group, Participant, Program, Request
from solver import Problem, failing_rules
from tests.cast import TODAY


def compiled(
    session: Session, program: Program, *, on: date = TODAY, gates: bool = True
) -> Compiled:
    """The program as of today, or of another date."""
    session.flush()
    return compile_program(session, program, on=on, gates=gates)


def group_in(found: Compiled, group: Group) -> Json:
    """A group as the solver sees it."""
    return _one(found.document["groups"], group.id)


def request_in(found: Compiled, request: Request) -> Json:
    """A request as the solver sees it."""
    return _one(found.document["requests"], request.id)


def participant_in(found: Compiled, participant: Participant) -> Json:
    """A participant as the solver sees them."""
    return _one(found.document["participants"], participant.id)


def takes_part(found: Compiled, request: Request) -> bool:
    """Whether the request is in the problem."""
    return request.id in found.problem.request


def failing(problem: Problem, request: Request, group: Group) -> set[str]:
    """The rules of eligibility that a new seat would break."""
    return {rule.rule for rule in failing_rules(problem, request.id, group.id)}


def gates_of(found: Compiled, request: Request) -> set[str] | None:
    """The gates that keep a request out; None when it takes part."""
    return next((set(left.gates) for left in found.left_out if left.request_id == request.id), None)


def _one(records: list[Json], name: str) -> Json:
    return next(record for record in records if record["id"] == name)
