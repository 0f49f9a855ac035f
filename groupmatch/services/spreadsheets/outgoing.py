"""Tables that leave the site: labelled, and without those of whom they may not tell."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from groupmatch.records import Program
from groupmatch.services.privacy import part2
from groupmatch.services.spreadsheets import sheet


@dataclass(frozen=True)
class Line:
    """One row of a table."""

    cells: Sequence[str]
    #: Ids of the participants of whom it tells.
    tells_of: Collection[str]


def outgoing(
    session: Session, program: Program, header: Sequence[str], lines: Iterable[Line]
) -> str:
    """A program's table as CSV text, as it may leave under 42 CFR Part 2."""
    held, left_out, kept = part2.held_back(session, program), 0, []
    for line in lines:
        if held.isdisjoint(line.tells_of):
            kept.append(line.cells)
        else:
            left_out += 1
    return part2.label(session, program.id, left_out) + sheet.written(header, kept)
