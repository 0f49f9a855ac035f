"""An hour without a mail server, by a simulated clock, and the mails that were written in it."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import time_machine

from groupmatch import clock, mail
from groupmatch.database import Database
from groupmatch.database.upgrade import upgrade
from groupmatch.mail import Delivery
from groupmatch.services.mail import outbox
from groupmatch.settings import Settings, load
from tests.cast import NOW
from tests.mailbox import Mailbox, serving
from tests.shows.lost_database import Told

MINUTES = 60
#: After the hour, until the last of those that were tried in it is tried again.
_MORE_MINUTES = 70
#: Where nobody listens.
_NOWHERE = 9


def away(folder: Path, _seconds: float, careless: bool) -> Told:
    """It does not even answer."""
    return _hour(folder, careless, answers=False)


def hangs_up(folder: Path, _seconds: float, careless: bool) -> Told:
    """It answers, and hangs up in the middle of each mail."""
    return _hour(folder, careless, answers=True)


def _hour(folder: Path, careless: bool, *, answers: bool) -> Told:
    database = Database(f"sqlite:///{folder / 'groupmatch.sqlite3'}")
    upgrade(database)
    mailbox, told = Mailbox(), Told()
    deliver = _deliver_without_care if careless else mail.deliver
    with serving(mailbox) as port, time_machine.travel(NOW, tick=False) as traveller:
        there = _settings(folder, port)
        during = there if answers else replace(there, mail_port=_NOWHERE)
        mailbox.drops = True
        for minute in range(MINUTES):
            told.yes += _post(database, minute)
            told.wait += deliver(database, during).sent == 0
            traveller.shift(timedelta(minutes=1))
        mailbox.drops = False
        received_before = len(mailbox.received)
        for _ in range(_MORE_MINUTES):
            deliver(database, there)
            traveller.shift(timedelta(minutes=1))
    database.dispose()
    return _counted(told, mailbox, received_before)


def _post(database: Database, minute: int) -> int:
    with database.transaction() as session:
        address = f"p{minute}@example.org"
        outbox.post(session, "schedule", address, program_id=None, facts={})
    return 1


def _counted(told: Told, mailbox: Mailbox, received_before: int) -> Told:
    times = Counter(mailbox.recipients[received_before:])
    told.lost = told.yes - len(times)
    told.ending = f"{len(times)} arrived, {sum(n > 1 for n in times.values())} of them twice"
    if any(count > 1 for count in times.values()):
        told.wrong.append("mails that came twice")
    return told


def _deliver_without_care(database: Database, settings: Settings) -> Delivery:
    """Mark what is due as sent, and send it then."""
    due = [mail._claim(database, *each) for each in mail._due(database)]
    for queued in filter(None, due):
        mail._mark_sent(database, queued)
    try:
        with mail.connected(settings) as server:
            return Delivery(sent=sum(mail._send(server, each, settings) for each in due if each))
    except OSError:
        return Delivery()


def _settings(folder: Path, port: int) -> Settings:
    assert clock.now() == NOW
    return replace(
        load({"GROUPMATCH_DATA": str(folder)}),
        mail_host="127.0.0.1",
        mail_port=port,
        mail_starttls=False,
    )
