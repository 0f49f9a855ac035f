"""Whether what was proposed and approved still holds, by the rules of the solver and the facts."""

from collections.abc import Collection, Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch import clock, matching
from groupmatch.database import Json
from groupmatch.records import DraftBundle, DraftEntry, Offer, Program, Seat, SeatState
from groupmatch.services.sessions.session_calendar import session_calendar

#: A new seat that a person is asked about: before it is published, or before it is accepted.
Proposal = DraftEntry | Offer


class Present:
    """The present state, with the bundles that were found sound so far.

    Only the people of the bundles and the members of the groups concerned are compiled, which is
    all that the rules look at; all groups are.
    """

    def __init__(
        self,
        session: Session,
        program: Program,
        proposals: Sequence[Proposal],
        *,
        without: Collection[str] = (),
    ) -> None:
        """Compile the present; `without` holds ids of seats and offers that count as not made."""
        self._calendar = session_calendar(session, [each.to_group for each in proposals])
        self._compiled = matching.compile_program(
            session,
            program,
            on=clock.today(program.timezone),
            only=_concerned(session, proposals),
            without=without,
        )
        requests = self._compiled.problem.requests
        self._seats = {each.id: each.seat for each in requests if each.seat is not None}

    def refusals(self, bundles: Sequence[DraftBundle]) -> dict[str, list[Json]]:
        """Bundle → everything that keeps it from being published; sound ones are absent.

        Each item has a `code`: `over` (the request or the group is), `gate` (closed `gates`),
        `kept` (only a person may change the present seat), `no_session` (none is left to begin
        with), `changed` (a `fact`, what it `was` and is `now`), all with their `entry`; or `rule`,
        with the rule of the solver that is broken and the ids concerned.
        """
        refused = {}
        for bundle in bundles:
            changes = [item for entry in bundle.entries for item in self._changes(entry)]
            if changes:
                refused[bundle.id] = changes
        return refused | self._broken([each for each in bundles if each.id not in refused])

    def objections(self, proposals: Sequence[Proposal]) -> list[Json]:
        """Everything that keeps these from being carried out together; items as above.

        Whether a settled member may go is for them to say, who accept.
        """
        changes = [item for each in proposals for item in self._changes(each)]
        broken = changes or self._broken_rules(proposals)
        return [item for item in broken if item.get("rule") != "moves"]

    def _broken(self, bundles: Sequence[DraftBundle]) -> dict[str, list[Json]]:
        """The same by the rules alone, earlier bundles first; all at once while nothing breaks."""
        broken = self._broken_rules([entry for bundle in bundles for entry in bundle.entries])
        if broken and len(bundles) > 1:
            half = len(bundles) // 2
            return self._broken(bundles[:half]) | self._broken(bundles[half:])
        return {bundles[0].id: broken} if broken else {}

    def _broken_rules(self, proposals: Sequence[Proposal]) -> list[Json]:
        """What new seats break together; where they break nothing, they count from now on."""
        wished = {each.request_id: self._hours(each)[0] for each in proposals}
        found = matching.violations(self._compiled.problem, {**self._seats, **wished})
        if not found:
            self._seats |= wished
        told = (self._compiled.in_records(each.as_json()) for each in found)
        return [{"code": "rule"} | each for each in told]

    def _changes(self, entry: Proposal) -> Iterator[Json]:
        standing = self._compiled.standings.get(entry.request_id)
        if standing is None:
            yield self._absence(entry)
        elif standing.fixed:
            yield {"code": "kept", "entry": entry.id}
        elif not self._hours(entry):
            yield {"code": "over", "entry": entry.id}
        else:
            yield from self._changed_facts(entry, standing)

    def _absence(self, entry: Proposal) -> Json:
        left_out = {each.request_id: each.gates for each in self._compiled.left_out}
        if entry.request_id in left_out:
            gates = list(left_out[entry.request_id])
            return {"code": "gate", "entry": entry.id, "gates": gates}
        return {"code": "over", "entry": entry.id}

    def _changed_facts(self, entry: Proposal, standing: matching.Standing) -> Iterator[Json]:
        held = self._compiled.frame.snapshot.seats.get(entry.request_id)
        group = entry.to_group
        now = {
            **matching.facts_of(group, held.group_id if held else None),
            "kind": str(matching.kind_of(standing)),
        }
        for name, was in _relied_on(entry).items():
            if now.get(name) != was:
                yield {
                    "code": "changed",
                    "entry": entry.id,
                    "fact": name,
                    "was": was,
                    "now": now.get(name),
                }
        if self._calendar.first_for_newcomers(group, entry.request.needed_from) is None:
            yield {"code": "no_session", "entry": entry.id}

    def _hours(self, entry: Proposal) -> list[str]:
        """The entry's group in the ids of the problem; none when it is over."""
        person = self._compiled.standings[entry.request_id].request.participant
        return [hour.id for hour in self._compiled.wishes.hours_of(entry.to_group_id, person)]


def _relied_on(entry: Proposal) -> Json:
    """The facts that were shown; of an offer, its kind is no matter once a person accepts."""
    kind = {"kind": str(entry.kind)} if isinstance(entry, DraftEntry) else {}
    return {**entry.facts, **kind}


def _concerned(session: Session, proposals: Sequence[Proposal]) -> set[str]:
    members = select(Seat.participant_id).where(
        Seat.group_id.in_({each.to_group_id for each in proposals}),
        Seat.state != SeatState.ENDED,
    )
    return {*session.scalars(members), *(each.participant_id for each in proposals)}
