"""Carries out draft entries: former seats end, groups open, and then the new seats begin.

Entries that need each other change in one week: those of a bundle, and those of several bundles
where somebody who comes would find no room, or somebody whom they must not meet, before others
have left.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch.errors import Conflict
from groupmatch.records import ApartPair, DraftEntry, EndReason, EntryKind, Seat, SeatState
from groupmatch.services.groups import openings
from groupmatch.services.seats import seats
from groupmatch.services.seats.handover import Change, Handover, handovers
from groupmatch.services.sessions.session_calendar import SessionCalendar, session_calendar


def take_up(
    session: Session,
    entries: Sequence[DraftEntry],
    *,
    by: str | None,
    state: SeatState = SeatState.ACTIVE,
) -> list[Seat]:
    """The new seats of entries that were found sound, in their order: seats may change hands.

    Raises Conflict `no_session_left` as long as some are `without_dates`.
    """
    changes = _changes(session, entries)
    dates = _dates_of_changes(session, entries, changes)
    if len(dates) < len(entries):
        raise Conflict("no_session_left")
    for entry in entries:
        _end_former(session, entry, changes[entry.id].held, dates[entry.id], by=by)
    for group in {entry.to_group_id: entry.to_group for entry in entries}.values():
        openings.open_group(session, group, by=by)
    return [_take(session, entry, dates[entry.id], state, by=by) for entry in entries]


def dates_together(session: Session, entries: Sequence[DraftEntry]) -> Mapping[str, Handover]:
    """Entry → the dates on which it would change now, with those it needs.

    Entries for which there is no such week are absent.
    """
    return _dates_of_changes(session, entries, _changes(session, entries))


def without_dates(session: Session, entries: Sequence[DraftEntry]) -> list[DraftEntry]:
    """The entries for which there is no week in which they can change with those they need."""
    dates = dates_together(session, entries)
    return [entry for entry in entries if entry.id not in dates]


def _changes(session: Session, entries: Sequence[DraftEntry]) -> dict[str, Change]:
    return {
        entry.id: Change(
            held=seats.seat_of(session, entry.request),
            group=entry.to_group,
            needed_from=entry.request.needed_from,
        )
        for entry in entries
    }


def _dates_of_changes(
    session: Session, entries: Sequence[DraftEntry], changes: Mapping[str, Change]
) -> dict[str, Handover]:
    """Entry → its dates, where there are any."""
    calendar = session_calendar(session, [group for c in changes.values() for group in c.groups])
    found: dict[str, Handover] = {}
    for circle in _circles(session, entries, changes):
        found |= _dates_of_circle(calendar, circle, changes)
    return found


def _dates_of_circle(
    calendar: SessionCalendar, circle: Sequence[DraftEntry], changes: Mapping[str, Change]
) -> dict[str, Handover]:
    try:
        dates = handovers(calendar, [changes[entry.id] for entry in circle])
    except Conflict:
        return {}
    return {entry.id: each for entry, each in zip(circle, dates, strict=True)}


def _circles(
    session: Session, entries: Sequence[DraftEntry], changes: Mapping[str, Change]
) -> list[list[DraftEntry]]:
    """The entries by whom they change with."""
    circle_of = {entry.bundle_id: entry.bundle_id for entry in entries}
    for one, other in _in_need(session, entries, changes):
        former, joined = circle_of[one.bundle_id], circle_of[other.bundle_id]
        circle_of = {
            bundle: joined if circle == former else circle for bundle, circle in circle_of.items()
        }
    circles: dict[str, list[DraftEntry]] = {}
    for entry in entries:
        circles.setdefault(circle_of[entry.bundle_id], []).append(entry)
    return list(circles.values())


def _in_need(
    session: Session, entries: Sequence[DraftEntry], changes: Mapping[str, Change]
) -> Iterator[tuple[DraftEntry, DraftEntry]]:
    """Who comes to a group, with those whom they need to have left."""
    coming: dict[str, list[DraftEntry]] = {}
    leaving: dict[str, list[DraftEntry]] = {}
    for entry in entries:
        coming.setdefault(entry.to_group_id, []).append(entry)
        held = changes[entry.id].held
        if held:
            leaving.setdefault(held.group_id, []).append(entry)
    apart = _apart(session, entries) if leaving else frozenset()
    for group in coming.keys() & leaving.keys():
        full = len(coming[group]) > seats.free_seats(session, coming[group][0].to_group)
        for one, other in product(coming[group], leaving[group]):
            if full or frozenset((one.participant_id, other.participant_id)) in apart:
                yield one, other


def _apart(session: Session, entries: Sequence[DraftEntry]) -> frozenset[frozenset[str]]:
    people = {entry.participant_id for entry in entries}
    query = select(ApartPair.first_id, ApartPair.second_id).where(
        ApartPair.first_id.in_(people), ApartPair.lifted_at.is_(None)
    )
    return frozenset(frozenset(pair) for pair in session.execute(query))


def _end_former(
    session: Session, entry: DraftEntry, held: Seat | None, dates: Handover, *, by: str | None
) -> None:
    if held is None or dates.last_on is None:
        return
    switched = entry.kind == EntryKind.SWITCHED
    seats.end_seat(
        session,
        held,
        last_on=dates.last_on,
        reason=EndReason.SWITCHED if switched else EndReason.MOVED,
        by=by,
        tell=False,
    )


def _take(
    session: Session, entry: DraftEntry, dates: Handover, state: SeatState, *, by: str | None
) -> Seat:
    return seats.take(
        session,
        entry.request,
        entry.to_group,
        starts_on=dates.starts_on,
        by=by,
        state=state,
        entry=entry,
        tell=state != SeatState.OFFERED,
    )
