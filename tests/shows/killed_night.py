"""One night that is killed at some moment, and what it leaves behind before and after recovery."""

import json
import math
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import NamedTuple

from sqlalchemy import func, select

from groupmatch import clock
from groupmatch.database import Database
from groupmatch.database.upgrade import upgrade
from groupmatch.records import (
    BundleState,
    DraftBundle,
    DraftEntry,
    OutboxMail,
    Run,
    RunState,
    Seat,
    SeatState,
)
from groupmatch.services.runs import runs
from tests import cast
from tests.mailbox import Mailbox, serving
from tests.matching.test_solving import children

WAITING = 6
#: So long after a death the next start may take the night up, and send what was being sent.
_LATER = runs.SILENCE + timedelta(seconds=5)
_SECONDS = 600
WAYS = ("at a moment", "at a statement", "at a mail", "after a mail", "its solver")


class Busy(NamedTuple):
    """Seconds of the processor: the same part of a night, however many run beside it."""

    #: Of the night with its solver.
    whole: float = 0.0
    #: Of the solver alone, while it runs.
    solver: float = 0.0


@dataclass(frozen=True)
class Usual:
    """A night that nobody disturbs: its file before, what work it is, and what it counts."""

    before: Path
    #: How far the night's clock goes ahead of ours.
    ahead: timedelta
    busy: Busy = field(default_factory=Busy)
    counts: dict[str, int] = field(default_factory=dict)


def prepared(folder: Path) -> Usual:
    """A program whose night has come and publishes: six wait, in six bundles, and one is settled.

    There it is the NOW of the cast: an afternoon, on which no mail waits for the morning and nobody
    is reminded of a session.
    """
    usual = Usual(folder / "before.sqlite3", cast.NOW - clock.now())
    database = Database(f"sqlite:///{usual.before}")
    upgrade(database)
    with database.transaction() as session:
        program = cast.program(session, night_at="00:00", night_publishes=True)
        for number in range(WAITING):
            leader = cast.therapist(session, program)
            group = cast.therapy_group(session, program, leaders=[leader], max_size=2)
            newcomer = cast.participant(session, program, f"New{number}")
            cast.request(session, newcomer)
        settled = cast.participant(session, program, "Settled")
        cast.seat(session, cast.request(session, settled), group)
    database.dispose()
    undisturbed = Night(usual, folder / "usual", "")
    undisturbed.killed("nobody", Random(), COUNT_INTO=str(folder / "counts.json"))
    if undisturbed.state != "done" or undisturbed.defects(recovered=True):
        sys.exit(f"the night does not even work undisturbed: {undisturbed.defects(True)}")
    counts = json.loads((folder / "counts.json").read_text())
    return replace(usual, busy=undisturbed.busy, counts=counts)


