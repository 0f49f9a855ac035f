"""What the night carries out by itself, where a program's policy lets it.

Only bundles that do nothing but seat people who wait: what ends, moves or opens anything is for a
person to decide. It happens in the transaction that keeps the draft, so that a draft whose seats
are half taken is never seen.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch.records import BundleState, DraftBundle, EntryKind, Program, Run
from groupmatch.services.drafts import drafts, publishing


def publish_placements(session: Session, program: Program, run: Run) -> int:
    """Approve and publish the bundles of a run that only place; their number.

    One that does not hold by itself, because it rests on a bundle that waits for a person, waits
    beside it. The caller holds the program.
    """
    chosen = [each for each in _proposed(session, run) if _only_places(each)]
    for bundle in chosen:
        drafts.approve(session, bundle, by=None)
    report = publishing.publish(session, program, chosen, by=None)
    for bundle in report.refused:
        drafts.decide(session, bundle, BundleState.PROPOSED, (BundleState.REFUSED,), by=None)
        bundle.refusal = []
    return len(report.published)


def _proposed(session: Session, run: Run) -> list[DraftBundle]:
    query = (
        select(DraftBundle)
        .where(DraftBundle.run_id == run.id, DraftBundle.state == BundleState.PROPOSED)
        .options(*drafts.with_entries())
        .order_by(DraftBundle.position)
    )
    return list(session.scalars(query))


def _only_places(bundle: DraftBundle) -> bool:
    return all(entry.kind == EntryKind.PLACED and not entry.opens for entry in bundle.entries)
