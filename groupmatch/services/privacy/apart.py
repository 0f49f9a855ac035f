"""People who must not meet. Neither ever learns from the software that the other is a client."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch import clock
from groupmatch.database import Json, new_id
from groupmatch.errors import Conflict, Refused
from groupmatch.records import ApartPair, Participant
from groupmatch.services import locks
from groupmatch.services.audit import audit

KINDS = (
    "household",
    "partner",
    "family",
    "work",
    "school",
    "conflict",
    "protective_order",
    "other",
)


def keep_apart(
    session: Session,
    first: Participant,
    second: Participant,
    *,
    kind: str,
    by: str | None,
    source: str = "",
) -> ApartPair:
    """See to it that two people never share a group. A pair that was lifted holds again.

    `source` is who said so, for staff. Raises Refused `apart_from_self`, `other_program` or
    `unknown_apart_kind`, and Conflict `already_apart`.
    """
    if first.id == second.id:
        raise Refused("apart_from_self")
    if first.program_id != second.program_id:
        raise Refused("other_program")
    if kind not in KINDS:
        raise Refused("unknown_apart_kind", kind=kind)
    pair = pair_of(session, first, second)
    if pair and pair.lifted_at is None:
        raise Conflict("already_apart")
    if pair is None:
        smaller, greater = sorted([first.id, second.id])
        pair = ApartPair(
            id=new_id(),
            program_id=first.program_id,
            first_id=smaller,
            second_id=greater,
            created_at=clock.now(),
        )
        session.add(pair)
    pair.kind, pair.source, pair.lifted_at = kind, source, None
    audit.record(session, "apart.kept", pair, by=by, after=_facts(pair))
    return pair


def lift(session: Session, pair: ApartPair, *, by: str | None, reason: str) -> None:
    """Two people may share a group again. Raises Conflict `not_apart`, Refused `reason_missing`."""
    locks.hold(session, pair)
    if pair.lifted_at is not None:
        raise Conflict("not_apart")
    if not reason.strip():
        raise Refused("reason_missing")
    pair.lifted_at = clock.now()
    audit.record(session, "apart.lifted", pair, by=by, before=_facts(pair), reason=reason)


def pair_of(session: Session, first: Participant, second: Participant) -> ApartPair | None:
    """The pair of two people, whether it holds or was lifted."""
    smaller, greater = sorted([first.id, second.id])
    return session.scalar(
        select(ApartPair).where(ApartPair.first_id == smaller, ApartPair.second_id == greater)
    )


def _facts(pair: ApartPair) -> Json:
    return {"first": pair.first_id, "second": pair.second_id, "kind": pair.kind}
