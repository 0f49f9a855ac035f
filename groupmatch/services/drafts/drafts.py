"""The draft that the last run left: read it, approve its bundles, remove them."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from groupmatch import clock
from groupmatch.errors import Conflict
from groupmatch.records import (
    BundleState,
    DraftBundle,
    DraftEntry,
    Group,
    GroupLeader,
    Program,
    Run,
    RunState,
)
from groupmatch.services import locks
from groupmatch.services.audit import audit
from groupmatch.services.requests import pins


@dataclass(frozen=True)
class Draft:
    """The bundles of the last finished run, in order; no run before the first.

    Entries come with their participant and request, and with both groups' topics, meetings and
    leaders.
    """

    run: Run | None
    bundles: Sequence[DraftBundle]

    @property
    def counts(self) -> Mapping[BundleState, int]:
        """How many bundles are in each state."""
        return Counter(bundle.state for bundle in self.bundles)

    def in_state(self, *states: BundleState) -> Sequence[DraftBundle]:
        """The bundles that are in one of these states."""
        return [bundle for bundle in self.bundles if bundle.state in states]


def current_draft(session: Session, program: Program) -> Draft:
    """Read the present draft of a program, published and removed bundles too."""
    run = last_run(session, program)
    if run is None:
        return Draft(None, ())
    query = (
        select(DraftBundle)
        .where(DraftBundle.run_id == run.id)
        .options(*with_entries())
        .order_by(DraftBundle.position)
    )
    return Draft(run, session.scalars(query).all())


def last_run(session: Session, program: Program) -> Run | None:
    """The run whose draft is the present one: the last that finished."""
    query = (
        select(Run)
        .where(Run.program_id == program.id, Run.state == RunState.DONE)
        .order_by(Run.started_at.desc(), Run.id)
    )
    return session.scalars(query.limit(1)).first()


def proposed(
    session: Session, program: Program, ids: Collection[str] | None = None
) -> Sequence[DraftBundle]:
    """The bundles of the present draft that nobody has decided on: all, or those among some."""
    run = last_run(session, program)
    query = select(DraftBundle).where(
        DraftBundle.run_id == (run.id if run else ""),
        DraftBundle.state == BundleState.PROPOSED,
    )
    if ids is not None:
        query = query.where(DraftBundle.id.in_(ids))
    return session.scalars(query.order_by(DraftBundle.position)).all()


def published(session: Session, program: Program) -> Sequence[DraftBundle]:
    """The bundles of the present draft that are published, with their entries."""
    run = last_run(session, program)
    query = select(DraftBundle).where(
        DraftBundle.run_id == (run.id if run else ""),
        DraftBundle.state == BundleState.PUBLISHED,
    )
    return session.scalars(query.options(*with_entries()).order_by(DraftBundle.position)).all()


def with_entries() -> Sequence[ORMOption]:
    """What a query for bundles loads, so that pages need no further query."""
    entries = selectinload(DraftBundle.entries)
    groups = [entries.joinedload(DraftEntry.to_group), entries.joinedload(DraftEntry.from_group)]
    leaders = selectinload(Group.leaders).joinedload(GroupLeader.therapist)
    return [
        entries.joinedload(DraftEntry.participant),
        entries.joinedload(DraftEntry.request),
        *(
            group.options(joinedload(Group.topic), selectinload(Group.meetings), leaders)
            for group in groups
        ),
    ]


def approve(session: Session, bundle: DraftBundle, *, by: str | None) -> None:
    """Let the next publishing carry the bundle out. Raises Conflict `bundle_decided`."""
    decide(session, bundle, BundleState.APPROVED, (BundleState.PROPOSED,), by=by)


def unapprove(session: Session, bundle: DraftBundle, *, by: str | None) -> None:
    """Take an approval back. Raises Conflict `bundle_decided`."""
    decide(session, bundle, BundleState.PROPOSED, (BundleState.APPROVED,), by=by)


def remove(session: Session, bundle: DraftBundle, *, by: str | None, ban: bool = False) -> None:
    """Take a bundle out of the draft; with `ban`, no later run proposes these seats again.

    Raises Conflict `bundle_decided`.
    """
    removable = (BundleState.PROPOSED, BundleState.APPROVED, BundleState.REFUSED)
    decide(session, bundle, BundleState.REMOVED, removable, by=by)
    for entry in bundle.entries if ban else ():
        pins.ban(session, entry.request, entry.to_group_id, by=by)


def restore(session: Session, bundle: DraftBundle, *, by: str | None) -> None:
    """Put a removed bundle of the present draft back; words on its groups are lifted.

    Raises Conflict `bundle_decided`, for one of a former draft, too.
    """
    run = last_run(session, session.get_one(Program, bundle.program_id))
    if run is None or run.id != bundle.run_id:
        raise Conflict("bundle_decided")
    decide(session, bundle, BundleState.PROPOSED, (BundleState.REMOVED,), by=by)
    for entry in bundle.entries:
        pins.lift_ban(session, entry.request, entry.to_group_id, by=by)


def keep_to(session: Session, bundle: DraftBundle, *, by: str | None) -> None:
    """Approve a bundle, and let later matches give its people these groups or none.

    Raises Conflict `bundle_decided`.
    """
    if bundle.state != BundleState.APPROVED:
        approve(session, bundle, by=by)
    for entry in bundle.entries:
        pins.pin(session, entry.request, entry.to_group_id, by=by)


def decide(
    session: Session,
    bundle: DraftBundle,
    state: BundleState,
    from_states: Sequence[BundleState],
    *,
    by: str | None,
) -> None:
    """Bring a bundle into a state, from certain others only. Raises Conflict `bundle_decided`."""
    locks.hold(session, bundle)
    if bundle.state not in from_states:
        raise Conflict("bundle_decided", state=bundle.state)
    before, bundle.state = bundle.state, state
    bundle.decided_at, bundle.decided_by_id = clock.now(), by
    audit.record(
        session, f"bundle.{state}", bundle, by=by, before={"state": before}, after={"state": state}
    )
