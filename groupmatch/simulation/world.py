"""One simulated program: its database, its luck, and the look after each step."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import ColumnElement, Select, func
from sqlalchemy.orm import Session

from groupmatch.database import Database
from groupmatch.errors import Refused
from groupmatch.records import Participant, Program, Request
from groupmatch.simulation.assumptions import Assumptions
from groupmatch.simulation.chance import Chance
from groupmatch.simulation.facts import Facts, look
from groupmatch.simulation.invariants import broken

Result = TypeVar("Result")
About = ParamSpec("About")


class InvariantBroken(Exception):
    """What must always hold did not, after a step: the simulation ends."""

    def __init__(self, step: str, wrong: Sequence[str]) -> None:
        super().__init__(step, wrong)
        self.step, self.wrong = step, wrong

    def __str__(self) -> str:
        return f"{self.step}: " + "; ".join(self.wrong)


@dataclass
class World:
    """One program through one year."""

    database: Database
    program_id: str
    #: The account of the one person who coordinates and decides as a clinician.
    staff: str
    chance: Chance
    assumed: Assumptions
    #: What happened, counted by name.
    tally: Counter[str] = field(default_factory=Counter)
    _seen: Facts | None = None

    def act(
        self,
        act: Callable[Concatenate["World", Session, About], Result],
        *about: About.args,
        **more: About.kwargs,
    ) -> Result | None:
        """Do one thing in a transaction of its own; None where the program refuses."""
        try:
            with self.database.transaction() as session:
                return act(self, session, *about, **more)
        except Refused as refused:
            self.tally[f"refused: {refused.code}"] += 1
            return None

    def read(
        self,
        ask: Callable[Concatenate["World", Session, About], Result],
        *about: About.args,
        **more: About.kwargs,
    ) -> Result:
        """Answer one question about the present."""
        with self.database.read() as session:
            return ask(self, session, *about, **more)

    def ids(self, query: Select[str]) -> Sequence[str]:
        """The ids that a query finds at present."""
        with self.database.read() as session:
            return session.scalars(query).all()

    def program(self, session: Session) -> Program:
        """The one program."""
        return session.get_one(Program, self.program_id)

    def hold_to(self, step: str, *, by_person: bool) -> None:
        """Compare the present with the last look. Raises InvariantBroken."""
        with self.database.read() as session:
            now = look(session)
            if self._seen is not None:
                wrong = broken(session, self._seen, now, by_person=by_person)
                self.tally["looks"] += 1
                if wrong:
                    raise InvariantBroken(step, wrong)
        self._seen = now


def key_of(record: Participant | Request) -> str:
    """What chance knows somebody, or their need, by: the same in every year."""
    return record.external_id or record.id


def key_in(table: type[Participant] | type[Request]) -> ColumnElement[str]:
    """The same as a column."""
    return func.coalesce(table.external_id, table.id)
