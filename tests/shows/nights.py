"""`python -m tests.shows.nights`: one run per program and local date, whatever the clock does.

In forty zones, over both changes of clocks of a year, three schedulers ask each half hour what is
due, all at once, while the clock jumps back and forth by minutes, hours and a day, and all three
are away for one whole night. Every local date must have exactly one run. Two controls go through
the same days: with `--without-claim` what says whose night it is gets lost now and then, and with
`--bare-trigger` a cron trigger alone decides. Each must show dates with no run or with several.
Prints a Markdown table; ends with exit code 1 if there was a defect.
"""

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo

import time_machine
from apscheduler.triggers.cron import CronTrigger
from sqlalchemy import delete, select

from groupmatch.database import Database
from groupmatch.database.upgrade import upgrade
from groupmatch.records import JobRun, Program, Run, RunState
from groupmatch.services.runs import nightly
from groupmatch.services.runs.nightly import Night
from tests import cast

YEAR = 2026
HOURS = ("00:00", "01:30", "02:30", "04:15")
SCHEDULERS = 3
_DAYS = 3
#: How often a look without the claim forgets what was begun.
_FORGETS = 0.1
_HALF_HOUR = timedelta(minutes=30)
#: What a clock that is set may jump by; then it goes on from there.
_JUMPS = tuple(timedelta(minutes=minutes) for minutes in (-180, -61, -30, -1, 1, 45, 60, 125))

#: Zones that change their clocks in that year, from the Azores to Lord Howe (by half an hour).
ZONES = (
    "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles",
    "America/Anchorage", "America/Halifax", "America/St_Johns", "America/Tijuana",
    "America/Santiago", "America/Toronto", "Europe/Warsaw", "America/Boise",
    "America/Detroit", "America/Nuuk", "America/Miquelon", "Atlantic/Azores",
    "Atlantic/Bermuda", "Atlantic/Canary", "Europe/London", "Europe/Dublin",
    "Europe/Lisbon", "Europe/Paris", "Europe/Berlin", "Europe/Madrid",
    "Europe/Rome", "Europe/Athens", "Europe/Helsinki", "Europe/Kyiv",
    "Europe/Bucharest", "Africa/Cairo", "Europe/Stockholm", "Asia/Beirut",
    "Asia/Jerusalem", "Australia/Sydney", "Australia/Melbourne", "Australia/Adelaide",
    "Australia/Lord_Howe", "Pacific/Auckland", "Pacific/Chatham", "Pacific/Norfolk",
)  # fmt: skip


@dataclass(frozen=True)
class Change:
    """A change of clocks: the UTC date on which the zone's offset becomes another."""

    zone: str
    on: date


@dataclass(frozen=True)
class Lived:
    """What became of the dates around one change, counted over four programs."""

    change: Change
    #: Runs → how many dates of a program had so many.
    dates: Counter[int]
    jumps: int

    @property
    def defects(self) -> int:
        """Dates with no run, or with several."""
        return self.dates.total() - self.dates[1]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.shows.nights")
    parser.add_argument("--zones", type=int, default=len(ZONES), help="how many (default all 40)")
    parser.add_argument("--seed", type=int, default=0, help="of the jumps (default 0)")
    control = parser.add_mutually_exclusive_group()
    control.add_argument("--without-claim", action="store_true")
    control.add_argument("--bare-trigger", action="store_true")
    options = parser.parse_args()
    found = []
    for zone in ZONES[: options.zones]:
        for number, change in enumerate(changes(zone)):
            chance = Random(f"{options.seed} {zone} {number}")
            if options.bare_trigger:
                found.append(triggered(change))
            else:
                found.append(lived(change, chance, claims=not options.without_claim))
    _show(found)
    sys.exit(1 if any(each.defects for each in found) else 0)


def changes(zone: str) -> list[Change]:
    """When clocks change in a zone in that year."""
    noon = datetime(YEAR, 1, 1, 12, tzinfo=UTC)
    offsets = [
        (at.date(), at.astimezone(ZoneInfo(zone)).utcoffset())
        for at in (noon + timedelta(days=day) for day in range(365))
    ]
    return [Change(zone, on) for (_, before), (on, after) in pairwise(offsets) if before != after]


