"""Merging two groups: one ends, and each of its members says whether to go on in the other.

Nobody is moved who has not agreed. Who agrees has a seat in the other group from the agreed date
on at once, so that it cannot be lost; room is kept for those who have not answered. Who does not
agree keeps the seat until the group ends, and is then found another with the priority of those who
lost a group. Until that date it can be called off: all have their seats as before.
"""

from collections.abc import Collection, Sequence
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from groupmatch import clock
from groupmatch.errors import Conflict, Refused
from groupmatch.records import (
    Group,
    GroupMerge,
    GroupStatus,
    MergeAnswer,
    MergeConsent,
    Seat,
    SeatState,
)
from groupmatch.services import locks
from groupmatch.services.audit import audit, changes
from groupmatch.services.groups import groups
from groupmatch.services.seats import placing, seats
from groupmatch.services.seats.giving_back import give_back, is_taken_up
from groupmatch.services.sessions import sessions
from groupmatch.services.sessions.session_calendar import session_calendar

_DAY = timedelta(days=1)
_GOING = ("status", "ends_on")


def merge_of(session: Session, group: Group) -> GroupMerge | None:
    """The merge by which a group ends, if there is one."""
    query = select(GroupMerge).where(
        GroupMerge.from_group_id == group.id, GroupMerge.called_off_at.is_(None)
    )
    return session.scalars(query.order_by(GroupMerge.created_at.desc())).first()


def consents_of(session: Session, merge: GroupMerge) -> Sequence[MergeConsent]:
    """The answers of all members, with their seats and participants."""
    query = (
        select(MergeConsent)
        .where(MergeConsent.merge_id == merge.id)
        .options(joinedload(MergeConsent.seat).joinedload(Seat.participant))
    )
    found = session.scalars(query).all()
    return sorted(found, key=lambda each: (each.seat.participant.full_name, each.id))


def propose_merge(
    session: Session, group: Group, into: Group, *, on: date, reason: str, by: str
) -> GroupMerge:
    """Let a group end the day before a date, and ask its members to go on in another.

    Raises Refused `reason_missing`, `unknown_group`, `merge_unlike` (another kind or level of
    care), `merge_date_past` or `merge_too_large`, and Conflict `group_not_running`.
    """
    if not reason.strip():
        raise Refused("reason_missing")
    if into.program_id != group.program_id or into.id == group.id:
        raise Refused("unknown_group")
    locks.hold_program(session, group.program_id)
    locks.hold_groups(session, [group.id, into.id])
    if any(each.status != GroupStatus.RUNNING for each in (group, into)):
        raise Conflict("group_not_running")
    if (into.kind, into.level_code) != (group.kind, group.level_code):
        raise Refused("merge_unlike")
    if on <= max(clock.today(each.timezone) for each in (group, into)):
        raise Refused("merge_date_past")
    members = _members(session, group)
    free = seats.free_seats(session, into, on)
    if len(members) > free:
        raise Refused("merge_too_large", members=len(members), free=max(0, free))
    merge = GroupMerge(
        program_id=group.program_id,
        from_group_id=group.id,
        into_group_id=into.id,
        on=on,
        reason=reason.strip(),
        former_ends_on=group.ends_on,
        created_at=clock.now(),
        created_by_id=by,
    )
    merge.consents = [
        MergeConsent(program_id=group.program_id, seat_id=seat.id) for seat in members
    ]
    session.add(merge)
    after = {"group": into.id, "on": on.isoformat()}
    audit.record(session, "group.merging", group, by=by, after=after, reason=merge.reason)
    groups.end_group(session, group, last_on=on - _DAY, by=by, reason=merge.reason)
    return merge


def agree(
    session: Session, consent: MergeConsent, *, by: str, despite: Collection[str] = ()
) -> Seat:
    """A member agrees: their seat goes over on the agreed date, checked like one given by hand.

    Raises Conflict `merge_answered` or `merge_over`, or as `placing.place_by_hand` does.
    """
    merge = _hold(session, consent)
    with session.begin_nested():
        # The answer first: room is kept for those who have not answered.
        _answer(session, consent, MergeAnswer.AGREED, by=by)
        return placing.place_by_hand(
            session,
            consent.seat.request,
            merge.into_group,
            by=by,
            reason=merge.reason,
            despite=despite,
            starts_on=_first_on(session, merge),
        )


