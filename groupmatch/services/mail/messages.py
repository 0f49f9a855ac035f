"""Mails to one person: what was sent, and what is still to be sent."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch.records import OutboxMail, Participant

_LATEST = 100


def messages_to(session: Session, participant: Participant) -> Sequence[OutboxMail]:
    """The latest mails to somebody's present address, the last one first."""
    if not participant.email:
        return ()
    query = (
        select(OutboxMail)
        .where(
            OutboxMail.program_id == participant.program_id,
            OutboxMail.recipient == participant.email,
        )
        .order_by(OutboxMail.created_at.desc(), OutboxMail.id)
        .limit(_LATEST)
    )
    return session.scalars(query).all()
