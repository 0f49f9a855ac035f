"""What must always hold, checked after every act against the look before it.

Written without the services and without the solver.
"""

from collections import Counter
from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from groupmatch.records import (
    EndReason,
    GroupStatus,
    ParticipantStatus,
    RequestStatus,
    Run,
    RunKind,
    RunState,
    Seat,
    SeatState,
)
from tests.life.facts import Facts
from tests.life.soundness import unfit


def broken(session: Session, before: Facts, after: Facts, *, by_person: bool) -> list[str]:
    """Every invariant that an act broke, in words; none if all is well."""
    return [
        *_oversold(before, after),
        *_lost(before, after, by_person=by_person),
        *_deleted(before, after),
        *_unaudited(before, after),
        *_twice(after),
        *_over_but_held(session),
        *_two_runs(session),
        *_unsound(session, before, after),
    ]


def _oversold(before: Facts, after: Facts) -> Iterator[str]:
    """A group never holds more than its room, unless the room was made smaller around it."""
    for group, count in after.held.items():
        if count > max(after.groups[group].room, before.held[group]):
            yield f"{group} holds {count} of {after.groups[group].room}"


def _lost(before: Facts, after: Facts, *, by_person: bool) -> Iterator[str]:
    """Without a person, a seat ends only with its group; a flagged person's not even then."""
    for key, was in before.seats.items():
        now = after.seats.get(key, was)
        ended = was.held and not now.held
        if ended and not by_person and now.end_reason != EndReason.GROUP_ENDED:
            yield f"seat {key} was lost by the software"


def _deleted(before: Facts, after: Facts) -> Iterator[str]:
    for table, ids in before.ids.items():
        if not ids <= after.ids[table]:
            yield f"rows of {table} were deleted"
    for act, count in before.acts.items():
        if after.acts[act] < count:
            yield f"{act} was taken out of the audit log"
    for key, was in before.seats.items():
        if key not in after.seats or not (was.held or after.seats[key] == was):
            yield f"the past of seat {key} was rewritten"


def _unaudited(before: Facts, after: Facts) -> Iterator[str]:
    """Each seat that was taken or ended stands in the audit log."""
    taken = len(after.seats) - len(before.seats)
    ended = sum(not seat.held for seat in after.seats.values())
    ended -= sum(not seat.held for seat in before.seats.values())
    for act, count in (("seat.taken", taken), ("seat.ended", ended)):
        if after.acts[act] - before.acts[act] != count:
            yield f"{count} times {act}, audited {after.acts[act] - before.acts[act]} times"


def _twice(after: Facts) -> Iterator[str]:
    held = [seat for seat in after.seats.values() if seat.held]
    for name, keys in (
        ("request", Counter(seat.request for seat in held)),
        ("member", Counter((seat.participant, seat.group) for seat in held)),
    ):
        yield from (f"{name} {key} holds {count} seats" for key, count in keys.items() if count > 1)


def _over_but_held(session: Session) -> Iterator[str]:
    for seat in session.scalars(select(Seat).where(Seat.state != SeatState.ENDED)):
        if seat.request.status == RequestStatus.CLOSED:
            yield f"closed request {seat.request_id} holds a seat"
        if seat.group.status in (GroupStatus.ENDED, GroupStatus.PROPOSED):
            yield f"{seat.group.status} group {seat.group_id} has a member"
        if seat.participant.status == ParticipantStatus.DISCHARGED:
            yield f"{seat.participant_id} is discharged and holds a seat"


def _two_runs(session: Session) -> Iterator[str]:
    done = (
        select(Run.program_id, Run.local_date)
        .where(Run.kind == RunKind.NIGHTLY, Run.state == RunState.DONE)
        .group_by(Run.program_id, Run.local_date)
        .having(func.count() > 1)
    )
    yield from (f"two nights on {on}" for _, on in session.execute(done))


def _unsound(session: Session, before: Facts, after: Facts) -> Iterator[str]:
    """What the software chose (a draft's entry) suits, by every rule, on the dates to come."""
    new = [key for key, seat in after.seats.items() if key not in before.seats and seat.entry]
    for seat in session.scalars(select(Seat).where(Seat.id.in_(new))):
        yield from (f"published seat {seat.id}: {wrong}" for wrong in unfit(session, seat))
