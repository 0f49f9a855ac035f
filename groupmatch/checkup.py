"""Looks an installation over: what is well, what to watch, and what has to be mended.

Each check answers in sentences for whoever runs the installation: what was found, and what to do.
Nothing is changed, and nobody's name or address is told.
"""

import enum
import shutil
import sqlite3
import zoneinfo
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from importlib.metadata import version
from urllib.parse import urlsplit

from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from groupmatch import clock, mail
from groupmatch.database import Database
from groupmatch.database.connection import SAFE_WAL
from groupmatch.database.upgrade import at_head, past_head
from groupmatch.records import OutboxMail, Participant, Program, Run
from groupmatch.services.mail import outbox
from groupmatch.services.runs import signs
from groupmatch.services.runs.night import NightState, night
from groupmatch.settings import Settings

_SCHEDULER_SILENCE = timedelta(minutes=3)
_MAIL_LATE = timedelta(minutes=30)
_CLOCKS_APART = timedelta(seconds=10)
_MEGABYTE = 2**20
#: A mail server's word that it goes on.
_TAKEN = 250


class Level(enum.StrEnum):
    """How grave it is. One failure makes the installation unfit to serve people."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True)
class Finding:
    """One line of the report; `do` is empty where there is nothing to do."""

    level: Level
    about: str
    found: str
    do: str = ""


Findings = Iterator[Finding]


def look_over(database: Database, settings: Settings) -> Findings:
    """Every check, in order; those that need the database are left out when it is away."""
    yield from _address(database, settings)
    yield from _zones()
    yield from _disk(database, settings)
    yield from _mail_server(settings)
    try:
        newest, later = at_head(database), past_head(database)
    except DatabaseError as error:
        do = "Start it, and compare DATABASE_URL with it (groupmatch config check)."
        yield Finding(Level.FAIL, "database", f"It does not answer: {error.orig}", do)
        return
    yield from _engine(database)
    if later:
        do = "Install that version again: this one does not know the tables."
        yield Finding(Level.FAIL, "schema", "A later version of groupmatch has upgraded it.", do)
        return
    if not newest:
        do = "Back it up (groupmatch backup FILE), then run: groupmatch db upgrade"
        yield Finding(Level.FAIL, "schema", "A migration is missing.", do)
        return
    yield Finding(Level.OK, "schema", "At the newest migration.")
    with database.read() as session:
        for check in _OF_RECORDS:
            yield from check(session)


def _address(database: Database, settings: Settings) -> Findings:
    site = urlsplit(settings.public_url)
    if site.scheme == "https":
        yield Finding(Level.OK, "address", settings.public_url)
    elif site.hostname in {"127.0.0.1", "localhost", "::1"}:
        yield Finding(Level.OK, "address", f"{settings.public_url}, for this machine alone")
    else:
        do = "Put it behind https, and set GROUPMATCH_PUBLIC_URL to that address."
        yield Finding(Level.FAIL, "address", f"{settings.public_url} is not encrypted.", do)
    if database.embedded and site.scheme == "https":
        do = "Use PostgreSQL where several processes serve people."
        yield Finding(Level.WARN, "engine", "The embedded database serves one process.", do)


def _zones() -> Findings:
    found = f"Time zones of tzdata {version('tzdata')}"
    if zoneinfo.TZPATH:
        do = "Unset PYTHONTZPATH: the system's copy may be years older."
        yield Finding(Level.FAIL, "zones", f"{found}, but the system's are read.", do)
    elif int(version("tzdata").split(".")[0]) < clock.now().year:
        do = "Clocks may have been ruled anew since: upgrade tzdata with groupmatch."
        yield Finding(Level.WARN, "zones", f"{found} are of a year gone by.", do)
    else:
        yield Finding(Level.OK, "zones", found)


def _disk(database: Database, settings: Settings) -> Findings:
    folder = settings.data
    if database.embedded and database.url.database:
        folder = type(folder)(database.url.database).parent
    elif not folder.is_dir():
        # With the database on a server and the key given, nothing is kept there.
        folder = next(above for above in folder.absolute().parents if above.is_dir())
    if not folder.is_dir():
        do = "Make it, for the account that runs groupmatch."
        yield Finding(Level.FAIL, "disk", f"There is no folder {folder}.", do)
        return
    free = shutil.disk_usage(folder).free // _MEGABYTE
    level = Level.FAIL if free < 100 else Level.WARN if free < 1024 else Level.OK
    do = "" if level is Level.OK else "Make room: without it nothing can be saved."
    yield Finding(level, "disk", f"{free:,} MB free in {folder}", do)


def _mail_server(settings: Settings) -> Findings:
    if not settings.mail_host:
        do = "Set GROUPMATCH_MAIL_HOST; until then mails stay in the outbox."
        yield Finding(Level.WARN, "mail", "No mail server is set.", do)
        return
    where = f"{settings.mail_host}:{settings.mail_port}"
    do = "Compare GROUPMATCH_MAIL_… with what the mail server wants."
    try:
        with mail.connected(settings) as server:
            server.ehlo_or_helo_if_needed()
            code, _ = server.mail(settings.mail_sender)
    except OSError as error:
        yield Finding(Level.FAIL, "mail", f"{where} refuses us: {type(error).__name__}", do)
        return
    if code != _TAKEN:
        found = f"{where} takes no mail from {settings.mail_sender}: code {code}"
        yield Finding(Level.FAIL, "mail", found, do)
    else:
        yield Finding(Level.OK, "mail", f"{where} takes our mails")


def _engine(database: Database) -> Findings:
    if not database.embedded:
        with database.engine.connect() as connection:
            number = connection.scalar(text("SHOW server_version"))
            theirs = connection.scalar(text("SELECT clock_timestamp()"))
        yield Finding(Level.OK, "database", f"PostgreSQL {number} answers")
        yield from _clock(abs(theirs - clock.now()))
        return
    engine = f"SQLite {sqlite3.sqlite_version}"
    if sqlite3.sqlite_version_info >= SAFE_WAL:
        yield Finding(Level.OK, "database", f"{engine} answers")
    else:
        found = f"{engine} answers. Its write-ahead log can lose data, so it is not used"
        yield Finding(Level.OK, "database", found)


def _clock(apart: timedelta) -> Findings:
    if apart <= _CLOCKS_APART:
        yield Finding(Level.OK, "clock", "Goes with the database's")
        return
    do = "Let both machines set their clocks by the network (timedatectl set-ntp true)."
    found = f"{apart.total_seconds():.0f} seconds apart from the database's"
    yield Finding(Level.FAIL, "clock", found, do)


def _time_passes(session: Session) -> Findings:
    """Something written down for later than now: the clock was set back, or is wrong."""
    told = (session.scalar(select(func.max(Run.started_at))), signs.last(session))
    newest = max((at for at in told if at), default=None)
    if newest and newest > clock.now() + _CLOCKS_APART:
        do = "Set the clock by the network: nights and offers go by it."
        yield Finding(Level.FAIL, "clock", f"Behind what was done at {newest:%F %T} UTC", do)


def _zones_known(session: Session) -> Findings:
    used = {
        *session.scalars(select(Program.timezone).distinct()),
        *session.scalars(select(Participant.timezone).distinct()),
    }
    unknown = sorted(used - zoneinfo.available_timezones())
    if unknown:
        do = "Change them to zones like America/New_York."
        yield Finding(Level.FAIL, "zones", f"Used but unknown: {', '.join(unknown)}", do)


def _scheduler(session: Session) -> Findings:
    seen = signs.last(session)
    if seen is None or clock.now() - seen > _SCHEDULER_SILENCE:
        last = f"since {seen:%F %T} UTC" if seen else "yet"
        do = "Start groupmatch scheduler: without it no night runs and no mail leaves."
        yield Finding(Level.FAIL, "scheduler", f"No sign of life {last}", do)
    else:
        yield Finding(Level.OK, "scheduler", f"At work at {seen:%T} UTC")


def _nights(session: Session) -> Findings:
    for program in session.scalars(select(Program).order_by(Program.name)):
        state = night(session, program, clock.now()).state
        if state in (NightState.FAILED, NightState.MISSED):
            do = "See Runs, and the scheduler's log; start the match again there."
            yield Finding(Level.WARN, "night", f"{program.name}: the last night {state}", do)
        else:
            yield Finding(Level.OK, "night", f"{program.name}: {state}")


def _outbox(session: Session) -> Findings:
    dead = outbox.dead_letters(session)
    if dead:
        do = "Look at them: groupmatch outbox. Send them again: groupmatch outbox retry"
        yield Finding(Level.WARN, "outbox", f"{len(dead)} mails that nobody tries any more", do)
    late = select(func.count()).where(
        outbox.waits(), OutboxMail.send_after < clock.now() - _MAIL_LATE
    )
    waiting = session.scalar(late) or 0
    level = Level.WARN if waiting else Level.OK
    do = "See mail and scheduler above." if waiting else ""
    yield Finding(level, "outbox", f"{waiting} mails late", do)


_OF_RECORDS: tuple[Callable[[Session], Findings], ...] = (
    _time_passes,
    _zones_known,
    _scheduler,
    _nights,
    _outbox,
)
