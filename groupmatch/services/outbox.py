"""Puts mails into the outbox, in the transaction of what they tell of."""

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
