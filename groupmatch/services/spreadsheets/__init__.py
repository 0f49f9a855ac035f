"""Spreadsheets in and out: people, therapists, groups, requests, seats and who is kept apart.

One class a kind of record says what its columns are; `table` reads, compares and reports.
"""

from collections.abc import Callable, Mapping

from sqlalchemy.orm import Session

from groupmatch.records import Program
from groupmatch.services import locks
from groupmatch.services.spreadsheets import table
from groupmatch.services.spreadsheets.apart import Apart
from groupmatch.services.spreadsheets.groups import Groups
from groupmatch.services.spreadsheets.people import People
from groupmatch.services.spreadsheets.requests import Requests
from groupmatch.services.spreadsheets.seats import Seats
from groupmatch.services.spreadsheets.table import Change, Problem, Report, Table
from groupmatch.services.spreadsheets.therapists import Therapists

__all__ = ["KINDS", "Change", "Problem", "Report", "export_rows", "import_rows"]

#: The kinds in the order in which they refer to each other.
KINDS: Mapping[str, Callable[[Session, Program], Table]] = {
    "therapists": Therapists,
    "groups": Groups,
    "people": People,
    "requests": Requests,
    "seats": Seats,
    "apart": Apart,
}


def import_rows(session: Session, program: Program, kind: str, content: bytes) -> Report:
    """Read a CSV file into the program, comparing by the key columns.

    All or nothing: with any problem in the report the caller must roll the transaction back.
    """
    locks.hold_program(session, program.id)
    return table.import_table(KINDS[kind](session, program), content)


def export_rows(session: Session, program: Program, kind: str) -> str:
    """The records of a kind as CSV text, in the columns that `import_rows` reads.

    Rows that 42 CFR Part 2 holds back are left out, and the label above the table says so.
    """
    return table.export_table(KINDS[kind](session, program), program)
