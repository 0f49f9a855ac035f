"""The simulated year, day by day: the night, the morning of the staff, the afternoon of all."""

import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy import event, select

from groupmatch import clock
from groupmatch.database import Database
from groupmatch.database.types import ids_drawn_by
from groupmatch.database.upgrade import upgrade
from groupmatch.records import Program
from groupmatch.services.demo_program import create_demo
from groupmatch.services.demo_program.offer import catalog
from groupmatch.services.programs import programs
from groupmatch.simulation import (
    answers,
    asking,
    coordinator,
    intake,
    intensive,
    leaving,
    nights,
    sittings,
)
from groupmatch.simulation.assumptions import Assumptions
from groupmatch.simulation.census import Census, count
from groupmatch.simulation.chance import Chance
from groupmatch.simulation.demand import known_groups
from groupmatch.simulation.newcomers import Newcomer, Newcomers
from groupmatch.simulation.nights import Policy
from groupmatch.simulation.outcome import Outcome, outcome
from groupmatch.simulation.world import World

_MIDNIGHT, _NIGHT, _MORNING, _AFTERNOON = time(0, 5), time(4, 16), time(9, 0), time(15, 30)


@dataclass(frozen=True)
class Start:
    """The demo program on the first day: every year begins with a copy of it."""

    file: Path
    seed: int
    program: str
    staff: str
    zone: str
    newcomers: Sequence[Newcomer]


@dataclass(frozen=True)
class Lived:
    """A year that was lived through: what was counted each day, what happened, what came of it."""

    days: Sequence[Census]
    tally: Counter[str]
    outcome: Outcome


def prepare(folder: Path, assumed: Assumptions, *, seed: int, weeks: int) -> Start:
    """Make the demo program as of the first day, with offers, and draw who will come."""
    file = folder / "start.sqlite3"
    database = _opened(file)
    zone = catalog()["program"]["timezone"]
    first = _instant(assumed.starts_on, _MIDNIGHT, zone)
    with clock.pretending(first), ids_drawn_by(Random(seed).randrange):  # noqa: S311
        upgrade(database)
        with database.transaction() as session:
            staff = create_demo(session, now=clock.now(), seed=seed).coordinator
            program = session.scalars(select(Program)).one()
            programs.edit_program(session, program, publish_offers=True, by=staff)
        with database.read() as session:
            zones = sorted({place["zone"] for place in catalog()["places"]})
            groups = known_groups(session, program, assumed.starts_on, zones)
    database.dispose()
    newcomers = Newcomers(Chance(seed), assumed, groups).of_year(weeks)
    return Start(file, seed, program.id, staff, zone, newcomers)


def live(start: Start, folder: Path, policy: Policy, assumed: Assumptions, *, weeks: int) -> Lived:
    """Live so many weeks in a database of their own. Raises InvariantBroken."""
    file = folder / "year.sqlite3"
    shutil.copyfile(start.file, file)
    world = World(
        database=_opened(file),
        program_id=start.program,
        staff=start.staff,
        chance=Chance(start.seed),
        assumed=assumed,
    )
    first = assumed.starts_on
    dates = [first + timedelta(days=day) for day in range(7 * weeks)]
    ids = Random(f"year {start.seed}")  # noqa: S311 - no secret, but other ids than at the start
    with (
        clock.pretending(_instant(first, _MIDNIGHT, start.zone)) as go_to,
        ids_drawn_by(ids.randrange),
    ):
        days = _Days(world, policy, start, go_to)
        days.begin(weeks)
        counted = [days.live(on) for on in dates]
        came = world.read(outcome, dates)
    world.database.dispose()
    return Lived(counted, world.tally, came)


class _Days:
    """One day after the other."""

    def __init__(
        self, world: World, policy: Policy, start: Start, go_to: Callable[[datetime], None]
    ) -> None:
        self._world, self._policy = world, policy
        self._zone, self._go_to = start.zone, go_to
        self._coming: dict[date, list[Newcomer]] = {}
        for each in start.newcomers:
            self._coming.setdefault(each.on, []).append(each)

    def begin(self, weeks: int) -> None:
        """What is known on the first day."""
        coordinator.close_on_holidays(self._world, weeks)
        self._world.hold_to("the beginning", by_person=True)

    def live(self, on: date) -> Census:
        """One local date of the program."""
        for at, part, act, by_person in (
            (_NIGHT, "night", self._night, False),
            (_MORNING, "morning", self._morning, True),
            (_AFTERNOON, "afternoon", self._afternoon, True),
        ):
            self._go_to(_instant(on, at, self._zone))
            if nights.lapse(self._world):
                self._world.hold_to(f"{on}, offers that lapsed before the {part}", by_person=False)
            act(on)
            self._world.hold_to(f"{on}, {part}", by_person=by_person)
        return self._world.read(count, on)

    def _night(self, on: date) -> None:
        nights.run_night(self._world, self._policy)
        nights.lay_out(self._world, on)

    def _morning(self, on: date) -> None:
        sittings.write_down(self._world)
        sittings.cancel_some(self._world)
        coordinator.follow_up(self._world)
        asking.lower_flags(self._world)
        intake.decide_due(self._world, on)
        coordinator.publish(self._world)

    def _afternoon(self, on: date) -> None:
        leaving.lose_patience(self._world, on)
        leaving.finish_stays(self._world, on)
        answers.answer(self._world)
        intake.admit(self._world, self._coming.get(on, []))
        intensive.set_ends(self._world, on)
        if on.weekday() == 0:
            coordinator.plan_modules(self._world, on)
            asking.decline_old_asks(self._world)
            asking.ask_to_switch(self._world, on)
            asking.raise_flags(self._world, on)


def _instant(on: date, at: time, zone: str) -> datetime:
    return datetime.combine(on, at, tzinfo=ZoneInfo(zone))


def _opened(file: Path) -> Database:
    """A database that is thrown away: it need not outlast a power cut."""
    database = Database(f"sqlite:///{file}")
    event.listen(
        database.engine,
        "connect",
        lambda connection, _: connection.execute("PRAGMA synchronous=OFF"),
    )
    return database