def decline(session: Session, consent: MergeConsent, *, by: str) -> None:
    """A member would rather not. They keep their seat until the group ends.

    Raises Conflict `merge_answered` or `merge_over`.
    """
    _hold(session, consent)
    _answer(session, consent, MergeAnswer.DECLINED, by=by)


def call_off(session: Session, merge: GroupMerge, *, by: str, reason: str) -> None:
    """Let the group go on, with everybody who has agreed to leave it.

    Raises Refused `reason_missing`, Conflict `merge_over` when it was called off before or the date
    has come, and `merge_call_off_blocked` with what stands against the former seats in `refusal`
    (items as in `revalidation`). Whoever has another seat by now than the agreed one keeps it.
    """
    if not reason.strip():
        raise Refused("reason_missing")
    program = locks.hold_program(session, merge.program_id)
    held = locks.hold_groups(session, [merge.from_group_id, merge.into_group_id])
    locks.hold(session, merge)
    group = held[merge.from_group_id]
    if not can_call_off(merge):
        raise Conflict("merge_over")
    merge.called_off_at = clock.now()
    before = changes.facts(group, _GOING)
    group.status, group.ends_on = GroupStatus.RUNNING, merge.former_ends_on
    session.flush()
    against = give_back(session, program, _moves(session, merge), reason=reason.strip(), by=by)
    if against:
        raise Conflict("merge_call_off_blocked", refusal=against)
    after = changes.facts(group, _GOING)
    audit.record(
        session, "group.merge_called_off", group, by=by, before=before, after=after, reason=reason
    )
    sessions.lay_out(session, group, by=by)


def can_call_off(merge: GroupMerge) -> bool:
    """Whether it stands, and its date has not come."""
    ahead = merge.on > clock.today(merge.from_group.timezone)
    going = merge.from_group.status == GroupStatus.ENDING
    return merge.called_off_at is None and going and ahead


def _moves(session: Session, merge: GroupMerge) -> list[tuple[Seat, Seat]]:
    """The seats of those who agreed, with the new ones, where nothing else has become of these."""
    agreed = (
        select(MergeConsent)
        .where(MergeConsent.merge_id == merge.id, MergeConsent.answer == MergeAnswer.AGREED)
        .order_by(MergeConsent.seat_id)
    )
    moves = []
    for consent in session.scalars(agreed).all():
        new = seats.seat_of(session, consent.seat.request)
        if new and new.group_id == merge.into_group_id and not is_taken_up(session, new):
            moves.append((consent.seat, new))
    return moves


def _members(session: Session, group: Group) -> Sequence[Seat]:
    query = select(Seat).where(Seat.group_id == group.id, Seat.state == SeatState.ACTIVE)
    return session.scalars(query.order_by(Seat.id)).all()


def _hold(session: Session, consent: MergeConsent) -> GroupMerge:
    locks.hold_program(session, consent.program_id)
    locks.hold(session, consent)
    if consent.merge.called_off_at is not None:
        raise Conflict("merge_over")
    if consent.answer != MergeAnswer.ASKED:
        raise Conflict("merge_answered")
    if consent.seat.state != SeatState.ACTIVE:
        raise Conflict("seat_over")
    return consent.merge


def _first_on(session: Session, merge: GroupMerge) -> date:
    """The first session of the other group from the agreed date on, or from tomorrow on."""
    into = merge.into_group
    first = session_calendar(session, [into]).first_for_newcomers(into, merge.on)
    return first.on if first else max(merge.on, clock.today(into.timezone) + _DAY)


def _answer(session: Session, consent: MergeConsent, answer: MergeAnswer, *, by: str) -> None:
    consent.answer, consent.answered_at, consent.answered_by_id = answer, clock.now(), by
    session.flush()
    act = f"merge.{answer}"
    audit.record(session, act, consent.seat, by=by, after={"group": consent.merge.into_group_id})
