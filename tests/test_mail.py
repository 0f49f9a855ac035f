"""Mails leave the outbox once, to one person each, and say nothing that is private."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest
import time_machine
from sqlalchemy import select

from groupmatch import mail
from groupmatch.database import Database, Json
from groupmatch.mail import Delivery, deliver
from groupmatch.records import OutboxMail
from groupmatch.resources import shipped
from groupmatch.services.mail import outbox
from groupmatch.settings import Settings, load
from tests.mailbox import Mailbox, serving


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def settings(mailbox: Mailbox, tmp_path: Path) -> Iterator[Settings]:
    with serving(mailbox) as port:
        yield replace(
            load({"GROUPMATCH_DATA": str(tmp_path)}),
            mail_host="127.0.0.1",
            mail_port=port,
            mail_starttls=False,
            mail_sender="appointments@example.org",
            public_url="https://groups.example.org",
        )


def post(database: Database, *recipients: str, template: str = "schedule", **facts: str) -> None:
    with database.transaction() as session:
        for recipient in recipients:
            outbox.post(session, template, recipient, program_id=None, facts=Json(facts))


def unsent(database: Database) -> list[OutboxMail]:
    with database.read() as session:
        return list(session.scalars(select(OutboxMail).where(OutboxMail.sent_at.is_(None))))


def test_a_mail_is_sent_once_to_one_person(
    sqlite_database: Database, settings: Settings, mailbox: Mailbox
) -> None:
    post(sqlite_database, "ada@example.org", "ben@example.org")
    assert deliver(sqlite_database, settings) == Delivery(sent=2)
    assert deliver(sqlite_database, settings) == Delivery()
    assert sorted(mailbox.recipients) == ["ada@example.org", "ben@example.org"]
    assert all(len(addresses) == 1 for addresses, _ in mailbox.received)


def test_a_mail_carries_the_link_and_says_that_a_machine_wrote_it(
    sqlite_database: Database, settings: Settings, mailbox: Mailbox
) -> None:
    post(sqlite_database, "ada@example.org")
    [queued] = unsent(sqlite_database)
    deliver(sqlite_database, settings)
    [(_, received)] = mailbox.received
    assert received["Subject"] == "Something changed in your schedule"
    assert received["To"] == "ada@example.org"
    assert received["From"] == "appointments@example.org"
    assert received["Message-ID"] == f"<{queued.id}@example.org>"
    assert received["Auto-Submitted"] == "auto-generated"
    assert "https://groups.example.org/me" in received.get_payload()


def test_without_a_mail_host_mails_wait(sqlite_database: Database, settings: Settings) -> None:
    post(sqlite_database, "ada@example.org")
    assert deliver(sqlite_database, replace(settings, mail_host="")) == Delivery()
    assert len(unsent(sqlite_database)) == 1


def test_an_address_that_is_refused_does_not_hold_up_the_others_and_is_tried_again(
    sqlite_database: Database, settings: Settings, mailbox: Mailbox
) -> None:
    mailbox.refused = {"ada@example.org"}
    with time_machine.travel("2026-11-22T18:00:00Z", tick=False) as clock:
        post(sqlite_database, "ada@example.org", "ben@example.org")
        assert deliver(sqlite_database, settings) == Delivery(sent=1, kept=1)
        clock.shift(timedelta(minutes=1))
        assert deliver(sqlite_database, settings) == Delivery()
        mailbox.refused = set()
        clock.shift(timedelta(minutes=1))
        assert deliver(sqlite_database, settings) == Delivery(sent=1)
    assert mailbox.recipients == ["ben@example.org", "ada@example.org"]


def test_trying_ends_after_some_days(
    sqlite_database: Database, settings: Settings, mailbox: Mailbox
) -> None:
    mailbox.refused = {"ada@example.org"}
    with time_machine.travel("2026-11-22T18:00:00Z", tick=False) as clock:
        post(sqlite_database, "ada@example.org")
        tries = 0
        for _ in range(20):
            tries += deliver(sqlite_database, settings).kept
            clock.shift(timedelta(days=1))
    assert tries == len(outbox.RETRY_MINUTES)
    assert len(unsent(sqlite_database)) == 1


def test_nobody_is_woken_by_a_mail_however_late_it_is(
    sqlite_database: Database, settings: Settings, mailbox: Mailbox
) -> None:
    """Posted in the evening, held up by a dead line, and still not delivered at night."""
    with time_machine.travel("2026-11-23T01:30:00Z", tick=False) as clock:  # 20:30 in New York
        with sqlite_database.transaction() as session:
            for address, zone in (("ada@example.org", "America/New_York"), ("ines@x.org", None)):
                outbox.post(session, "schedule", address, program_id=None, facts={}, zone=zone)
        clock.shift(timedelta(hours=1))
        assert deliver(sqlite_database, settings) == Delivery(sent=1)
        assert mailbox.recipients == ["ines@x.org"]
        clock.move_to("2026-11-23T12:59:00Z")
        assert deliver(sqlite_database, settings) == Delivery()
        clock.move_to("2026-11-23T13:00:00Z")  # 8:00 in New York
        assert deliver(sqlite_database, settings) == Delivery(sent=1)


def test_a_mail_of_the_night_waits_for_the_morning_unless_that_is_too_late(
    sqlite_database: Database, fixed_clock: time_machine.Traveller
) -> None:
    fixed_clock.move_to("2026-11-23T09:15:00Z")  # 4:15 in New York
    breakfast, noon = "2026-11-23T12:00:00+00:00", "2026-11-23T17:00:00+00:00"
    with sqlite_database.transaction() as session:
        for before in (noon, breakfast):
            outbox.post_once_each(
                session,
                "schedule",
                [("ada@example.org", "America/New_York")],
                program_id=None,  # type: ignore[arg-type]
                before=datetime.fromisoformat(before),
            )
        times = session.scalars(select(OutboxMail.send_after).order_by(OutboxMail.send_after))
        assert [f"{each:%H:%M}" for each in times] == ["09:15", "13:00"]


def test_what_nobody_tries_any_more_does_not_keep_later_news_back(
    sqlite_database: Database, fixed_clock: time_machine.Traveller
) -> None:
    with sqlite_database.transaction() as session:
        for _ in range(2):
            outbox.post_once(session, "schedule", "a@x.org", program_id=None, facts={})
        [dead] = session.scalars(select(OutboxMail))
        dead.attempts = len(outbox.RETRY_MINUTES)
        outbox.post_once(session, "schedule", "a@x.org", program_id=None, facts={})
        assert len(session.scalars(select(OutboxMail)).all()) == 2


def test_a_line_that_breaks_leaves_the_mail_for_later_under_the_same_message_id(
    sqlite_database: Database, settings: Settings, mailbox: Mailbox
) -> None:
    mailbox.drops = True
    with time_machine.travel("2026-11-22T18:00:00Z", tick=False) as clock:
        post(sqlite_database, "ada@example.org", "ben@example.org")
        assert deliver(sqlite_database, settings).sent == 0
        mailbox.drops = False
        mailbox.received.clear()
        clock.shift(timedelta(minutes=2))
        assert deliver(sqlite_database, settings) == Delivery(sent=2)
    ids = {received["Message-ID"] for _, received in mailbox.received}
    assert len(ids) == 2
    assert unsent(sqlite_database) == []


def test_a_mail_server_that_is_away_costs_no_attempt(
    sqlite_database: Database, settings: Settings
) -> None:
    post(sqlite_database, "ada@example.org")
    assert deliver(sqlite_database, replace(settings, mail_port=9)) == Delivery()
    [mail] = unsent(sqlite_database)
    assert mail.attempts == 0


def test_a_link_that_opens_an_account_does_not_stay_in_the_database(
    sqlite_database: Database, settings: Settings, mailbox: Mailbox
) -> None:
    post(sqlite_database, "ada@example.org", template="invitation", link="https://x.example/abc")
    deliver(sqlite_database, settings)
    [(_, received)] = mailbox.received
    assert "https://x.example/abc" in received.get_payload()
    with sqlite_database.read() as session:
        [kept] = session.scalars(select(OutboxMail))
    assert kept.facts == {}


@pytest.mark.parametrize(
    "address", ["ada@example.org\nBcc: all@example.org", "ada@example.org, ben@example.org", "ada"]
)
def test_an_address_cannot_add_headers_or_recipients(
    sqlite_database: Database, settings: Settings, mailbox: Mailbox, address: str
) -> None:
    post(sqlite_database, address)
    deliver(sqlite_database, settings)
    assert mailbox.received == []


def test_several_senders_at_once_send_each_mail_once(
    database: Database, settings: Settings, mailbox: Mailbox
) -> None:
    post(database, *(f"p{n}@example.org" for n in range(12)))
    deliver_at_once(database, settings, workers=4)
    assert len(mailbox.recipients) == len(set(mailbox.recipients)) == 12


def test_several_senders_without_the_claim_send_mails_twice(
    database: Database, settings: Settings, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def claim_nothing(database: Database, mail_id: str, attempts: int) -> OutboxMail | None:
        with database.read() as session:
            return session.get(OutboxMail, mail_id)

    monkeypatch.setattr(mail, "_claim", claim_nothing)
    post(database, *(f"p{n}@example.org" for n in range(12)))
    deliver_at_once(database, settings, workers=4)
    assert len(mailbox.recipients) > 12


def deliver_at_once(database: Database, settings: Settings, *, workers: int) -> None:
    ready = Barrier(workers)

    def work() -> None:
        ready.wait()
        deliver(database, settings)

    threads = [Thread(target=work) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.parametrize("path", sorted((shipped("templates") / "mail").glob("*.txt")), ids=str)
def test_every_mail_has_a_subject_and_is_written_without_names(
    settings: Settings, path: Path
) -> None:
    queued = OutboxMail(
        id="m1",
        recipient="ada@example.org",
        template=path.stem,
        facts={
            "link": "https://groups.example.org/x",
            "until": "Monday, November 23, 1:00 pm EST",
            "at": "Monday, November 23, 6:00 pm EST",
        },
        created_at=mail.clock.now(),
    )
    written = mail.message(queued, settings)
    assert 5 < len(written["Subject"]) < 60
    assert "https://groups.example.org/" in written.get_content()
