"""Keeps what a run proposes: the draft in bundles, who got no seat, and what was left aside."""

from collections import Counter
from collections.abc import Iterable, Iterator

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from groupmatch import clock, matching
from groupmatch.database import Json, new_id
from groupmatch.records import (
    BundleState,
    DraftBundle,
    DraftEntry,
    EntryKind,
    Participant,
    Pin,
    Run,
    Unplaced,
)
from groupmatch.services.audit import audit
from groupmatch.services.runs import night
from groupmatch.services.runs.night import Counts

_UNPUBLISHED = (BundleState.PROPOSED, BundleState.APPROVED, BundleState.REFUSED)


def store(
    session: Session, run: Run, compiled: matching.Compiled, solution: matching.Solution
) -> None:
    """Write a run's outcome; the unpublished rest of the former draft is superseded by it."""
    _supersede(session, run)
    bundles = _by_name(session, run, matching.proposed_bundles(compiled, solution))
    for position, seats in enumerate(bundles):
        session.add(_bundle(run, position, seats))
    session.add_all(_unplaced(run, compiled, solution))
    _lift(session, compiled)
    run.notices = list(_notices(compiled))
    run.problem, run.solution = compiled.document, solution.as_json()
    run.result = result(compiled, solution)
    night.count(session, run)


def _supersede(session: Session, run: Run) -> None:
    session.execute(
        update(DraftBundle)
        .where(
            DraftBundle.program_id == run.program_id,
            DraftBundle.state.in_(_UNPUBLISHED),
        )
        .values(state=BundleState.SUPERSEDED)
    )


def _by_name(
    session: Session, run: Run, bundles: Iterable[list[matching.ProposedSeat]]
) -> list[list[matching.ProposedSeat]]:
    """Bundles by the name of the person in their first seat, as the database sorts names."""
    people = (
        select(Participant.id)
        .where(Participant.program_id == run.program_id)
        .order_by(Participant.last_name, Participant.first_name, Participant.id)
    )
    place = {person: number for number, person in enumerate(session.scalars(people))}
    return sorted(bundles, key=lambda seats: place[seats[0].participant_id])


def _bundle(run: Run, position: int, seats: list[matching.ProposedSeat]) -> DraftBundle:
    return DraftBundle(
        id=new_id(),
        run_id=run.id,
        program_id=run.program_id,
        position=position,
        entries=[
            DraftEntry(
                id=new_id(),
                position=place,
                kind=seat.kind,
                request_id=seat.request_id,
                participant_id=seat.participant_id,
                from_group_id=seat.from_group_id,
                to_group_id=seat.to_group_id,
                opens=seat.opens,
                why=seat.why,
                facts=seat.facts,
            )
            for place, seat in enumerate(seats)
        ],
    )


def _unplaced(
    run: Run, compiled: matching.Compiled, solution: matching.Solution
) -> Iterator[Unplaced]:
    for waiting in matching.not_placed(compiled, solution):
        yield Unplaced(
            run_id=run.id,
            request_id=waiting.request_id,
            participant_id=waiting.participant_id,
            reasons=list(waiting.reasons),
        )
    for left in compiled.left_out:
        yield Unplaced(
            run_id=run.id,
            request_id=left.request_id,
            participant_id=left.participant_id,
            gates=list(left.gates),
        )


def _lift(session: Session, compiled: matching.Compiled) -> None:
    """Take back the words that no longer make sense; the notices tell which and why."""
    ids = [stale.pin_id for stale in compiled.stale_pins]
    for pin in session.scalars(select(Pin).where(Pin.id.in_(ids), Pin.lifted_at.is_(None))):
        pin.lifted_at = clock.now()
        facts = {"kind": pin.kind, "request": pin.request_id, "group": pin.group_id}
        audit.record(session, "pin.lifted", pin, by=None, before=facts)


def _notices(compiled: matching.Compiled) -> Iterator[Json]:
    """What a person should look at: codes `stale_pin`, `needs_a_person` and ids."""
    for stale in compiled.stale_pins:
        yield {
            "code": "stale_pin",
            "kind": stale.kind,
            "request": stale.request_id,
            "group": stale.group_id,
            "reasons": list(stale.reasons),
        }
    for seat in compiled.stuck_seats:
        yield {"code": "needs_a_person", "seat": seat.id, "group": seat.group_id}


def counts(compiled: matching.Compiled, solution: matching.Solution) -> Counts:
    """What the outcome does, counted in requests."""
    seats = [seat for bundle in matching.proposed_bundles(compiled, solution) for seat in bundle]
    kinds = Counter(seat.kind for seat in seats)
    return Counts(
        placed=kinds[EntryKind.PLACED],
        switched=kinds[EntryKind.SWITCHED],
        moved=kinds[EntryKind.MOVED],
        opened=len({seat.to_group_id for seat in seats if seat.opens}),
        unplaced=len(solution.unplaced),
        held_back=len(compiled.left_out),
    )


def result(compiled: matching.Compiled, solution: matching.Solution) -> Json:
    """The tiers' values and bounds, the size of the problem, the seconds that it took, and the
    calendar of its timeline.
    """
    problem = compiled.problem
    return {
        "status": solution.status,
        "objective": solution.objective._asdict(),
        "bounds": solution.bounds._asdict(),
        "participants": len(problem.participants),
        "groups": len(problem.groups),
        "requests": len(problem.requests),
        "weeks": problem.weeks,
        "seconds": round(solution.wall_seconds, 3),
        "calendar": compiled.frame.timeline.calendar.as_json(),
    }
