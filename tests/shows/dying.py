"""`python -m tests.shows.dying scheduler --once`: a scheduler that may kill itself.

What it is to die of stands in the environment: DIE_AT_STATEMENT=n before the n-th statement it
sends to the database (a commit counts as one), DIE_AT_MAIL=n before, or with DIE_AFTER_MAIL=n
after, it has handed over the n-th mail. COUNT_INTO names a file for how many of each there were.
AHEAD shifts its clock by so many seconds; TIMES does everything so often. CARELESS takes a guard
away: `publish` carries out each bundle in a transaction of its own, `claim` writes nowhere whose
night it is, `mail` marks a mail as sent before it sends it, `message-id` names each sending anew.
"""

import atexit
import json
import os
import signal
import smtplib
from collections import Counter
from datetime import timedelta
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path
from typing import Any

import time_machine
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from groupmatch import clock, mail
from groupmatch.cli import main
from groupmatch.database import Database
from groupmatch.errors import Conflict
from groupmatch.records import DraftBundle, OutboxMail, Program, Run, RunKind
from groupmatch.services.drafts import drafts, publishing
from groupmatch.services.runs import nightly, runs, unattended
from groupmatch.settings import Settings

_done: Counter[str] = Counter()


def _count(kind: str) -> None:
    """Count one more of a kind, and die where that is the one."""
    _done[kind] += 1
    if os.environ.get(f"DIE_{kind}") == str(_done[kind]):
        os.kill(os.getpid(), signal.SIGKILL)


def _watch() -> None:
    event.listen(Engine, "before_cursor_execute", lambda *_: _count("AT_STATEMENT"))
    event.listen(Engine, "commit", lambda *_: _count("AT_STATEMENT"))
    send = smtplib.SMTP.send_message

    def counted(server: smtplib.SMTP, message: EmailMessage, *rest: Any) -> Any:
        _count("AT_MAIL")
        answer = send(server, message, *rest)
        _count("AFTER_MAIL")
        return answer

    smtplib.SMTP.send_message = counted  # type: ignore[method-assign, assignment]
    if "COUNT_INTO" in os.environ:
        atexit.register(lambda: Path(os.environ["COUNT_INTO"]).write_text(json.dumps(_done)))


def _publish_one_by_one() -> None:
    execute = runs.execute
    unattended.publish_placements = lambda *_: 0

    def executed(database: Database, *rest: Any) -> Run:
        run = execute(database, *rest)
        with database.read() as session:
            found = select(DraftBundle.id).where(DraftBundle.run_id == run.id)
            bundles = session.scalars(found.order_by(DraftBundle.position)).all()
        for bundle_id in bundles:
            with database.transaction() as session:
                bundle = session.get_one(DraftBundle, bundle_id)
                drafts.approve(session, bundle, by=None)
                program = session.get_one(Program, bundle.program_id)
                publishing.publish(session, program, [bundle], by=None)
        return run

    runs.execute = executed


def _claim_nothing() -> None:
    def claim(session: Session, night: nightly.Night) -> str | None:
        program = session.get_one(Program, night.program_id)
        try:
            return runs.start_run(session, program, kind=RunKind.NIGHTLY, by=None).id
        except Conflict:
            return None

    nightly.claim = claim


def _mark_before_sending() -> None:
    claim = mail._claim

    def marked(database: Database, mail_id: str, attempts: int) -> OutboxMail | None:
        queued = claim(database, mail_id, attempts)
        if queued:
            mail._mark_sent(database, queued)
        return queued

    mail._claim = marked


def _name_each_sending_anew() -> None:
    write = mail.message

    def written(queued: OutboxMail, settings: Settings) -> EmailMessage:
        message = write(queued, settings)
        message.replace_header("Message-ID", make_msgid())
        return message

    mail.message = written


_CARELESS = {
    "publish": _publish_one_by_one,
    "claim": _claim_nothing,
    "mail": _mark_before_sending,
    "message-id": _name_each_sending_anew,
}

if __name__ == "__main__":
    if careless := os.environ.get("CARELESS"):
        _CARELESS[careless]()
    _watch()
    ahead = timedelta(seconds=float(os.environ.get("AHEAD", "0")))
    with time_machine.travel(clock.now() + ahead, tick=True):
        for _ in range(int(os.environ.get("TIMES", "1"))):
            main(standalone_mode=False)
