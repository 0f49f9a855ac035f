"""Groups: create one, change it, close it to newcomers, end it."""

import dataclasses
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch import clock
from groupmatch.database import Json, new_id
from groupmatch.errors import Conflict, Refused
from groupmatch.records import (
    Admission,
    EndReason,
    Group,
    GroupKind,
    GroupStatus,
    GroupType,
    LevelOfCare,
    Program,
    Seat,
    SeatState,
    Topic,
)
from groupmatch.services import locks
from groupmatch.services.audit import audit, changes
from groupmatch.services.groups import group_parts, openings
from groupmatch.services.groups.group_parts import Limit, MeetingTime, Parts
from groupmatch.services.programs import places
from groupmatch.services.seats import seats
from groupmatch.services.sessions import session_leaders, sessions

__all__ = [
    "EDITABLE",
    "Limit",
    "MeetingTime",
    "close_to_newcomers",
    "create_group",
    "edit_group",
    "end_group",
    "finish_ended_groups",
]

EDITABLE = (
    "external_id",
    "name",
    "topic_code",
    "kind",
    "type_code",
    "level_code",
    "timezone",
    "min_size",
    "max_size",
    "held_seats",
    "admission",
    "status",
    "starts_on",
    "ends_on",
    "open_cost",
    "alternative_key",
    "requires",
    "attributes",
)
_PARTS = tuple(field.name for field in dataclasses.fields(Parts))


def create_group(
    session: Session,
    program: Program,
    *,
    meetings: Sequence[MeetingTime],
    leaders: Sequence[str],
    by: str | None,
    limits: Sequence[Limit] = (),
    entries: Sequence[date] = (),
    **fields: Any,
) -> Group:
    """Create a group; `leaders` are therapists' ids, and the first one leads.

    `fields` are of EDITABLE; name, topic_code, level_code, timezone, min_size and max_size must be
    among them. Raises Refused as `edit_group` does.
    """
    parts = group_parts.in_order(Parts(meetings, leaders, limits, entries))
    group_parts.refuse_unusable(session, program.id, parts)
    _refuse_unusable(session, fields)
    group = Group(id=new_id(), program_id=program.id, created_at=clock.now(), **fields)
    session.add(group)
    group_parts.add(group, parts)
    after = {**changes.facts(group, EDITABLE), **parts.facts()}
    audit.record(session, "group.created", group, by=by, after=after)
    return group


def edit_group(
    session: Session,
    group: Group,
    *,
    by: str | None,
    since: date | None = None,
    **edits: Any,
) -> bool:
    """Change fields of a group, or its `meetings`, `leaders`, `limits` or `entries`, which are
    then replaced as a whole. False when nothing differed. Members keep their seats.

    New meetings and leaders hold `since` a local date, today where none is given; until then, all
    stays as it was. Raises Refused `change_past` for an earlier date.

    Raises Refused `group_awaited` where a group that has members or offers would only be proposed,
    `name_missing`, `unknown_zone`, `unknown_topic`, `unknown_level`,
    `unknown_group_type`, `sizes_out_of_range`, `one_seat_only` (an individual hour),
    `dates_backward`, `open_cost_negative` or one of `group_parts`.
    """
    locks.hold_program(session, group.program_id)
    locks.hold_groups(session, [group.id])
    since = _since(group, since)
    before = group_parts.parts_of(group)
    given = {name: edits.pop(name) for name in _PARTS if name in edits}
    after = group_parts.in_order(dataclasses.replace(before, **given))
    group_parts.refuse_unusable(session, group.program_id, after)
    _refuse_unusable(session, {**{name: getattr(group, name) for name in EDITABLE}, **edits})
    if edits.get("status") == GroupStatus.PROPOSED and openings.is_awaited(session, group):
        raise Refused("group_awaited")
    edited = changes.apply(session, group, edits, editable=EDITABLE, act="group.edited", by=by)
    if after != before:
        if after.leaders != before.leaders:
            session_leaders.keep_leaders(session, group)
        group_parts.replace(session, group, after, since=since)
        group.touch()
        facts = after.facts() | _from_then(before, after, since)
        audit.record(
            session, "group.parts_edited", group, by=by, before=before.facts(), after=facts
        )
    sessions.lay_out(session, group, by=by)
    return edited or after != before


