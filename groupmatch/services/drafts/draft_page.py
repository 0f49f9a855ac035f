"""The draft on a page: its bundles with what a person needs to decide on each, and its totals."""

import enum
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from groupmatch.records import (
    BundleState,
    DraftBundle,
    DraftEntry,
    Group,
    LevelOfCare,
    Program,
    Run,
    Therapist,
    Topic,
)
from groupmatch.services import paging
from groupmatch.services.drafts import drafts
from groupmatch.services.drafts.draft_rest import Rest, rest
from groupmatch.services.drafts.totals import Totals, totals_by
from groupmatch.services.groups.groups_table import group_sizes
from groupmatch.services.paging import Page

_OPEN = (BundleState.PROPOSED, BundleState.APPROVED)
_KEPT = DraftBundle.state != BundleState.SUPERSEDED
#: Bundles that a page shows, and how many of those that are decided on.
SHOWN = 25
DECIDED_SHOWN = 50


class DraftOrder(enum.StrEnum):
    """What the bundles of a draft are grouped by."""

    PERSON = "person"
    GROUP = "group"


@dataclass(frozen=True)
class Decided:
    """The first bundles that came to one end, and how many there are."""

    bundles: Sequence[DraftBundle]
    total: int


@dataclass(frozen=True)
class DraftPage:
    """The present draft; every shown bundle's entries, groups and people are loaded."""

    run: Run | None
    #: Proposed and approved bundles.
    waiting: Page[DraftBundle]
    #: The group to which the page is narrowed.
    only: Group | None
    refused: Sequence[DraftBundle]
    published: Decided
    removed: Decided
    #: Of the whole draft, whatever the page shows.
    proposed: Totals
    approved: Totals
    #: What the match proposed, before anybody decided.
    night: Totals
    #: Seats held in each group of the waiting bundles on this page, by id.
    sizes: Mapping[str, int]
    #: How many come to them and how many go if all that waits is published, by their ids.
    coming: Mapping[str, int]
    leaving: Mapping[str, int]
    #: What the codes and ids in refusals stand for.
    names: Mapping[str, str]
    #: The best match beside the draft as people have edited it.
    rest: Rest

    def entry(self, entry_id: str) -> DraftEntry:
        """An entry of a refused bundle, by id."""
        return _entry(self.refused, entry_id)


@dataclass(frozen=True)
class Told:
    """Some bundles, with what the words about their refusal mention."""

    bundles: Sequence[DraftBundle]
    names: Mapping[str, str]

    def entry(self, entry_id: str) -> DraftEntry:
        """An entry of these bundles, by id."""
        return _entry(self.bundles, entry_id)


def draft_page(
    session: Session,
    program: Program,
    *,
    order: DraftOrder = DraftOrder.PERSON,
    only: Group | None = None,
    number: int = 1,
) -> DraftPage:
    """Read one page of the draft of a program; with `only`, what has to do with one group."""
    run = drafts.last_run(session, program)
    mine = DraftBundle.run_id == (run.id if run else "")
    by_state = totals_by(session, DraftBundle.state, mine, _KEPT)
    query = select(DraftBundle).where(mine, DraftBundle.state.in_(_OPEN))
    if only:
        query = query.where(DraftBundle.entries.any(_touches(only)))
    waiting = paging.fetch(
        session,
        _ordered(query, order).options(*drafts.with_entries()),
        number,
        SHOWN,
        total=None if only else sum(by_state[each].bundles for each in _OPEN if each in by_state),
    )
    refused = (
        _bundles(session, mine, BundleState.REFUSED) if BundleState.REFUSED in by_state else ()
    )
    shown = _groups_of(waiting.rows)
    coming, leaving = _moving(session, mine, shown)
    return DraftPage(
        run=run,
        waiting=waiting,
        only=only,
        refused=refused,
        published=_decided(session, mine, BundleState.PUBLISHED, by_state),
        removed=_decided(session, mine, BundleState.REMOVED, by_state),
        proposed=by_state.get(BundleState.PROPOSED, Totals()),
        approved=by_state.get(BundleState.APPROVED, Totals()),
        night=sum(by_state.values(), Totals()),
        sizes=group_sizes(session, program, shown),
        coming=coming,
        leaving=leaving,
        names=names(session, program.id) if refused else {},
        rest=rest(session, run) if run else Rest(None, None),
    )


def names(session: Session, program_id: str) -> dict[str, str]:
    """What the codes and ids of refusals in a program stand for."""
    groups = select(Group).where(Group.program_id == program_id)
    therapists = select(Therapist).where(Therapist.program_id == program_id)
    return {
        **{topic.code: topic.name for topic in session.scalars(select(Topic))},
        **{level.code: level.name for level in session.scalars(select(LevelOfCare))},
        **{group.id: group.name for group in session.scalars(groups)},
        **{therapist.id: therapist.full_name for therapist in session.scalars(therapists)},
    }


def _entry(bundles: Iterable[DraftBundle], entry_id: str) -> DraftEntry:
    entries = (entry for bundle in bundles for entry in bundle.entries)
    return next(entry for entry in entries if entry.id == entry_id)


def _groups_of(bundles: Iterable[DraftBundle]) -> set[str]:
    entries = [entry for bundle in bundles for entry in bundle.entries]
    return {entry.to_group_id for entry in entries} | {
        entry.from_group_id for entry in entries if entry.from_group_id
    }


def _ordered(query: Select[DraftBundle], order: DraftOrder) -> Select[DraftBundle]:
    """By the person or the group of each bundle's first entry; a draft is kept in the order of
    its people.
    """
    if order == DraftOrder.PERSON:
        return query.order_by(DraftBundle.position)
    first = (DraftEntry.bundle_id == DraftBundle.id) & (DraftEntry.position == 0)
    group = query.join(DraftEntry, first).join(Group, Group.id == DraftEntry.to_group_id)
    return group.order_by(Group.name, Group.id, DraftBundle.position)


def _touches(group: Group) -> ColumnElement[bool]:
    return (DraftEntry.to_group_id == group.id) | (DraftEntry.from_group_id == group.id)


def _bundles(
    session: Session, mine: ColumnElement[bool], state: BundleState, most: int | None = None
) -> Sequence[DraftBundle]:
    query = (
        select(DraftBundle)
        .where(mine, DraftBundle.state == state)
        .options(*drafts.with_entries())
        .order_by(DraftBundle.position)
        .limit(most)
    )
    return session.scalars(query).all()


def _decided(
    session: Session,
    mine: ColumnElement[bool],
    state: BundleState,
    by_state: Mapping[BundleState, Totals],
) -> Decided:
    total = by_state.get(state, Totals()).bundles
    return Decided(_bundles(session, mine, state, DECIDED_SHOWN) if total else (), total)


def _moving(
    session: Session, mine: ColumnElement[bool], groups: Collection[str]
) -> tuple[Counter[str], Counter[str]]:
    """How many entries that wait come to each of some groups, and how many leave each."""
    ends = (DraftEntry.to_group_id, DraftEntry.from_group_id)
    query = (
        select(*ends, func.count())
        .join(DraftBundle)
        .where(mine, DraftBundle.state.in_(_OPEN), or_(*(end.in_(groups) for end in ends)))
        .group_by(*ends)
    )
    coming, leaving = Counter[str](), Counter[str]()
    for to_group, from_group, number in session.execute(query):
        coming[to_group] += number
        if from_group:
            leaving[from_group] += number
    return coming, leaving
