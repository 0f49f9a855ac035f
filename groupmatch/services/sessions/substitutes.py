"""Substitutes: who may lead one session in place of a leader who is away.

A substitute needs authority to treat every member where that member is, on the day of the session.
What stands in the way is told by region, to staff alone.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, load_only

from groupmatch import clock
from groupmatch.database.among import among
from groupmatch.errors import Conflict, Refused
from groupmatch.matching.licensure import HeldLicense, compacts_by_name, regions_of
from groupmatch.records import (
    CompactRegion,
    GroupLeader,
    GroupSession,
    License,
    SessionState,
    Therapist,
    leads_on,
)
from groupmatch.services import locks
from groupmatch.services.audit import audit
from groupmatch.services.mail import outbox
from groupmatch.services.sessions import session_news
from groupmatch.services.sessions.session_members import member_regions

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Candidate:
    """A therapist of the program who does not lead the group, and what speaks against them."""

    therapist: Therapist
    #: Regions in which members are and the therapist has no authority on that day.
    missing: tuple[str, ...]
    #: Leads another session at that hour.
    busy: bool

    @property
    def suits(self) -> bool:
        """Whether they may lead the session."""
        return not self.missing and not self.busy


def ask_for_substitute(
    session: Session, meeting: GroupSession, *, note: str, by: str | None
) -> None:
    """A leader cannot come and asks for somebody else; staff see it in the morning.

    Raises Conflict `session_over`, `session_cancelled` or `substitute_asked`.
    """
    locks.hold(session, meeting)
    _refuse_unless_coming(meeting)
    if meeting.cover_asked_at or meeting.substitute_id:
        raise Conflict("substitute_asked")
    meeting.cover_asked_at = clock.now()
    audit.record(session, "session.substitute_asked", meeting, by=by, reason=note)


def come_after_all(session: Session, meeting: GroupSession, *, by: str | None) -> None:
    """Take the ask back, and the substitute with it. Raises Conflict `substitute_not_asked`."""
    locks.hold(session, meeting)
    if not meeting.cover_asked_at and not meeting.substitute_id:
        raise Conflict("substitute_not_asked")
    meeting.cover_asked_at = None
    audit.record(session, "session.substitute_not_needed", meeting, by=by)
    if meeting.substitute_id:
        _set(session, meeting, None, by=by)


def candidates(session: Session, meeting: GroupSession) -> list[Candidate]:
    """Everybody who could be asked: those who suit first, then by name."""
    leading = {each.therapist_id for each in meeting.group.leading(meeting.on)}
    query = (
        select(Therapist)
        .where(
            Therapist.program_id == meeting.program_id,
            Therapist.active,
            Therapist.id.not_in(leading),
        )
        .options(load_only(Therapist.first_name, Therapist.last_name, Therapist.active))
        .order_by(Therapist.last_name, Therapist.first_name, Therapist.id)
    )
    busy = _busy(session, meeting)
    therapists = session.scalars(query).all()
    missing = missing_regions(session, [(meeting, each) for each in therapists])
    found = [
        Candidate(each, regions, each.id in busy)
        for each, regions in zip(therapists, missing, strict=True)
    ]
    return sorted(found, key=lambda each: not each.suits)


def missing_regions(
    session: Session, standing_in: Sequence[tuple[GroupSession, Therapist]]
) -> list[tuple[str, ...]]:
    """For each session and somebody who might lead it: regions in which members are and that
    therapist has no authority on the session's day.
    """
    if not standing_in:
        return []
    needed = member_regions(session, {meeting.id for meeting, _ in standing_in})
    regions: frozenset[str] = frozenset().union(*needed.values())
    in_operation = select(CompactRegion).where(CompactRegion.region.in_(regions))
    compacts = compacts_by_name(session.scalars(in_operation))
    licenses = _licenses(session, {therapist.id for _, therapist in standing_in}, regions)
    missing = []
    for meeting, therapist in standing_in:
        held = licenses[therapist.id] if therapist.active else ()
        licensed = regions_of(held, compacts, meeting.on, meeting.on)
        missing.append(tuple(sorted(needed.get(meeting.id, frozenset()) - licensed)))
    return missing


def _licenses(
    session: Session, therapist_ids: Collection[str], regions: Collection[str]
) -> Mapping[str, list[HeldLicense]]:
    """The licenses of some therapists for some regions and for all compacts."""
    query = select(
        License.therapist_id, License.region, License.compact, License.valid_from, License.valid_to
    ).where(
        among(License.therapist_id, therapist_ids),
        or_(License.region.in_(regions), License.compact.is_not(None)),
    )
    found: defaultdict[str, list[HeldLicense]] = defaultdict(list)
    for row in session.execute(query):
        found[row[0]].append(HeldLicense(*row[1:]))
    return found


def send_substitute(
    session: Session, meeting: GroupSession, therapist: Therapist, *, by: str | None
) -> None:
    """Let a therapist lead one session in place of a leader who is away; all are told neutrally.

    Raises Conflict `session_over` or `session_cancelled`, and Refused `unknown_therapist` (of
    another program, or no longer active), `substitute_leads`, `substitute_busy` or
    `substitute_unlicensed` with the regions.
    """
    locks.hold_program(session, meeting.program_id)
    locks.hold(session, meeting)
    _refuse_unless_coming(meeting)
    if therapist.program_id != meeting.program_id or not therapist.active:
        raise Refused("unknown_therapist")
    if any(each.therapist_id == therapist.id for each in meeting.group.leading(meeting.on)):
        raise Refused("substitute_leads")
    if therapist.id in _busy(session, meeting):
        raise Refused("substitute_busy")
    [missing] = missing_regions(session, [(meeting, therapist)])
    if missing:
        raise Refused("substitute_unlicensed", regions=", ".join(missing))
    _set(session, meeting, therapist, by=by)


def take_substitute_back(session: Session, meeting: GroupSession, *, by: str | None) -> None:
    """Send nobody in place of the leader; the ask stands. Raises Conflict `no_substitute`."""
    locks.hold(session, meeting)
    if not meeting.substitute_id:
        raise Conflict("no_substitute")
    _set(session, meeting, None, by=by)
    meeting.cover_asked_at = meeting.cover_asked_at or clock.now()


def _set(
    session: Session, meeting: GroupSession, therapist: Therapist | None, *, by: str | None
) -> None:
    former = session.get(Therapist, meeting.substitute_id) if meeting.substitute_id else None
    session_news.replace_leader(session, meeting, therapist, by=by)
    session_news.tell(session, [meeting])
    if former:
        outbox.post_once(session, "week", former.email, program_id=meeting.program_id, facts={})


def _refuse_unless_coming(meeting: GroupSession) -> None:
    if meeting.state == SessionState.CANCELLED:
        raise Conflict("session_cancelled")
    if meeting.ends_at <= clock.now():
        raise Conflict("session_over")


def _busy(session: Session, meeting: GroupSession) -> frozenset[str]:
    """Therapists of the program who lead or stand in at another session during this one."""
    begins, ends = meeting.starts_at, meeting.ends_at
    leading = and_(GroupLeader.group_id == GroupSession.group_id, leads_on(GroupSession.on))
    query = (
        select(
            GroupSession.starts_at,
            GroupSession.minutes,
            GroupSession.substitute_id,
            GroupLeader.therapist_id,
        )
        .outerjoin(GroupLeader, leading)
        .where(
            GroupSession.program_id == meeting.program_id,
            GroupSession.id != meeting.id,
            GroupSession.state != SessionState.CANCELLED,
            GroupSession.starts_at > begins - _DAY,
            GroupSession.starts_at < ends,
        )
    )
    return frozenset(
        therapist_id
        for starts_at, minutes, *therapists in session.execute(query)
        if starts_at + timedelta(minutes=minutes) > begins
        for therapist_id in therapists
        if therapist_id is not None
    )
