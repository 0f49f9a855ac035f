"""Who is stuck, and what would help: closed gates, people left without a seat, thin groups."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from groupmatch.database import Json
from groupmatch.database.among import among, ids_given
from groupmatch.database.columns import columns
from groupmatch.records import (
    FindingKind,
    Group,
    GroupKind,
    GroupStatus,
    Participant,
    Program,
    Request,
    Run,
    Seat,
    SeatState,
    Unplaced,
)
from groupmatch.services.findings import findings
from groupmatch.services.findings.why_not import why_not
from groupmatch.services.morning.acts import FULL_NAME, PROGRAM, READ, Act, ActKind, Acts, acts
from groupmatch.services.requests.waiting import waiting
from groupmatch.services.sessions.uncovered import uncovered_sessions

#: Changes that the morning tells; the page of the shortage has them all.
_SHOWN_CHANGES = 5

_LEFT = (
    select(Unplaced.participant_id, Unplaced.id, func.json_array_length(Unplaced.gates) > 0)
    .join(Request, Request.id == Unplaced.request_id)
    .where(Unplaced.run_id == bindparam("run"), waiting())
    .order_by(Request.waiting_since, Unplaced.id)
)
_UNPLACED = (
    select(Unplaced, FULL_NAME, Request.waiting_since)
    .join(Participant, Participant.id == Unplaced.participant_id)
    .join(Request, Request.id == Unplaced.request_id)
    .where(among(Unplaced.id, ids_given("ids")))
)
_SIZES = (
    select(Seat.group_id, func.count().label("size"))
    .where(Seat.program_id == PROGRAM, Seat.state != SeatState.ENDED)
    .group_by(Seat.group_id)
    .subquery()
)
_SIZE = func.coalesce(_SIZES.c.size, 0)
_THIN = (
    select(Group.id, Group.name, Group.min_size, _SIZE, func.count().over())
    .outerjoin(_SIZES, _SIZES.c.group_id == Group.id)
    .where(
        Group.program_id == PROGRAM,
        Group.status == GroupStatus.RUNNING,
        # An hour alone that nobody has taken is an open hour, not a thin group.
        Group.kind != GroupKind.INDIVIDUAL,
        Group.min_size > _SIZE,
    )
    .order_by(_SIZE - Group.min_size, Group.name, Group.id)
    .limit(READ)
)


def acts_of(session: Session, program: Program, run: Run | None) -> tuple[Acts, ...]:
    """Sessions without a leader, then people, then groups; of people's, gates first, because a
    person alone can open them.
    """
    left = _left(session, run) if run else {}
    gated = [unplaced_id for unplaced_id, held in left.values() if held]
    stuck = [unplaced_id for unplaced_id, held in left.values() if not held]
    return (
        acts(ActKind.UNCOVERED, uncovered_sessions(session, program)),
        acts(ActKind.GATE, _gated(session, gated[:READ]), len(gated)),
        acts(ActKind.SHORTAGE, _changes(session, run)),
        acts(ActKind.UNPLACED, _explained(session, stuck[:READ]), len(stuck)),
        acts(ActKind.BELOW_MINIMUM, *_below_minimum(session, program)),
    )


def _changes(session: Session, run: Run | None) -> list[Act]:
    """The single changes that would place the most; those that place one stand with that one."""
    found = findings.latest(session, run.id, FindingKind.SHORTAGE) if run else None
    told = (found.answer or {}).get("changes", []) if found else []
    return [
        Act(ActKind.SHORTAGE, "", change=each["change"], count=len(each["places"]))
        for each in told[:_SHOWN_CHANGES]
        if len(each["places"]) > 1
    ]


def _left(session: Session, run: Run) -> dict[str, tuple[str, bool]]:
    """By participant, the id of what the run left waiting and waits still, and whether a gate holds
    it back; the longest wait first.

    The requests of a plan wait together, so the first one stands for all. The reasons are the bulk
    of the table, and are read for the rows shown only.
    """
    left: dict[str, tuple[str, bool]] = {}
    for participant_id, unplaced_id, gated in columns(session, _LEFT, run=run.id):
        left.setdefault(participant_id, (unplaced_id, gated))
    return left


def _read(session: Session, ids: Sequence[str]) -> list[tuple[Unplaced, str, date]]:
    """Each of some, with the name of the person and since when they wait, in the order of ids."""
    if not ids:
        return []
    rows = session.execute(_UNPLACED, {"ids": ids})
    found = {unplaced.id: (unplaced, name, since) for unplaced, name, since in rows}
    return [found[unplaced_id] for unplaced_id in ids]


def _gated(session: Session, ids: Sequence[str]) -> list[Act]:
    return [
        Act(
            ActKind.GATE,
            unplaced.participant_id,
            name,
            since=since,
            codes=tuple(unplaced.gates),
        )
        for unplaced, name, since in _read(session, ids)
    ]


def _explained(session: Session, ids: Sequence[str]) -> list[Act]:
    """What would give each a seat, or, where that is not known, why they have none."""
    read = _read(session, ids)
    unknown = [unplaced for unplaced, *_ in read if not unplaced.fixes]
    why = {each.unplaced.id: each for each in why_not(session, unknown, in_short=True)}
    return [
        Act(
            ActKind.UNPLACED,
            unplaced.request_id,
            name,
            since=since,
            why_not=why.get(unplaced.id),
            change=(change := _best(unplaced.fixes)),
            own=(change or {}).get("participant") == unplaced.participant_id,
        )
        for unplaced, name, since in read
    ]


def _best(fixes: Sequence[Json] | None) -> Json | None:
    """The change that places the most, of those that would place somebody."""
    best = max(fixes or (), key=lambda fix: fix["gain"], default=None)
    return best["change"] if best else None


def _below_minimum(session: Session, program: Program) -> tuple[list[Act], int]:
    """The first groups with too few members, the thinnest first, and how many there are."""
    found = columns(session, _THIN, program=program.id)
    thin = [
        Act(ActKind.BELOW_MINIMUM, group_id, name, count=size, least=least)
        for group_id, name, least, size, _ in found
    ]
    return thin, found[0][-1] if found else 0