def lived(
    change: Change,
    chance: Random,
    *,
    claims: bool = True,
    days: int = _DAYS,
) -> Lived:
    """Live through the days around a change, with three schedulers and a clock that jumps."""
    with tempfile.TemporaryDirectory() as folder:
        homes = [Database(f"sqlite:///{folder}/groupmatch.sqlite3") for _ in range(SCHEDULERS)]
        upgrade(homes[0])
        with homes[0].transaction() as session:
            for hour in HOURS:
                cast.program(
                    session, name=f"{change.zone} {hour}", timezone=change.zone, night_at=hour
                )
        jumps = 0
        with ThreadPoolExecutor(SCHEDULERS) as at_once:
            for now, jumped in _clock(change, chance, days):
                jumps += jumped
                with time_machine.travel(now, tick=False):
                    list(at_once.map(_one_look, homes))
                    if not claims and chance.random() < _FORGETS:
                        _forget(homes[0])
        with homes[0].read() as session:
            runs = Counter(
                Night(run.program_id, run.local_date) for run in session.scalars(select(Run))
            )
            programs = session.scalars(select(Program.id)).all()
        for database in homes:
            database.dispose()
    wanted = {Night(each, on) for each in programs for on in _dates_around(change, days)}
    return Lived(change, Counter(runs[night] for night in wanted | runs.keys()), jumps)


def _dates_around(change: Change, days: int = _DAYS) -> list[date]:
    """The local dates whose night hours come within so many days, in all zones."""
    return [change.on + timedelta(days=day) for day in range(1 - days, days - 1)]


def _clock(change: Change, chance: Random, days: int) -> Iterator[tuple[datetime, bool]]:
    """Each half hour in which somebody is at work: the time, and whether the clock has jumped."""
    now = _midnight(change.on) - timedelta(days=days)
    end = _midnight(change.on) + timedelta(days=days)
    missed = change.on + timedelta(days=chance.choice((-1, 0, 1)))
    away = datetime.combine(missed, time(), ZoneInfo(change.zone)) - timedelta(hours=1)
    while now < end:
        jump = chance.choice(_JUMPS) if chance.random() < 0.15 else timedelta()
        back = timedelta(days=-1) if chance.random() < 0.01 else timedelta()
        now += _HALF_HOUR + jump + back
        if not away <= now < away + timedelta(hours=9):
            yield now, bool(jump or back)


def _one_look(database: Database) -> None:
    """What one scheduler does at one moment; its runs are done at once."""
    for night in nightly.nights_due(database):
        with database.transaction() as session:
            if (run_id := nightly.claim(session, night)) is not None:
                session.get_one(Run, run_id).state = RunState.DONE


def _forget(database: Database) -> None:
    """Lose what says whose night it is."""
    with database.transaction() as session:
        session.execute(delete(JobRun))


def triggered(change: Change) -> Lived:
    """The same days by a cron trigger alone, whose clock does not even jump."""
    dates: Counter[int] = Counter()
    wanted = _dates_around(change)
    for hour in HOURS:
        fired: Counter[date] = Counter()
        at = time.fromisoformat(hour)
        trigger = CronTrigger(hour=at.hour, minute=at.minute, timezone=ZoneInfo(change.zone))
        now = _midnight(change.on) - timedelta(days=_DAYS)
        while (due := trigger.get_next_fire_time(None, now)).date() <= wanted[-1]:
            fired[due.date()] += 1
            now = due.astimezone(UTC) + timedelta(seconds=1)
        dates.update(fired[on] for on in wanted)
    return Lived(change, dates, 0)


def _midnight(on: date) -> datetime:
    return datetime(on.year, on.month, on.day, tzinfo=UTC)


def _show(found: list[Lived]) -> None:
    print("| zone | change | jumps | dates with one run | none | several |")
    print("|---|---|---|---|---|---|")
    for each in found:
        several = each.dates.total() - each.dates[1] - each.dates[0]
        cells = (each.change.zone, each.change.on, each.jumps, each.dates[1], each.dates[0])
        print(f"| {' | '.join(map(str, cells))} | {several} |")
    defects = sum(each.defects for each in found)
    dates = sum(each.dates.total() for each in found)
    print(f"\n{len(found)} changes of clocks, {dates:,} nights, {defects} of them wrong.")


if __name__ == "__main__":
    main()
