"""Therapists as a table, with their licenses and hours."""

from collections.abc import Collection, Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from groupmatch import clock
from groupmatch.records import License, Program, Therapist
from groupmatch.services.hours import availability
from groupmatch.services.hours.availability import Span
from groupmatch.services.spreadsheets.cells import Text, Whole, YesNo, Zone
from groupmatch.services.spreadsheets.decisions import Authority, Licenses, in_order
from groupmatch.services.spreadsheets.list_cells import AttributeValues, Hours
from groupmatch.services.spreadsheets.table import Column, Table, Values
from groupmatch.services.therapists import therapists

_FIELDS = {
    "id": "external_id",
    "first_name": "first_name",
    "last_name": "last_name",
    "email": "email",
    "timezone": "timezone",
    "max_weekly_minutes": "max_minutes",
    "attributes": "attributes",
    "active": "active",
}


class Therapists(Table):
    """The therapists, those who no longer work here among them."""

    def __init__(self, session: Session, program: Program) -> None:
        self.session, self._program = session, program
        self._hours: list[tuple[availability.Owner, list[Span]]] = []
        self._today = clock.today(program.timezone)
        compacts = {code: code for code in therapists.compacts(session)}
        self._licenses = Licenses(compacts, self._today)
        found = session.scalars(
            select(Therapist)
            .where(Therapist.program_id == program.id)
            .options(selectinload(Therapist.licenses))
        )
        self._weekly = availability.weekly_of_therapists(session, program)
        self._records = {each.external_id or each.id: each for each in found}
        self.stored = {key: self._values(key, each) for key, each in self._records.items()}
        self.columns = _columns(self._licenses)

    def tells_of(self, key: str) -> Collection[str]:
        """Nobody."""
        return ()

    def add(self, values: Values) -> None:
        """Add a therapist, with licenses and hours."""
        fields = {field: values[column] for column, field in _FIELDS.items()}
        made = therapists.add_therapist(self.session, self._program, by=None, **fields)
        for held in values["licenses"]:
            self._add_license(made, held)
        self._hours.append((made, values["availability"]))

    def write(self) -> None:
        """Write what was added or changed so far, and then the hours of whoever is new."""
        availability.set_first(self.session, self._hours, by=None)
        self._hours.clear()

    def change(self, key: str, values: Values, columns: Collection[str]) -> None:
        """Change fields, licenses and hours; a license that is gone ended yesterday."""
        therapist = self._records[key]
        edits = {_FIELDS[column]: values[column] for column in columns if column in _FIELDS}
        if edits:
            therapists.edit_therapist(self.session, therapist, by=None, **edits)
        if "availability" in columns:
            availability.set_weekly(self.session, therapist, values["availability"], by=None)
        if "licenses" in columns:
            self._change_licenses(therapist, values["licenses"])

    def _change_licenses(self, therapist: Therapist, wanted: list[Authority]) -> None:
        present = dict(self._held(therapist))
        gone = [held for authority, held in present.items() if authority not in wanted]
        for authority in wanted:
            if authority not in present:
                self._prolong_or_add(therapist, authority, gone)
        for held in gone:
            last_on = max(held.valid_from, self._today - timedelta(days=1))
            therapists.end_license(self.session, held, last_on=last_on, by=None)

    def _prolong_or_add(
        self, therapist: Therapist, authority: Authority, gone: list[License]
    ) -> None:
        """A license with another last date is the same one, unless it would lose its end."""
        for held in gone:
            same = (held.region or held.compact, held.valid_from)
            if same == (authority.where, authority.valid_from) and authority.valid_to:
                gone.remove(held)
                therapists.end_license(self.session, held, last_on=authority.valid_to, by=None)
                return
        self._add_license(therapist, authority)

    def _add_license(self, therapist: Therapist, authority: Authority) -> None:
        in_compact = authority.where in self._licenses.compacts
        therapists.add_license(
            self.session,
            therapist,
            region=None if in_compact else authority.where,
            compact=authority.where if in_compact else None,
            valid_from=authority.valid_from,
            valid_to=authority.valid_to,
            by=None,
        )

    def _values(self, key: str, therapist: Therapist) -> dict[str, Any]:
        fields = {column: getattr(therapist, field) for column, field in _FIELDS.items()}
        return {
            **fields,
            "id": key,
            "licenses": in_order(authority for authority, _ in self._held(therapist)),
            "availability": self._weekly.get(therapist.id, []),
        }

    def _held(self, therapist: Therapist) -> Iterator[tuple[Authority, License]]:
        """The licenses that are not over, as the cell has them."""
        for held in therapist.licenses:
            where = held.region or held.compact or ""
            authority = Authority(where, held.valid_from, held.valid_to)
            if not self._licenses.over(authority):
                yield authority, held


def _columns(licenses: Licenses) -> list[Column]:
    return [
        Column("id", Text(), "Their id in your own system", required=True, key=True),
        Column("first_name", Text(), "Shown to members", required=True),
        Column("last_name", Text(), "Shown to members", required=True),
        Column("email", Text(), "Where they are invited", empty=""),
        Column("timezone", Zone(), "Where they work, as America/New_York", required=True),
        Column("max_weekly_minutes", Whole(), "Most minutes of sessions a week"),
        Column(
            "licenses", licenses, "As NY; NJ until 2027-03-31; psypact from 2025-07-01", empty=[]
        ),
        Column(
            "attributes",
            AttributeValues(),
            "What requests may ask for, as gender=woman; modality=CBT",
            empty={},
        ),
        Column("availability", Hours(), "As Mon 09:00-17:00", empty=[]),
        Column("active", YesNo(), "no for those who left", empty=True),
    ]
