"""Pairs of people who must not meet, as a table."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch.records import ApartPair, Participant, Program
from groupmatch.services.audit import changes
from groupmatch.services.privacy import apart
from groupmatch.services.spreadsheets import references
from groupmatch.services.spreadsheets.cells import Choice, Text
from groupmatch.services.spreadsheets.table import Column, Table, Values


class Apart(Table):
    """The pairs that are kept apart today; whoever is named first makes no difference."""

    def __init__(self, session: Session, program: Program) -> None:
        self.session = session
        people = references.participants(session, program)
        self._people = {
            person.id: person
            for person in session.scalars(
                select(Participant).where(Participant.program_id == program.id)
            )
        }
        holding = session.scalars(
            select(ApartPair).where(
                ApartPair.program_id == program.id, ApartPair.lifted_at.is_(None)
            )
        )
        self._records = {f"{pair.first_id} {pair.second_id}": pair for pair in holding}
        self.stored = {}
        for key, pair in self._records.items():
            first, second = sorted((pair.first_id, pair.second_id), key=people.write)
            self.stored[key] = {
                "first": first,
                "second": second,
                "kind": pair.kind,
                "source": pair.source,
            }
        kinds = {kind: kind for kind in apart.KINDS}
        self.columns = [
            Column("first", people, "Id of one person", required=True, key=True),
            Column("second", people, "Id of the other", required=True, key=True),
            Column("kind", Choice("a kind", kinds), ", ".join(kinds), required=True),
            Column("source", Text(), "Who said so, for staff", empty=""),
        ]

    def tells_of(self, key: str) -> Collection[str]:
        """The two."""
        return (self._records[key].first_id, self._records[key].second_id)

    def key(self, values: Values) -> str:
        """The two, whoever is named first."""
        return " ".join(sorted((values["first"], values["second"])))

    def add(self, values: Values) -> None:
        """Keep two people apart."""
        first, second = self._people[values["first"]], self._people[values["second"]]
        apart.keep_apart(
            self.session,
            first,
            second,
            kind=values["kind"],
            source=values["source"],
            by=None,
        )

    def change(self, key: str, values: Values, columns: Collection[str]) -> None:
        """Change why they are kept apart, or who said so."""
        edits = {column: values[column] for column in columns}
        changes.apply(
            self.session,
            self._records[key],
            edits,
            editable=("kind", "source"),
            private=("source",),
            act="apart.edited",
            by=None,
        )
