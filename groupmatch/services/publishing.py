"""Publishing: approved bundles become seats, each whole or not at all, in one transaction.

What was approved is checked against the present by the rules of the solver, and against what the
person saw. A bundle that no longer holds is refused and shown with what changed; the others go
through. A bundle may rest on others that are published with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch import clock
from groupmatch.errors import Conflict
from groupmatch.records import (
    BundleState,
    DraftBundle,
    DraftEntry,
    EndReason,
    EntryKind,
    Group,
    GroupStatus,
    Program,
)
from groupmatch.services import audit, drafts, locks, seats
from groupmatch.services.revalidation import Present


@dataclass(frozen=True)
class PublishReport:
    """What went through, and what was refused; a refused bundle's `refusal` tells why."""

    published: Sequence[DraftBundle]
    refused: Sequence[DraftBundle]


def publish(
    session: Session,
    program: Program,
    bundles: Sequence[DraftBundle] | None = None,
    *,
    by: str | None,
) -> PublishReport:
    """Carry out approved bundles: the given ones, or all of the present draft.

    Raises Conflict `bundle_decided` when a given bundle is not approved (any more).
    """
    locks.hold_program(session, program.id)
    chosen = _approved(session, program, bundles)
    locks.hold_groups(session, {entry.to_group_id for entry in _entries(chosen)})
    refusals = Present(session, program, chosen).refusals(chosen)
    for bundle in chosen:
        bundle.refusal = refusals.get(bundle.id, [])
    published = [bundle for bundle in chosen if not bundle.refusal]
    refused = [bundle for bundle in chosen if bundle.refusal]
    _carry_out(session, _entries(published), by=by)
    for state, ended in ((BundleState.PUBLISHED, published), (BundleState.REFUSED, refused)):
        for bundle in ended:
            drafts.decide(session, bundle, state, (BundleState.APPROVED,), by=by)
    return PublishReport(published, refused)


def _approved(
    session: Session, program: Program, bundles: Sequence[DraftBundle] | None
) -> Sequence[DraftBundle]:
    """The chosen bundles in the order of the draft, read anew under the program's lock."""
    query = (
        select(DraftBundle)
        .where(DraftBundle.program_id == program.id)
        .options(*drafts.with_entries())
        .order_by(DraftBundle.position)
        .execution_options(populate_existing=True)
    )
    if bundles is None:
        return session.scalars(query.where(DraftBundle.state == BundleState.APPROVED)).all()
    chosen = session.scalars(query.where(DraftBundle.id.in_([each.id for each in bundles]))).all()
    for bundle in chosen:
        if bundle.state != BundleState.APPROVED:
            raise Conflict("bundle_decided", state=bundle.state)
    return chosen


def _entries(bundles: Sequence[DraftBundle]) -> list[DraftEntry]:
    return [entry for bundle in bundles for entry in bundle.entries]


def _carry_out(session: Session, entries: Sequence[DraftEntry], *, by: str | None) -> None:
    """End what is left behind, open groups, then take the new seats: seats may change hands."""
    for entry in entries:
        _end_former(session, entry, by=by)
    for group in {entry.to_group_id: entry.to_group for entry in entries}.values():
        _open(session, group, by=by)
    for entry in entries:
        group = entry.to_group
        starts_on = seats.first_date(group, clock.today(group.timezone))
        if starts_on is None:
            raise Conflict("no_session_left", group=group.id)
        seats.take(session, entry.request, group, starts_on=starts_on, by=by, entry=entry)


def _end_former(session: Session, entry: DraftEntry, *, by: str | None) -> None:
    seat = seats.seat_of(session, entry.request)
    if seat is None:
        return
    switched = entry.kind == EntryKind.SWITCHED
    seats.end_seat(
        session,
        seat,
        last_on=clock.today(seat.group.timezone),
        reason=EndReason.SWITCHED if switched else EndReason.MOVED,
        by=by,
        tell=False,
    )


def _open(session: Session, group: Group, *, by: str | None) -> None:
    if group.status == GroupStatus.PROPOSED:
        group.status = GroupStatus.RUNNING
        facts = {"status": GroupStatus.PROPOSED}, {"status": GroupStatus.RUNNING}
        audit.record(session, "group.opened", group, by=by, before=facts[0], after=facts[1])
