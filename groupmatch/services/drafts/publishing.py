"""Publishing: approved bundles become seats or offers, each whole or not at all, at once.

What was approved is checked against the present by the rules of the solver, and against what the
person saw. A bundle that no longer holds is refused and shown with what changed; the others go
through. A bundle may rest on others that are published with it; where the program makes offers, a
bundle in which somebody would leave a seat rests on nothing, because nobody leaves yet.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch.database import Json
from groupmatch.errors import Conflict
from groupmatch.records import (
    BundleState,
    DraftBundle,
    DraftEntry,
    Program,
)
from groupmatch.services import locks
from groupmatch.services.drafts import drafts
from groupmatch.services.drafts.revalidation import Present
from groupmatch.services.offers import offering
from groupmatch.services.seats.taking_up import take_up, without_dates


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

    They become offers where the program's policy says so, and seats at once otherwise.

    Raises Conflict `bundle_decided` when a given bundle is not approved (any more).
    """
    locks.hold_program(session, program.id)
    chosen = _approved(session, program, bundles)
    locks.hold_groups(session, {entry.to_group_id for entry in _entries(chosen)})
    refusals = (_offered if program.publish_offers else _seated)(session, program, chosen, by=by)
    for bundle in chosen:
        bundle.refusal = refusals.get(bundle.id, [])
    published = [bundle for bundle in chosen if not bundle.refusal]
    refused = [bundle for bundle in chosen if bundle.refusal]
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


def _seated(
    session: Session, program: Program, chosen: Sequence[DraftBundle], *, by: str | None
) -> dict[str, list[Json]]:
    """Give the seats of all bundles that hold; the others with what keeps them from it."""
    refusals = Present(session, program, _entries(chosen)).refusals(chosen)
    sound = [each for each in chosen if each.id not in refusals]
    for entry in without_dates(session, _entries(sound)):
        refusal = {"code": "no_session", "entry": entry.id}
        refusals.setdefault(entry.bundle_id, []).append(refusal)
    take_up(session, _entries([each for each in sound if each.id not in refusals]), by=by)
    return refusals


def _offered(
    session: Session, program: Program, chosen: Sequence[DraftBundle], *, by: str | None
) -> dict[str, list[Json]]:
    """Offer the seats of all bundles that hold; the others with what keeps them from it.

    A newcomer's offer takes its seat at once; where a seat would be left, each bundle has to hold
    beside those before it, of whom nobody has left yet.
    """
    leaving = {each.id for each in chosen if offering.leaves_seats(session, each)}
    newcomers = [each for each in chosen if each.id not in leaving]
    refusals: dict[str, list[Json]] = {}
    for bundles in (newcomers, *([each] for each in chosen if each.id in leaving)):
        found = Present(session, program, _entries(bundles)).refusals(bundles)
        for bundle in bundles:
            if bundle.id not in found:
                offering.offer_bundle(session, program, bundle, by=by)
        refusals |= found
    return refusals
