"""Puts mails into the outbox, in the transaction of what they tell of."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch import clock
from groupmatch.database import Json
from groupmatch.records import OutboxMail


def post(
    session: Session, template: str, recipient: str, *, program_id: str | None, facts: Json
) -> None:
    """Write one mail to one person; nothing is written where there is no address.

    `template` names `templates/mail/<template>.txt`. Facts carry links and times only: no topic,
    no other person, no diagnosis.
    """
    if not recipient:
        return
    at = clock.now()
    session.add(
        OutboxMail(
            recipient=recipient,
            template=template,
            program_id=program_id,
            facts=facts,
            created_at=at,
            send_after=at,
        )
    )


def post_once(
    session: Session, template: str, recipient: str, *, program_id: str | None, facts: Json
) -> None:
    """Write a mail, unless the same one to the same person has not been sent yet."""
    unsent = select(OutboxMail.id).where(
        OutboxMail.sent_at.is_(None),
        OutboxMail.recipient == recipient,
        OutboxMail.template == template,
    )
    if session.scalar(unsent.limit(1)) is None:
        post(session, template, recipient, program_id=program_id, facts=facts)


def post_once_each(
    session: Session, template: str, recipients: Iterable[str], *, program_id: str
) -> None:
    """Write the same mail without facts to many people, like `post_once` to each, in one look."""
    unsent = select(OutboxMail.recipient).where(
        OutboxMail.sent_at.is_(None), OutboxMail.template == template
    )
    told = set(session.scalars(unsent))
    for recipient in sorted(set(recipients) - told):
        post(session, template, recipient, program_id=program_id, facts={})
