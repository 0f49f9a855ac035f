"""Puts mails into the outbox, in the transaction of what they tell of."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.orm import Session

from groupmatch import clock
from groupmatch.database import Json
from groupmatch.records import OutboxMail
from groupmatch.services.offers.expiry import awake, waking

#: How long after each attempt the next one follows. After the last of them nobody tries any more
#: before a person says so.
RETRY_MINUTES = (2, 5, 15, 60, 180, 360, 720, 1440)


_DEAD = (OutboxMail.sent_at.is_(None), OutboxMail.attempts >= len(RETRY_MINUTES))


def waits() -> ColumnElement[bool]:
    """The mail has not been sent, and will be tried again."""
    return and_(OutboxMail.sent_at.is_(None), OutboxMail.attempts < len(RETRY_MINUTES))


def post(
    session: Session,
    template: str,
    recipient: str,
    *,
    program_id: str | None,
    facts: Json,
    zone: str | None = None,
    before: datetime | None = None,
    about: str | None = None,
) -> None:
    """Write one mail to one person; nothing is written where there is no address.

    `template` names `templates/mail/<template>.txt`. Facts carry links and times only: no topic,
    no other person, no diagnosis. With a zone the mail waits for the recipient's waking hours
    there, unless what it tells of comes `before` them. What has been told `about` once is not told
    again.
    """
    if not recipient or (about and _told(session, about)):
        return
    now = clock.now()
    send_after = awake(now, zone, waking()) if zone else now
    if before and send_after >= before:
        zone, send_after = None, now
    session.add(
        OutboxMail(
            recipient=recipient,
            template=template,
            program_id=program_id,
            facts=facts,
            created_at=now,
            send_after=send_after,
            zone=zone,
            about=about,
        )
    )


def post_once(
    session: Session,
    template: str,
    recipient: str,
    *,
    program_id: str | None,
    facts: Json,
    zone: str | None = None,
) -> None:
    """Write a mail, unless the same one to the same person has not been sent yet."""
    unsent = select(OutboxMail.id).where(
        waits(),
        OutboxMail.recipient == recipient,
        OutboxMail.template == template,
    )
    if session.scalar(unsent.limit(1)) is None:
        post(session, template, recipient, program_id=program_id, facts=facts, zone=zone)


def post_once_each(
    session: Session,
    template: str,
    recipients: Iterable[tuple[str, str]],
    *,
    program_id: str,
    before: datetime,
) -> None:
    """Write the same mail without facts to many people, each an address and a zone.

    Like `post_once` to each, in one look; what waits for the morning, but must arrive `before` an
    instant that is earlier, is written anew.
    """
    unsent = select(OutboxMail.recipient).where(
        waits(),
        OutboxMail.template == template,
        OutboxMail.send_after < before,
    )
    told = set(session.scalars(unsent))
    for recipient, zone in sorted(set(recipients)):
        if recipient not in told:
            post(
                session,
                template,
                recipient,
                program_id=program_id,
                facts={},
                zone=zone,
                before=before,
            )


def dead_letters(session: Session) -> Sequence[OutboxMail]:
    """Mails that nobody tries to send any more, the oldest first."""
    query = select(OutboxMail).where(*_DEAD).order_by(OutboxMail.created_at, OutboxMail.id)
    return session.scalars(query).all()


def retry_dead_letters(session: Session) -> int:
    """Try them all again from now on, as if they were new; how many."""
    again = update(OutboxMail).where(*_DEAD).values(attempts=0, send_after=clock.now())
    return len(session.scalars(again.returning(OutboxMail.id)).all())


def _told(session: Session, about: str) -> bool:
    return session.scalar(select(OutboxMail.id).where(OutboxMail.about == about)) is not None
