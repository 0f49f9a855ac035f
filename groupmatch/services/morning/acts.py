"""Acts: rows of the morning page, each of which leads to one thing that a person does.

Their queries read columns, not records, and are written once: a morning asks for many kinds of
acts, and to put a query together costs more than to find that there is nothing to do.
"""

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import BindParameter, ColumnElement, bindparam

from groupmatch.database import Json
from groupmatch.records import Participant
from groupmatch.services.findings.why_not import WhyNot

#: Rows of one kind that are read; the rest is told as a number.
READ = 40

#: What the queries are given: the id of the program.
PROGRAM: BindParameter[str] = bindparam("program")
#: As `Participant.full_name` says it.
FULL_NAME: ColumnElement[str] = Participant.first_name + " " + Participant.last_name


class ActKind(enum.StrEnum):
    """What there is to do."""

    DRAFT = "draft"
    SAFETY = "safety"
    #: Somebody to talk with about an offer, and an offer that lapses today.
    OFFER = "offer"
    LAPSING = "lapsing"
    CALL = "call"
    OUTREACH = "outreach"
    REVIEW = "review"
    SWITCH = "switch"
    UNCOVERED = "uncovered"
    GATE = "gate"
    #: A single change that would place the most.
    SHORTAGE = "shortage"
    UNPLACED = "unplaced"
    BELOW_MINIMUM = "below_minimum"
    GATE_ENDING = "gate_ending"
    LICENSE = "license"
    GROUP_ENDING = "group_ending"
    STALE = "stale"


@dataclass(frozen=True)
class Act:
    """One row: whom or what it is about, since when or until when, and the record to act on."""

    kind: ActKind
    #: Of the record to whose page it leads.
    id: str
    #: The name of whom or what it is about.
    name: str = ""
    #: The name of the group that a person leaves or is offered, or of a substitute.
    other: str = ""
    since: datetime | date | None = None
    until: date | None = None
    #: Closed gates, a switch's kind and reason, a license's region: codes by kind of act.
    codes: tuple[str, ...] = ()
    count: int = 0
    #: What the count should be.
    least: int = 0
    why_not: WhyNot | None = None
    #: What would give a seat, as `groupmatch.matching.KeptRun` tells a change, and how many.
    change: Json | None = None
    #: Whether the change is theirs alone: hours of their own.
    own: bool = False


@dataclass(frozen=True)
class Acts:
    """The first rows of one kind, and how many there are in all."""

    kind: ActKind
    rows: tuple[Act, ...]
    total: int


def acts(kind: ActKind, rows: Iterable[Act], total: int | None = None) -> Acts:
    """Cut the rows of a kind to those that are read; without a total, they are all there are."""
    found: Sequence[Act] = tuple(rows)
    return Acts(kind, tuple(found[:READ]), len(found) if total is None else total)
