"""Reminders: of a session that comes, and of an offer that is about to lapse.

Asked every minute, by any number of schedulers. Each reminder is told once, which the outbox
itself sees to, and only while its recipient is awake.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from sqlalchemy import Select, literal, select
from sqlalchemy.orm import Session

from groupmatch import clock
from groupmatch.database import Database
from groupmatch.records import (
    Attendance,
    GroupSession,
    Offer,
    OfferState,
    OutboxMail,
    Participant,
    ParticipantStatus,
    Program,
    Seat,
    SessionState,
)
from groupmatch.services import locks
from groupmatch.services.hours.instants import in_words
from groupmatch.services.mail import outbox
from groupmatch.services.offers.expiry import awake, waking
from groupmatch.services.sessions.session_members import covers


class _Reminder(NamedTuple):
    """One mail that is due."""

    about: str
    template: str
    fact: str
    at: datetime
    program_id: str
    recipient: str
    zone: str


def remind_all_due(database: Database) -> int:
    """Write the reminders that are due in any program; how many."""
    with database.read() as session:
        due = [*_of_sessions(session), *_of_offers(session)]
    of_program = attrgetter("program_id")
    for program_id, reminders in groupby(sorted(due, key=of_program), of_program):
        with database.transaction() as session:
            # Another scheduler that found the same ones waits here, and then finds them written.
            locks.hold_program(session, program_id)
            _write(session, reminders)
    return len(due)


def _write(session: Session, due: Iterable[_Reminder]) -> None:
    for each in due:
        outbox.post(
            session,
            each.template,
            each.recipient,
            program_id=each.program_id,
            facts={each.fact: in_words(each.at, each.zone)},
            zone=each.zone,
            about=each.about,
        )


def _of_sessions(session: Session) -> Iterable[_Reminder]:
    programs = select(Program.id, Program.reminder_hours).where(Program.reminder_hours > 0)
    for program_id, hours in session.execute(programs).all():
        for row in session.execute(_expected(program_id, timedelta(hours=hours))):
            about, at, address, zone = row
            if _is_awake(zone):
                yield _Reminder(about, "session_soon", "at", at, program_id, address, zone)


def _expected(program_id: str, ahead: timedelta) -> Select[str, datetime, str, str]:
    """Who is expected at a session that begins soon, has not said no, and has not been told."""
    about = literal("session:") + GroupSession.id + ":" + Participant.id
    excused = select(Attendance.id).where(
        Attendance.session_id == GroupSession.id, Attendance.participant_id == Participant.id
    )
    return (
        select(about, GroupSession.starts_at, Participant.email, Participant.timezone)
        .join(Seat, Seat.group_id == GroupSession.group_id)
        .join(Participant, Participant.id == Seat.participant_id)
        .where(
            GroupSession.program_id == program_id,
            GroupSession.state == SessionState.SCHEDULED,
            GroupSession.starts_at > clock.now(),
            GroupSession.starts_at <= clock.now() + ahead,
            covers(GroupSession.on, GroupSession.on),
            Participant.status == ParticipantStatus.ACTIVE,
            Participant.email != "",
            ~excused.exists(),
            ~select(OutboxMail.id).where(OutboxMail.about == about).exists(),
        )
        .distinct()
    )


def _of_offers(session: Session) -> Iterable[_Reminder]:
    about = literal("offer:") + Offer.id
    query = (
        select(about, Offer, Participant.email, Participant.timezone)
        .join(Participant, Participant.id == Offer.participant_id)
        .where(
            Offer.state == OfferState.OPEN,
            Offer.expires_at > clock.now(),
            # While the flag is up the offer stands, and a person speaks with them.
            Participant.safety_flag_since.is_(None),
            Participant.email != "",
            ~select(OutboxMail.id).where(OutboxMail.about == about).exists(),
        )
    )
    for told, offer, address, zone in session.execute(query):
        lasts = (offer.expires_at - offer.made_at) * waking().reminder_share
        if clock.now() >= offer.made_at + lasts and _is_awake(zone):
            ends = offer.expires_at
            yield _Reminder(told, "offer_ends", "until", ends, offer.program_id, address, zone)


def _is_awake(zone: str) -> bool:
    return awake(clock.now(), zone, waking()) <= clock.now()
