"""Findings as staff read them: whom and what the ids in changes and differences stand for."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from groupmatch.database import Json
from groupmatch.records import (
    Finding,
    FindingKind,
    Group,
    GroupLeader,
    Participant,
    Program,
    Request,
    Run,
    Unplaced,
)
from groupmatch.services.drafts import drafts
from groupmatch.services.findings import findings
from groupmatch.services.findings.why_not import WhyNot, why_not

#: What is told of a group.
TOLD = (
    selectinload(Group.meetings),
    selectinload(Group.leaders).joinedload(GroupLeader.therapist),
)


@dataclass(frozen=True)
class Names:
    """Groups and participants by id, and participants by the id of a request of theirs."""

    groups: Mapping[str, Group] = field(default_factory=dict)
    people: Mapping[str, Participant] = field(default_factory=dict)
    owners: Mapping[str, Participant] = field(default_factory=dict)

    def person(self, change: Json) -> Participant | None:
        """Whom a change is about."""
        return self.people.get(change.get("participant", "")) or self.owners.get(
            change.get("request", "")
        )

    def owners_of(self, requests: Sequence[str]) -> list[Participant]:
        """Whose requests these are, each once, as far as they are there to be told of."""
        found = (self.owners[each] for each in requests if each in self.owners)
        return list({person.id: person for person in found}.values())

    def count(self, moved: Sequence[Json]) -> int:
        """How many people these are."""
        return len(self.owners_of([each["request"] for each in moved]))

    def knows(self, change: Json) -> bool:
        """Whether everything that the change names is there to be told of."""
        groups = [change[name] for name in ("group", "from", "to") if change.get(name)]
        about_somebody = "participant" in change or "request" in change
        return all(each in self.groups for each in groups) and (
            not about_somebody or self.person(change) is not None
        )


@dataclass(frozen=True)
class FindingPage:
    """One kind of finding about the last run, as far as it is there."""

    run: Run | None
    finding: Finding | None
    running: bool
    names: Names

    def told(self, name: str) -> Sequence[Json]:
        """One list of the answer; empty while there is none."""
        if self.finding is None or self.finding.state != "done":
            return ()
        found: Sequence[Json] = (self.finding.answer or {}).get(name, ())
        return found


@dataclass(frozen=True)
class WhyNotPage:
    """One request that the last run left without a seat; `why` is None where it did not."""

    request: Request
    why: WhyNot | None
    fixes: FindingPage


def finding_page(session: Session, program: Program, kind: FindingKind) -> FindingPage:
    """What is known of the last run."""
    run = drafts.last_run(session, program)
    found = findings.latest(session, run.id, kind) if run else None
    names = names_in(session, program, (found.answer,) if found else ())
    return FindingPage(run, found, bool(found and findings.is_running(found)), names)


def why_not_page(session: Session, program: Program, request: Request) -> WhyNotPage:
    """Why a request got no seat from the last run, and what would help."""
    page = finding_page(session, program, FindingKind.FIXES)
    query = select(Unplaced).where(
        Unplaced.request_id == request.id, Unplaced.run_id == (page.run.id if page.run else "")
    )
    unplaced = session.scalars(query).first()
    if unplaced is None:
        return WhyNotPage(request, None, page)
    names = names_in(session, program, unplaced.fixes or ())
    [why] = why_not(session, [unplaced])
    return WhyNotPage(request, why, FindingPage(page.run, page.finding, page.running, names))


def names_in(session: Session, program: Program, told: Iterable[object]) -> Names:
    """What the ids in some answers stand for; two or three queries, whatever their number."""
    ids = {name for each in told for name in _strings(each)}
    if not ids:
        return Names()
    groups = select(Group).where(Group.program_id == program.id, Group.id.in_(ids))
    people = select(Participant).where(
        Participant.program_id == program.id, Participant.id.in_(ids)
    )
    requests = select(Request).where(Request.program_id == program.id, Request.id.in_(ids))
    owned = requests.options(joinedload(Request.participant))
    return Names(
        {group.id: group for group in session.scalars(groups.options(*TOLD))},
        {person.id: person for person in session.scalars(people)},
        {request.id: request.participant for request in session.scalars(owned)},
    )


def _strings(told: object) -> Iterable[str]:
    """All strings in something read from JSON."""
    if isinstance(told, str):
        yield told
    elif isinstance(told, Mapping):
        for each in told.values():
            yield from _strings(each)
    elif isinstance(told, Sequence):
        for each in told:
            yield from _strings(each)