class Night:
    """A scheduler's process and its database, in a folder of its own."""

    def __init__(self, usual: Usual, folder: Path, careless: str) -> None:
        folder.mkdir()
        self._folder, self._usual, self._careless = folder, usual, careless
        file = folder / "groupmatch.sqlite3"
        shutil.copyfile(usual.before, file)
        self._database = Database(f"sqlite:///{file}")
        self._mailbox = Mailbox()
        #: The most that was seen of its work.
        self.busy = Busy()

    def killed(self, way: str, chance: Random, **more: str) -> None:
        """Let a night begin, and kill it in some way."""
        counts, usual = self._usual.counts, self._usual.busy
        if way == "at a statement":
            more["DIE_AT_STATEMENT"] = str(chance.randint(1, counts["AT_STATEMENT"]))
        elif way.endswith("a mail"):
            kind = "DIE_" + way.upper().replace(" A ", "_")
            more[kind] = str(chance.randint(1, counts["AT_MAIL"]))
        with serving(self._mailbox) as port:
            process = self._start(port, timedelta(0), **more)
            if way == "at a moment":
                self._watch(process, Busy(whole=chance.uniform(0, usual.whole)))
                process.kill()
            elif way == "its solver":
                self._watch(process, Busy(solver=chance.uniform(0.01, usual.solver)))
                for child in children(process.pid):
                    os.kill(child, signal.SIGKILL)
            elif way == "nobody":
                self._watch(process, Busy(math.inf, math.inf))
            process.communicate(timeout=_SECONDS)

    def _watch(self, process: "subprocess.Popen[bytes]", until: Busy) -> None:
        """Wait until a night has done so much work, or has ended."""
        while process.poll() is None:
            now = _busy(process.pid)
            self.busy = Busy(*map(max, self.busy, now))
            if now.whole >= until.whole and now.solver >= until.solver:
                return
            time.sleep(0.01)

    def recovered(self) -> None:
        """Start again, twice: once to take up what was left, once to do nothing more."""
        with serving(self._mailbox) as port:
            self._start(port, _LATER, TIMES="2").communicate(timeout=_SECONDS)

    def _start(self, port: int, later: timedelta, **more: str) -> "subprocess.Popen[bytes]":
        settings = {
            "DATABASE_URL": self._database.url.render_as_string(hide_password=False),
            "GROUPMATCH_DATA": str(self._folder),
            "GROUPMATCH_MAIL_HOST": "127.0.0.1",
            "GROUPMATCH_MAIL_PORT": str(port),
            "GROUPMATCH_MAIL_STARTTLS": "false",
            "CARELESS": self._careless,
            "AHEAD": str((self._usual.ahead + later).total_seconds()),
        }
        return subprocess.Popen(
            [sys.executable, "-m", "tests.shows.dying", "scheduler", "--once"],
            env={**os.environ, **settings, **more},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    @property
    def state(self) -> str:
        """How far the night has come, in a word."""
        with self._database.read() as session:
            states = session.scalars(select(Run.state).order_by(Run.started_at)).all()
            unsent = session.scalar(
                select(func.count()).select_from(OutboxMail).where(OutboxMail.sent_at.is_(None))
            )
        last = states[-1] if states else "not begun"
        return "mailing" if last == RunState.DONE and unsent else str(last)

    def defects(self, recovered: bool) -> list[str]:
        """Everything that must not be: at once, or after the next start."""
        found = self._half_published()
        return found + self._not_recovered() if recovered else found

    def _half_published(self) -> list[str]:
        with self._database.read() as session:
            done = session.scalar(
                select(func.count()).select_from(Run).where(Run.state == RunState.DONE)
            )
            bundles = Counter(session.scalars(select(DraftBundle.state)))
            seats = session.scalars(select(Seat).where(Seat.state == SeatState.ACTIVE)).all()
            entries = session.scalar(
                select(func.count())
                .select_from(DraftEntry)
                .join(DraftBundle)
                .where(DraftBundle.state == BundleState.PUBLISHED)
            )
            mails = session.scalar(
                select(func.count())
                .select_from(OutboxMail)
                .where(OutboxMail.template == "schedule")
            )
        wanted = WAITING if done else 0
        wrong = {
            f"half a plan: {len(seats) - 1} of {wanted} seats": len(seats) - 1 != wanted,
            f"{entries} published entries, {wanted} seats": entries != wanted,
            f"a draft of {dict(bundles)}": set(bundles) - {BundleState.PUBLISHED},
            f"{mails} mails for {wanted} seats": mails != wanted,
        }
        return [text for text, holds in wrong.items() if holds]

    def _not_recovered(self) -> list[str]:
        with self._database.read() as session:
            dates = Counter(
                run.local_date
                for run in session.scalars(select(Run).where(Run.state == RunState.DONE))
            )
            unsent = session.scalars(
                select(OutboxMail.id).where(OutboxMail.sent_at.is_(None))
            ).all()
        told: dict[str, set[str]] = defaultdict(set)
        for addresses, message in self._mailbox.received:
            told["|".join(addresses)].add(message["Message-ID"])
        wrong = {
            f"runs per date {list(dates.values())}": list(dates.values()) != [1],
            f"{len(unsent)} mails unsent": bool(unsent),
            f"{len(told)} of {WAITING} told": len(told) != WAITING,
            "a mail to several people": any("|" in each for each in told),
            "a mail repeated under another Message-ID": any(len(ids) > 1 for ids in told.values()),
        }
        return [text for text, holds in wrong.items() if holds]

    @property
    def repeated(self) -> int:
        """Mails that came twice, under the Message-ID of the first."""
        return len(self._mailbox.received) - len(
            {message["Message-ID"] for _, message in self._mailbox.received}
        )

    def close(self) -> None:
        """Let go of the database."""
        self._database.dispose()


def _busy(pid: int) -> Busy:
    solver = sum(map(_seconds, children(pid)))
    return Busy(_seconds(pid) + solver, solver)


def _seconds(pid: int) -> float:
    """For which a process and its children that have ended kept the processor busy."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