def _since(group: Group, asked: date | None) -> date | None:
    """From when new parts hold; None for a group that has not met yet."""
    today = clock.today(group.timezone)
    if asked is not None and asked < today:
        raise Refused("change_past")
    since = asked or today
    begins = None if group.status == GroupStatus.PROPOSED else group.starts_on or date.min
    return None if begins is None or since <= begins else since


def _from_then(before: Parts, after: Parts, since: date | None) -> Json:
    same = (before.meetings, before.leaders) == (after.meetings, after.leaders)
    return {} if since is None or same else {"holds_from": since.isoformat()}


def close_to_newcomers(session: Session, group: Group, *, by: str | None) -> None:
    """Nobody new joins from now on; who sits in it stays."""
    edit_group(session, group, by=by, admission=Admission.CLOSED)


def end_group(
    session: Session, group: Group, *, last_on: date, by: str | None, reason: str
) -> None:
    """Let a group end. Until its last local date it is ending and keeps its members, whom the
    night finds other seats for; after it, `finish_ended_groups` ends the seats that are left.

    Raises Conflict `group_over`, and Refused `last_day_past` for a date before today.
    """
    locks.hold_program(session, group.program_id)
    locks.hold_groups(session, [group.id])
    if group.status == GroupStatus.ENDED:
        raise Conflict("group_over")
    today = clock.today(group.timezone)
    if last_on < today:
        raise Refused("last_day_past", today=today)
    before = changes.facts(group, ("status", "ends_on"))
    proposed = group.status == GroupStatus.PROPOSED
    group.status = GroupStatus.ENDED if proposed else GroupStatus.ENDING
    group.ends_on = last_on
    audit.record(
        session,
        "group.ended" if proposed else "group.ending",
        group,
        by=by,
        before=before,
        after=changes.facts(group, ("status", "ends_on")),
        reason=reason,
    )
    sessions.lay_out(session, group, by=by)


def finish_ended_groups(session: Session, program: Program, *, by: str | None = None) -> int:
    """End the groups whose last date is over, and the seats in them; whoever held one waits anew.

    Called before each night's run. Returns how many groups ended.
    """
    locks.hold_program(session, program.id)
    past = select(Group).where(
        Group.program_id == program.id,
        Group.status != GroupStatus.ENDED,
        Group.ends_on.is_not(None),
    )
    over = [
        group
        for group in session.scalars(past.order_by(Group.id))
        if group.ends_on is not None and group.ends_on < clock.today(group.timezone)
    ]
    for group in over:
        _finish(session, group, by=by)
    return len(over)


def _finish(session: Session, group: Group, *, by: str | None) -> None:
    locks.hold_groups(session, [group.id])
    held = select(Seat).where(Seat.group_id == group.id, Seat.state != SeatState.ENDED)
    last_on = group.ends_on or clock.today(group.timezone)
    for seat in session.scalars(held.order_by(Seat.id)).all():
        seats.end_seat(session, seat, last_on=last_on, reason=EndReason.GROUP_ENDED, by=by)
    before = {"status": group.status}
    group.status = GroupStatus.ENDED
    audit.record(
        session, "group.ended", group, by=by, before=before, after={"status": group.status}
    )


def _refuse_unusable(session: Session, fields: dict[str, Any]) -> None:
    if not fields["name"].strip():
        raise Refused("name_missing")
    places.refuse_unknown_zone(fields["timezone"])
    if session.get(Topic, fields["topic_code"]) is None:
        raise Refused("unknown_topic", topic=fields["topic_code"])
    if session.get(LevelOfCare, fields["level_code"]) is None:
        raise Refused("unknown_level", level=fields["level_code"])
    type_code = fields.get("type_code")
    if type_code and session.get(GroupType, type_code) is None:
        raise Refused("unknown_group_type", type=type_code)
    _refuse_sizes(fields)
    starts_on, ends_on = fields.get("starts_on"), fields.get("ends_on")
    if starts_on and ends_on and ends_on < starts_on:
        raise Refused("dates_backward", first_on=starts_on, last_on=ends_on)


def _refuse_sizes(fields: dict[str, Any]) -> None:
    smallest, largest = fields["min_size"], fields["max_size"]
    held = fields.get("held_seats", 0)
    least = 1 if fields.get("status") == GroupStatus.PROPOSED else 0
    if not least <= smallest <= largest or not 0 <= held <= largest:
        raise Refused("sizes_out_of_range", least=least)
    if fields.get("kind") == GroupKind.INDIVIDUAL and largest > 1:
        raise Refused("one_seat_only")
    if fields.get("open_cost", 0) < 0:
        raise Refused("open_cost_negative")
