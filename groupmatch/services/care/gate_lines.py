"""The gates of one person as staff read them: what is decided, what is missing, who can say so."""

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import BindParameter, bindparam, select
from sqlalchemy.orm import Session

from groupmatch.matching.gates import AGE_BAND, PAYER, SAFETY
from groupmatch.matching.payers import Payers
from groupmatch.records import (
    Gate,
    GateKind,
    LevelOfCare,
    Participant,
    PayerRule,
    Request,
    RequestStatus,
    StaffRole,
)
from groupmatch.services.care.gates import DECIDED_BY

#: A decision whose last day is at most so many days away is shown as ending.
ENDING_DAYS = 14


_PERSON: BindParameter[str] = bindparam("person")
_CLEARED = select(Gate).where(Gate.participant_id == _PERSON)
_LEVELS_ASKED = (
    select(LevelOfCare)
    .where(
        LevelOfCare.code.in_(
            select(Request.level_code).where(
                Request.participant_id == _PERSON, Request.status == RequestStatus.OPEN
            )
        )
    )
    .order_by(LevelOfCare.name)
)
_PAYER_RULES = select(PayerRule).where(PayerRule.payer_code == bindparam("payer"))


class GateState(enum.StrEnum):
    """How a gate stands on a date."""

    OPEN = "open"
    ENDING = "ending"
    EXPIRED = "expired"
    CLOSED = "closed"


@dataclass(frozen=True)
class GateLine:
    """One gate, how it stands, and who can open it, by any of these roles."""

    #: A kind of GateKind, or "safety", "payer" or "age_band", which follow from other facts.
    code: str
    state: GateState
    opened_by: Sequence[StaffRole]
    gate: Gate | None = None
    #: Names of the levels of care that the payer does not cover, or that are for another age.
    levels: Sequence[str] = ()

    @property
    def decided(self) -> bool:
        """Whether it is a decision of its own, to be written down here."""
        return self.code in set(GateKind)


def gate_lines(session: Session, person: Participant, on: date) -> tuple[GateLine, ...]:
    """All gates of a person as they stand on a date, the safety flag first."""
    cleared = session.scalars(_CLEARED, {"person": person.id}).all()
    flagged = person.safety_flag_since is not None
    safety = GateState.CLOSED if flagged else GateState.OPEN
    return (
        GateLine(SAFETY, safety, (StaffRole.CLINICIAN,)),
        *decisions(person, cleared, on),
        *_of_levels(session, person, on),
    )


def decisions(person: Participant, cleared: Iterable[Gate], on: date) -> tuple[GateLine, ...]:
    """All kinds of decisions about one person, the missing ones too."""
    found = {gate.kind: gate for gate in cleared}
    return tuple(
        GateLine(kind, _state(person, found.get(kind), on), DECIDED_BY[kind], found.get(kind))
        for kind in GateKind
    )


def _state(person: Participant, gate: Gate | None, on: date) -> GateState:
    moved = gate and gate.kind == GateKind.LOCATION and gate.region != person.region
    if gate is None or moved:
        return GateState.CLOSED
    if gate.valid_to is None or gate.valid_to > on + timedelta(days=ENDING_DAYS):
        return GateState.OPEN
    return GateState.ENDING if gate.valid_to >= on else GateState.EXPIRED


def _of_levels(session: Session, person: Participant, on: date) -> tuple[GateLine, ...]:
    """What the payer and the age say of the levels of care that are asked for."""
    asked = session.scalars(_LEVELS_ASKED, {"person": person.id}).all()
    rules = session.scalars(_PAYER_RULES, {"payer": person.payer_code})
    payers = Payers(rules, on, on)
    uncovered = [each.name for each in asked if not payers.cover(person.payer_code, each.code)]
    others = [each.name for each in asked if each.age_band not in (None, person.age_band)]
    coordinator = (StaffRole.COORDINATOR,)
    return (
        GateLine(PAYER, _unless(uncovered), (*coordinator, StaffRole.ADMIN), levels=uncovered),
        GateLine(AGE_BAND, _unless(others), coordinator, levels=others),
    )


def _unless(levels: Sequence[str]) -> GateState:
    return GateState.CLOSED if levels else GateState.OPEN
