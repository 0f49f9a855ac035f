"""Other options for an entry of the draft: which there are, and one of them taken instead.

What is told is as of the night of the run, with the draft as people have edited it since. Taking
one changes the draft alone; publishing checks it against the present like everything else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from groupmatch import clock, matching
from groupmatch.database import Json
from groupmatch.errors import Conflict
from groupmatch.matching import Choice, Step
from groupmatch.records import BundleState, DraftBundle, DraftEntry, Group, Participant, Program
from groupmatch.records import Request as CareRequest
from groupmatch.services import locks
from groupmatch.services.audit import audit
from groupmatch.services.drafts import drafts
from groupmatch.services.findings.finding_pages import TOLD
from groupmatch.services.runs import night

_OPEN = (BundleState.PROPOSED, BundleState.APPROVED)


@dataclass(frozen=True)
class OtherStep:
    """What somebody else would do: where they would go instead of where."""

    participant: Participant
    former: Group | None
    group: Group


@dataclass(frozen=True)
class Swap:
    """One group that an entry could have instead."""

    group: Group
    steps: tuple[Step, ...]
    #: By how much the value of each goal of the match would change.
    effect: Mapping[str, int]
    others: tuple[OtherStep, ...]


def edits(session: Session, run_id: str) -> dict[str, str | None]:
    """Request → its group in the draft as it stands; None where its entry was removed."""
    query = (
        select(
            DraftEntry.request_id,
            DraftEntry.from_group_id,
            DraftEntry.to_group_id,
            DraftBundle.state,
        )
        .join(DraftBundle)
        .where(DraftBundle.run_id == run_id, DraftBundle.state != BundleState.SUPERSEDED)
    )
    kept = (*_OPEN, BundleState.PUBLISHED)
    return {
        request_id: to_group if state in kept else former
        for request_id, former, to_group, state in session.execute(query)
    }


def swaps(session: Session, entry: DraftEntry, run: matching.SolvedRun) -> list[Swap]:
    """The options of an entry, the best for the match first; those of a past night left out."""
    choices = run.choices(entry.request_id)
    ids = {step.group_id for choice in choices for step in choice.steps}
    groups = {
        group.id: group
        for group in session.scalars(select(Group).where(Group.id.in_(ids)).options(*TOLD))
    }
    steps = [step for choice in choices for step in choice.steps[1:]]
    now = edits(session, entry.bundle.run_id)
    people = _people(session, [step.request_id for step in steps])
    former = _groups(session, [now.get(step.request_id) for step in steps])
    return [
        _swap(choice, groups, people, {name: former.get(now.get(name) or "") for name in now})
        for choice in choices
        if all(step.group_id in groups for step in choice.steps)
        and all(step.request_id in people for step in choice.steps[1:])
    ]


def swap(session: Session, entry: DraftEntry, steps: Sequence[Step], *, by: str | None) -> None:
    """Take an option: its entries stand in one bundle from now on, to be decided on anew.

    Raises Conflict `bundle_decided`, and `swap_gone` for what is impossible by now.
    """
    program = locks.hold_program(session, entry.bundle.program_id)
    run = drafts.last_run(session, program)
    if run is None or entry.bundle.run_id != run.id or entry.bundle.state not in _OPEN:
        raise Conflict("bundle_decided")
    if not steps or steps[0].request_id != entry.request_id:
        raise Conflict("swap_gone")
    seats = _seats(session, program, steps)
    present = _entries(session, run.id, [step.request_id for step in steps])
    bundle, before = entry.bundle, {name: each.to_group_id for name, each in present.items()}
    for each in present.values():
        _join(session, bundle, each.bundle)
    for seat in seats:
        _write(bundle, present.get(seat.request_id), seat)
    night.count(session, run)
    if bundle.state == BundleState.APPROVED:
        drafts.unapprove(session, bundle, by=by)
    after = {seat.request_id: seat.to_group_id for seat in seats}
    audit.record(session, "bundle.swapped", bundle, by=by, before=before, after=after)


def _swap(
    choice: Choice,
    groups: Mapping[str, Group],
    people: Mapping[str, Participant],
    former: Mapping[str, Group | None],
) -> Swap:
    own, *rest = choice.steps
    others = (
        OtherStep(people[step.request_id], former.get(step.request_id), groups[step.group_id])
        for step in rest
    )
    return Swap(groups[own.group_id], choice.steps, choice.effect._asdict(), tuple(others))


def _people(session: Session, requests: Sequence[str]) -> dict[str, Participant]:
    query = select(CareRequest).where(CareRequest.id.in_(requests))
    found = session.scalars(query.options(joinedload(CareRequest.participant)))
    return {request.id: request.participant for request in found}


def _groups(session: Session, ids: Sequence[str | None]) -> dict[str, Group]:
    query = select(Group).where(Group.id.in_({each for each in ids if each}))
    return {group.id: group for group in session.scalars(query)}


def _seats(
    session: Session, program: Program, steps: Sequence[Step]
) -> list[matching.ProposedSeat]:
    """The steps as the present knows them."""
    requests = [step.request_id for step in steps]
    owners = select(CareRequest.participant_id).where(
        CareRequest.id.in_(requests), CareRequest.program_id == program.id
    )
    concerned = set(session.scalars(owners))
    today = clock.today(program.timezone)
    compiled = matching.compile_program(session, program, on=today, only=concerned)
    found = []
    for step in steps:
        standing = compiled.standings.get(step.request_id)
        person = standing.request.participant if standing else None
        hours = compiled.wishes.hours_of(step.group_id, person) if person else []
        if not hours:
            raise Conflict("swap_gone")
        found.append(matching.proposed_seat(compiled, step.request_id, hours[0].id))
    return found


def _entries(session: Session, run_id: str, requests: Sequence[str]) -> dict[str, DraftEntry]:
    """The entries of some requests. Raises Conflict `bundle_decided` if one is decided on."""
    query = (
        select(DraftEntry)
        .join(DraftBundle)
        .where(
            DraftBundle.run_id == run_id,
            DraftBundle.state != BundleState.SUPERSEDED,
            DraftEntry.request_id.in_(requests),
        )
        .options(joinedload(DraftEntry.bundle))
    )
    found = {entry.request_id: entry for entry in session.scalars(query)}
    if any(entry.bundle.state not in _OPEN for entry in found.values()):
        raise Conflict("bundle_decided")
    return found


def _join(session: Session, bundle: DraftBundle, other: DraftBundle) -> None:
    """Put the entries of another bundle into this one, which stands for both."""
    if other is bundle:
        return
    locks.hold(session, other)
    bundle.entries.extend(list(other.entries))
    other.state = BundleState.SUPERSEDED
    for position, entry in enumerate(bundle.entries):
        entry.position = position


def _write(bundle: DraftBundle, entry: DraftEntry | None, seat: matching.ProposedSeat) -> None:
    if entry is None:
        entry = DraftEntry(
            position=len(bundle.entries),
            request_id=seat.request_id,
            participant_id=seat.participant_id,
        )
        bundle.entries.append(entry)
    given: Json = {
        name: getattr(seat, name)
        for name in ("kind", "from_group_id", "to_group_id", "opens", "why", "facts")
    }
    for name, value in given.items():
        setattr(entry, name, value)
