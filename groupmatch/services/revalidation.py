"""Whether what was proposed and approved still holds, by the rules of the solver and the facts."""

from collections.abc import Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch import clock, matching
from groupmatch.database import Json
from groupmatch.records import DraftBundle, DraftEntry, Program, Seat, SeatState
from groupmatch.services import seats


class Present:
    """The present state, with the bundles that were found sound so far.

    Only the people of the bundles and the members of the groups concerned are compiled, which is
    all that the rules look at; all groups are.
    """

    def __init__(self, session: Session, program: Program, bundles: Sequence[DraftBundle]) -> None:
        self._compiled = matching.compile_program(
            session, program, on=clock.today(program.timezone), only=_concerned(session, bundles)
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

    def _broken(self, bundles: Sequence[DraftBundle]) -> dict[str, list[Json]]:
        """The same by the rules alone, earlier bundles first; all at once while nothing breaks."""
        entries = [entry for bundle in bundles for entry in bundle.entries]
        wished = {entry.request_id: self._hours(entry)[0] for entry in entries}
        found = matching.violations(self._compiled.problem, {**self._seats, **wished})
        if not found:
            self._seats |= wished
            return {}
        if len(bundles) > 1:
            half = len(bundles) // 2
            return self._broken(bundles[:half]) | self._broken(bundles[half:])
        told = (self._compiled.in_records(each.as_json()) for each in found)
        return {bundles[0].id: [{"code": "rule"} | each for each in told]}

    def _changes(self, entry: DraftEntry) -> Iterator[Json]:
        standing = self._compiled.standings.get(entry.request_id)
        if standing is None:
            yield self._absence(entry)
        elif standing.fixed:
            yield {"code": "kept", "entry": entry.id}
        elif not self._hours(entry):
            yield {"code": "over", "entry": entry.id}
        else:
            yield from self._changed_facts(entry, standing)

    def _absence(self, entry: DraftEntry) -> Json:
        left_out = {each.request_id: each.gates for each in self._compiled.left_out}
        if entry.request_id in left_out:
            gates = list(left_out[entry.request_id])
            return {"code": "gate", "entry": entry.id, "gates": gates}
        return {"code": "over", "entry": entry.id}

    def _changed_facts(self, entry: DraftEntry, standing: matching.Standing) -> Iterator[Json]:
        held = self._compiled.frame.snapshot.seats.get(entry.request_id)
        group = entry.to_group
        now = {
            **matching.facts_of(group, held.group_id if held else None),
            "kind": str(matching.kind_of(standing)),
        }
        for name, was in {**entry.facts, "kind": str(entry.kind)}.items():
            if now.get(name) != was:
                yield {
                    "code": "changed",
                    "entry": entry.id,
                    "fact": name,
                    "was": was,
                    "now": now.get(name),
                }
        if seats.first_date(group, clock.today(group.timezone)) is None:
            yield {"code": "no_session", "entry": entry.id}

    def _hours(self, entry: DraftEntry) -> list[str]:
        """The entry's group in the ids of the problem; none when it is over."""
        person = self._compiled.standings[entry.request_id].request.participant
        return [hour.id for hour in self._compiled.wishes.hours_of(entry.to_group_id, person)]


def _concerned(session: Session, bundles: Sequence[DraftBundle]) -> set[str]:
    entries = [entry for bundle in bundles for entry in bundle.entries]
    members = select(Seat.participant_id).where(
        Seat.group_id.in_({entry.to_group_id for entry in entries}),
        Seat.state != SeatState.ENDED,
    )
    return {*session.scalars(members), *(entry.participant_id for entry in entries)}
