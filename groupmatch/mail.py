"""Sends what lies in the outbox, at least once, each mail to one person.

A mail is claimed by a conditional update that is committed before anything is sent, and that also
sets when to try again: a process that dies while sending loses nothing, and two processes do not
send the same mail at the same time. What is sent twice carries the same Message-ID.
"""

import logging
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy import or_, select, update

from groupmatch import clock, language
from groupmatch.database import Database
from groupmatch.records import OutboxMail
from groupmatch.resources import shipped
from groupmatch.services.mail.outbox import RETRY_MINUTES, waits
from groupmatch.services.offers.expiry import awake, waking
from groupmatch.settings import Settings

_BATCH = 50
_TIMEOUT_SECONDS = 20

_log = logging.getLogger(__name__)
_texts = Environment(
    loader=FileSystemLoader(shipped("templates") / "mail"),
    autoescape=False,  # noqa: S701 - plain text
    undefined=StrictUndefined,
    keep_trailing_newline=True,
)
language.install(_texts)


@dataclass(frozen=True)
class Delivery:
    """What one delivery did, in mails."""

    sent: int = 0
    #: Tried in vain, and left for later.
    kept: int = 0


def deliver(database: Database, settings: Settings) -> Delivery:
    """Send the mails that are due, at most fifty. Without a mail host they stay in the outbox."""
    due = _due(database) if settings.mail_host else []
    if not due:
        return Delivery()
    sent = kept = 0
    try:
        with connected(settings) as server:
            for mail_id, attempts in due:
                mail = _claim(database, mail_id, attempts)
                if mail is None:
                    continue
                if _send(server, mail, settings):
                    _mark_sent(database, mail)
                    sent += 1
                else:
                    kept += 1
    except OSError as error:  # smtplib's own errors are of this kind, too
        # Its text may quote an address, so the log gets its kind alone.
        _log.warning("mail server %s: %s", settings.mail_host, type(error).__name__)
    return Delivery(sent, kept)


def message(mail: OutboxMail, settings: Settings) -> EmailMessage:
    """Write one mail out. Its template begins with the subject's line."""
    text = _texts.get_template(f"{mail.template}.txt").render(
        mail.facts, public_url=settings.public_url
    )
    subject, _, body = text.partition("\n\n")
    written = EmailMessage()
    written["Subject"] = subject.removeprefix("Subject: ")
    written["From"] = settings.mail_sender
    written["To"] = Address(addr_spec=mail.recipient)
    written["Date"] = format_datetime(mail.created_at)
    written["Message-ID"] = f"<{mail.id}@{settings.mail_sender.rpartition('@')[2]}>"
    written["Auto-Submitted"] = "auto-generated"
    written.set_content(body)
    return written


def _due(database: Database) -> list[tuple[str, int]]:
    """Mails to send now: who would be woken is not among them, however the mail came to be late."""
    now = clock.now()
    ready = waits(), OutboxMail.send_after <= now
    with database.read() as session:
        zones = session.scalars(select(OutboxMail.zone).where(*ready).distinct()).all()
        asleep = [zone for zone in zones if zone and awake(now, zone, waking()) > now]
        query = (
            select(OutboxMail.id, OutboxMail.attempts)
            .where(*ready, or_(OutboxMail.zone.is_(None), OutboxMail.zone.not_in(asleep)))
            .order_by(OutboxMail.send_after, OutboxMail.id)
            .limit(_BATCH)
        )
        return [(mail_id, attempts) for mail_id, attempts in session.execute(query)]


def _claim(database: Database, mail_id: str, attempts: int) -> OutboxMail | None:
    """Take a mail for this process, for some minutes; None when another was quicker."""
    claim = (
        update(OutboxMail)
        .where(
            OutboxMail.id == mail_id,
            OutboxMail.attempts == attempts,
            OutboxMail.sent_at.is_(None),
        )
        .values(
            attempts=attempts + 1,
            send_after=clock.now() + timedelta(minutes=RETRY_MINUTES[attempts]),
        )
        .returning(OutboxMail)
    )
    with database.transaction() as session:
        return session.scalars(claim).one_or_none()


def _send(server: smtplib.SMTP, mail: OutboxMail, settings: Settings) -> bool:
    try:
        server.send_message(message(mail, settings))
    except smtplib.SMTPServerDisconnected:
        raise
    except (smtplib.SMTPException, MessageError, ValueError) as error:
        _log.warning("mail %s not sent: %s", mail.id, type(error).__name__)
        return False
    return True


def _mark_sent(database: Database, mail: OutboxMail) -> None:
    # The facts of a sent mail are of no more use, and may hold a link that opens an account.
    sent = update(OutboxMail).where(OutboxMail.id == mail.id)
    with database.transaction() as session:
        session.execute(sent.values(sent_at=clock.now(), facts={}))


@contextmanager
def connected(settings: Settings) -> Iterator[smtplib.SMTP]:
    """A line to the mail server, encrypted and signed in as the settings say. Raises OSError."""
    with smtplib.SMTP(settings.mail_host, settings.mail_port, timeout=_TIMEOUT_SECONDS) as server:
        if settings.mail_starttls:
            server.starttls(context=ssl.create_default_context())
        if settings.mail_user:
            server.login(settings.mail_user, settings.mail_password)
        yield server
