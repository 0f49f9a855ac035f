"""What must always hold, checked after every act against the look before it.

Written without the services and without the solver.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from groupmatch import clock
from groupmatch.records import (
    SEAT_FOLLOWS,
    EndReason,
    Group,
    GroupStatus,
    Participant,
    ParticipantStatus,
    Request,
    RequestStatus,
    Run,
    RunKind,
    RunState,
    Seat,
    SeatState,
)
from groupmatch.simulation.facts import Facts, SeatFacts
from groupmatch.simulation.soundness import unfit

#: Groups in these states have no members.
_EMPTY = (GroupStatus.ENDED, GroupStatus.PROPOSED)
#: How far a change of groups reaches, and some more.
_DAYS_AHEAD = 24


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
    today = clock.now().date()
    days = [today + timedelta(days=n) for n in range(1, _DAYS_AHEAD)]
    for on, former, present in zip(days, before.coming(days), after.coming(days), strict=True):
        for group, count in present.items():
            if count > max(after.groups[group].room, former[group]):
                yield f"{group} holds {count} of {after.groups[group].room} on {on}"


def _lost(before: Facts, after: Facts, *, by_person: bool) -> Iterator[str]:
    """Without a person no seat ends but with its group, when it was agreed ahead, and offers that
    nobody answered; and whoever has a safety flag loses none even then, but with the group.
    """
    for key, was in before.seats.items():
        now = after.seats.get(key, was)
        if now.held or not was.held or by_person or now.end_reason == EndReason.GROUP_ENDED:
            continue
        if was.participant in before.flagged & after.flagged:
            yield f"seat {key} was lost under a safety flag"
        elif not _was_to_end(was, now):
            yield f"seat {key} was lost by the software"


def _was_to_end(was: SeatFacts, now: SeatFacts) -> bool:
    if was.state == SeatState.OFFERED:
        return now.end_reason == EndReason.LAPSED
    over = was.agreed_until is not None and was.agreed_until < clock.now().date()
    return over and now.end_reason in (EndReason.COMPLETED, EndReason.DISCHARGED)


def _deleted(before: Facts, after: Facts) -> Iterator[str]:
    for table, ids in before.ids.items():
        if not ids <= after.ids[table]:
            yield f"rows of {table} were deleted"
    for act, count in before.acts.items():
        if after.acts[act] < count:
            yield f"{act} was taken out of the audit log"
    for key, was in before.seats.items():
        # Who changed may take the former seat up again, by a person's word and a log entry.
        may_change = was.held or was.end_reason in SEAT_FOLLOWS
        if key not in after.seats or not (may_change or after.seats[key] == was):
            yield f"the past of seat {key} was rewritten"


def _unaudited(before: Facts, after: Facts) -> Iterator[str]:
    """Whatever became of a seat stands in the audit log, as often as it happened."""
    for acts, count in (
        (("seat.offered", "seat.taken", "seat.taken_up_again"), _begun(before, after)),
        (("seat.ended",), _ended(before, after)),
    ):
        audited = sum(after.acts[act] - before.acts[act] for act in acts)
        if audited != count:
            yield f"{count} times {acts[0]}, audited {audited} times"


def _begun(before: Facts, after: Facts) -> int:
    """New seats, offered ones that were taken, and ended ones that stand again."""
    return sum(
        key not in before.seats
        or (now.state == SeatState.ACTIVE and before.seats[key].state != SeatState.ACTIVE)
        for key, now in after.seats.items()
    )


def _ended(before: Facts, after: Facts) -> int:
    return sum(
        not now.held and (key not in before.seats or before.seats[key].held)
        for key, now in after.seats.items()
    )


def _twice(after: Facts) -> Iterator[str]:
    held = [seat for seat in after.seats.values() if seat.held]
    for name, keys in (
        ("request", Counter(seat.request for seat in held)),
        ("member", Counter((seat.participant, seat.group) for seat in held)),
    ):
        yield from (f"{name} {key} holds {count} seats" for key, count in keys.items() if count > 1)


def _over_but_held(session: Session) -> Iterator[str]:
    closed, empty = Request.status == RequestStatus.CLOSED, Group.status.in_(_EMPTY)
    # A seat may last longer than the care, to a date that was agreed.
    gone = and_(Participant.status == ParticipantStatus.DISCHARGED, Seat.ends_on.is_(None))
    held = (
        select(closed, empty, gone, Request.id, Group.id, Group.status, Participant.id)
        .join(Seat, Seat.request_id == Request.id)
        .join(Group, Group.id == Seat.group_id)
        .join(Participant, Participant.id == Seat.participant_id)
        .where(Seat.state != SeatState.ENDED, or_(closed, empty, gone))
    )
    for over, lost, left, request, group, status, person in session.execute(held):
        if over:
            yield f"closed request {request} holds a seat"
        if lost:
            yield f"{status} group {group} has a member"
        if left:
            yield f"{person} is discharged and holds a seat"


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
