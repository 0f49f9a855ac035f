"""The draft on a page: its bundles with what a person needs to decide on each, and its totals."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch.records import (
    BundleState,
    DraftBundle,
    DraftEntry,
    EntryKind,
    Group,
    LevelOfCare,
    Program,
    Run,
    Therapist,
    Topic,
)
from groupmatch.services.drafts import current_draft
from groupmatch.services.groups_table import group_sizes

_OPEN = (BundleState.PROPOSED, BundleState.APPROVED)


@dataclass(frozen=True)
class Totals:
    """What some bundles do, counted in seats; `opened` in groups."""

    bundles: int
    placed: int
    switched: int
    moved: int
    opened: int


@dataclass(frozen=True)
class DraftPage:
    """The present draft; every bundle's entries, groups and people are loaded."""

    run: Run | None
    #: Proposed and approved bundles, in the order of the draft.
    waiting: Sequence[DraftBundle]
    refused: Sequence[DraftBundle]
    published: Sequence[DraftBundle]
    removed: Sequence[DraftBundle]
    proposed: Totals
    approved: Totals
    #: Seats held in each group, by id.
    sizes: Mapping[str, int]
    #: How many come and how many go if all of `waiting` is published, by group id.
    coming: Mapping[str, int]
    leaving: Mapping[str, int]
    #: What the codes and ids in refusals stand for.
    names: Mapping[str, str]

    def entry(self, entry_id: str) -> DraftEntry:
        """An entry of a refused bundle, by id."""
        entries = (entry for bundle in self.refused for entry in bundle.entries)
        return next(entry for entry in entries if entry.id == entry_id)


@dataclass(frozen=True)
class Told:
    """Some bundles, with what the words about their refusal mention."""

    bundles: Sequence[DraftBundle]
    names: Mapping[str, str]

    def entry(self, entry_id: str) -> DraftEntry:
        """An entry of these bundles, by id."""
        entries = (entry for bundle in self.bundles for entry in bundle.entries)
        return next(entry for entry in entries if entry.id == entry_id)


def draft_page(session: Session, program: Program) -> DraftPage:
    """Read the draft of a program."""
    draft = current_draft(session, program)
    waiting = draft.in_state(*_OPEN)
    refused = draft.in_state(BundleState.REFUSED)
    entries = [entry for bundle in waiting for entry in bundle.entries]
    return DraftPage(
        run=draft.run,
        waiting=waiting,
        refused=refused,
        published=draft.in_state(BundleState.PUBLISHED),
        removed=draft.in_state(BundleState.REMOVED),
        proposed=totals(draft.in_state(BundleState.PROPOSED)),
        approved=totals(draft.in_state(BundleState.APPROVED)),
        sizes=group_sizes(session, program),
        coming=Counter(entry.to_group_id for entry in entries),
        leaving=Counter(entry.from_group_id for entry in entries if entry.from_group_id),
        names=names(session, program.id) if refused else {},
    )


def totals(bundles: Iterable[DraftBundle]) -> Totals:
    """What some bundles do together."""
    chosen = list(bundles)
    entries = [entry for bundle in chosen for entry in bundle.entries]
    kinds = Counter(entry.kind for entry in entries)
    return Totals(
        bundles=len(chosen),
        placed=kinds[EntryKind.PLACED],
        switched=kinds[EntryKind.SWITCHED],
        moved=kinds[EntryKind.MOVED],
        opened=len({entry.to_group_id for entry in entries if entry.opens}),
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
