"""Participants as a table, with their hours and the gates that others have cleared."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch import clock
from groupmatch.records import (
    Availability,
    Gate,
    GateKind,
    LevelOfCare,
    Participant,
    ParticipantStatus,
    Payer,
    Program,
)
from groupmatch.services.care import gates
from groupmatch.services.hours import availability
from groupmatch.services.hours.availability import Span
from groupmatch.services.participants import people
from groupmatch.services.programs import governed
from groupmatch.services.spreadsheets.cells import Choice, Region, Text, YesNo, Zone
from groupmatch.services.spreadsheets.decisions import (
    AS_STORED,
    Consent,
    Decision,
    LevelDecision,
    Location,
)
from groupmatch.services.spreadsheets.list_cells import AttributeValues, Hours, ListOf
from groupmatch.services.spreadsheets.table import Column, Table, Values

#: Columns that are fields of a participant, by column.
_FIELDS = {
    "id": "external_id",
    "first_name": "first_name",
    "last_name": "last_name",
    "email": "email",
    "phone": "phone",
    "timezone": "timezone",
    "region": "region",
    "language": "language",
    "age_band": "age_band",
    "payer": "payer_code",
    "household": "household",
    "attributes": "attributes",
}
_GATES = {
    "consent": GateKind.CONSENT,
    "part2_consent": GateKind.PART2_CONSENT,
    "level_of_care": GateKind.LEVEL_OF_CARE,
}


class People(Table):
    """The people in care."""

    def __init__(self, session: Session, program: Program) -> None:
        self.session, self._program = session, program
        self._hours: list[tuple[availability.Owner, list[Span]]] = []
        self._governed = governed.rows(session)
        today = clock.today(program.timezone)
        found = session.scalars(
            select(Participant).where(Participant.program_id == program.id)
        ).all()
        active = [person for person in found if person.status == ParticipantStatus.ACTIVE]
        self._records = {_key(person): person for person in active}
        self._gates = _gates(session, program)
        hours = _hours(session, program)
        self.stored = {
            key: {**_fields(person), **_decisions(self._gates.get(person.id, {}), today)}
            | {"availability": hours.get(person.id, []), "location": self._location(person, today)}
            for key, person in self._records.items()
        }
        self.over = {
            _key(person): "this person was discharged here; take the row out, or give a new id"
            for person in found
            if person.status != ParticipantStatus.ACTIVE
        }
        self.columns = _columns(session, today)

    def tells_of(self, key: str) -> Collection[str]:
        """The person."""
        return (self._records[key].id,)

    def add(self, values: Values) -> None:
        """Take somebody in, with hours and gates."""
        fields = {field: values[column] for column, field in _FIELDS.items()}
        person = people.add_participant(self.session, self._program, by=None, **fields)
        self._hours.append((person, values["availability"]))
        for column, kind in _GATES.items():
            if values[column]:
                self._decide(person, kind, values[column])
        self._locate(person, values["location"])
        if values["safety_flag"]:
            self.session.flush()
            self._flag(person)

    def write(self) -> None:
        """Write what was added or changed so far, and then the hours of whoever is new."""
        availability.set_first(self.session, self._hours, by=None)
        self._hours.clear()

    def change(self, key: str, values: Values, columns: Collection[str]) -> None:
        """Change fields, hours and gates."""
        person = self._records[key]
        edits = {_FIELDS[column]: values[column] for column in columns if column in _FIELDS}
        if edits:
            people.edit_participant(self.session, person, by=None, **edits)
        if "availability" in columns:
            availability.set_weekly(self.session, person, values["availability"], by=None)
        for column in _GATES.keys() & columns:
            self._decide(person, _GATES[column], values[column])
        if {"region", "location"} & set(columns):
            self._locate(person, values.get("location", AS_STORED))
        if "safety_flag" in columns:
            self._flag(person)

    def _decide(self, person: Participant, kind: GateKind, decision: Decision | None) -> None:
        if decision is None:
            gates.close_gate(self.session, person, kind, by=None, reason="imported")
            return
        gates.decide(
            self.session,
            person,
            kind,
            self._gates.get(person.id, {}).get(kind),
            level_code=decision.level_code,
            valid_to=decision.valid_to,
            by=None,
        )

    def _locate(self, person: Participant, told: Decision | None) -> None:
        """Whoever hands the table in says where people are."""
        self._decide(person, GateKind.LOCATION, Decision() if told == AS_STORED else told)

    def _location(self, person: Participant, today: date) -> Decision | None:
        gate = self._gates.get(person.id, {}).get(GateKind.LOCATION)
        confirmed = gate is not None and gate.region == person.region and gate.holds(today)
        return Decision(gate.valid_to) if gate and confirmed else None

    def _flag(self, person: Participant) -> None:
        people.set_safety_flag(self.session, person, raised=True, by=None, reason="imported")


def _columns(session: Session, today: date) -> list[Column]:
    levels = {level.code: level.name for level in session.scalars(select(LevelOfCare))}
    payers = {payer.code: payer.name for payer in session.scalars(select(Payer))}
    bands = {band: band for band in people.AGE_BANDS}
    return [
        Column("id", Text(), "Their id in your own system", required=True, key=True),
        Column("first_name", Text(), "Shown on rosters", required=True),
        Column("last_name", Text(), "Rosters show its first letter", required=True),
        Column("email", Text(), "Where appointments are announced", empty=""),
        Column("phone", Text(), "For staff", empty=""),
        Column("timezone", Zone(), "Where they are, as America/New_York", required=True),
        Column("region", Region(), "The state they are in during sessions", required=True),
        Column(
            "location",
            Location(today),
            "Whether they confirmed the region: yes, yes until 2027-03-31, or no; empty is yes",
            empty=AS_STORED,
            keeps=True,
        ),
        Column("language", ListOf(Text()), "Languages, as en; es", empty=[]),
        Column("age_band", Choice("an age band", bands), "adult or adolescent", empty="adult"),
        Column("payer", Choice("a payer", payers), "Who pays"),
        Column("household", Text(), "The same word for all members of a household"),
        Column(
            "attributes",
            AttributeValues(),
            "What groups may ask for or limit, as gender=woman; primary_condition=bpd",
            empty={},
        ),
        Column("availability", Hours(), "As Mon 18:00-21:00; Sat 09:00-12:00?", empty=[]),
        Column("consent", Consent(today), "To treatment: yes, yes until 2027-03-31, or no"),
        Column("part2_consent", Consent(today), "Under 42 CFR Part 2, for substance use groups"),
        Column(
            "level_of_care",
            LevelDecision(levels),
            "As decided: outpatient, or iop-adult until 2027-03-31; empty leaves it",
            keeps=True,
        ),
        Column(
            "safety_flag",
            YesNo(),
            "yes raises the flag; only a person lowers it, on the person's page",
            empty=False,
            keeps=True,
        ),
    ]


def _key(person: Participant) -> str:
    return person.external_id or person.id


def _fields(person: Participant) -> dict[str, Any]:
    values = {column: getattr(person, field) for column, field in _FIELDS.items()}
    flagged = person.safety_flag_since is not None
    return {**values, "id": _key(person), "safety_flag": flagged}


def _decisions(found: dict[GateKind, Gate], today: date) -> dict[str, Any]:
    """The decisions by column; a consent that is over counts as none."""
    level = found.get(GateKind.LEVEL_OF_CARE)
    consents = {
        column: Decision(found[kind].valid_to)
        for column, kind in _GATES.items()
        if column != "level_of_care" and kind in found and found[kind].holds(today)
    }
    return {
        "consent": None,
        "part2_consent": None,
        **consents,
        "level_of_care": Decision(level.valid_to, level.level_code) if level else None,
    }


def _gates(session: Session, program: Program) -> dict[str, dict[GateKind, Gate]]:
    found: dict[str, dict[GateKind, Gate]] = {}
    for gate in session.scalars(
        select(Gate).join(Gate.participant).where(Participant.program_id == program.id)
    ):
        found.setdefault(gate.participant_id, {})[gate.kind] = gate
    return found


def _hours(session: Session, program: Program) -> dict[str, list[Span]]:
    rows: Iterable[Availability] = session.scalars(
        select(Availability)
        .join(Participant, Participant.id == Availability.participant_id)
        .where(Participant.program_id == program.id)
    )
    found: dict[str, list[Span]] = {}
    for row in rows:
        if row.participant_id:
            span = Span(row.weekday, row.start_minute, row.end_minute, row.fit)
            found.setdefault(row.participant_id, []).append(span)
    return {owner: availability.normalized(spans) for owner, spans in found.items()}
