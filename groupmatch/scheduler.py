"""The scheduler: every minute, ask the database what is due.

The trigger is never the truth. Jobs are declared here and kept nowhere else, and each of them
claims its work in the database, so that any number of schedulers may run at once.
"""

import logging
from collections.abc import Callable
from datetime import UTC, timedelta
from threading import Event, Thread

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy.exc import OperationalError

from groupmatch import clock
from groupmatch.database import Database
from groupmatch.mail import deliver
from groupmatch.services.findings import findings
from groupmatch.services.mail import reminders
from groupmatch.services.offers import offers
from groupmatch.services.runs import lost_nights, signs
from groupmatch.services.runs.nightly import Nightly
from groupmatch.services.sessions import sessions
from groupmatch.settings import Settings
from groupmatch.traces import trace

_EVERY = timedelta(minutes=1)
_LATE_SECONDS = 6 * 3600

_log = logging.getLogger(__name__)


class Scheduler:
    """The jobs of one process: a thread in `serve --embedded`, or `groupmatch scheduler`."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._nightly = Nightly(database, settings)
        self._stopping = Event()
        self._jobs: dict[str, Callable[[], object]] = {
            "sign": lambda: signs.give(database),
            "nightly": self._nightly.run_due,
            "lost nights": lambda: lost_nights.tell_all_due(database),
            "sessions": lambda: sessions.lay_out_due(database),
            "offers": lambda: offers.lapse_all_due(database),
            "reminders": lambda: reminders.remind_all_due(database),
            "mail": lambda: deliver(database, settings),
        }
        #: What a process that stays does at leisure; pages offer to do it where none stays.
        self._afterwards: dict[str, Callable[[], object]] = {
            "findings": lambda: findings.work_out_due(database, self._stopping.is_set),
        }
        self._clockwork = BackgroundScheduler(timezone=UTC)

    def run_once(self) -> None:
        """Do everything that is due now and that somebody relies on, in this thread."""
        for name in self._jobs:
            self._run(name)

    def start(self) -> None:
        """Begin in threads of their own: at once, to catch up, and then every minute."""
        for name in self._jobs | self._afterwards:
            self._clockwork.add_job(
                self._run,
                IntervalTrigger(seconds=int(_EVERY.total_seconds())),
                args=(name,),
                id=name,
                next_run_time=clock.now(),
                coalesce=True,
                max_instances=1,
                misfire_grace_time=_LATE_SECONDS,
            )
        self._clockwork.start()
        Thread(target=self._follow_the_clock, name="clock", daemon=True).start()

    def stop(self) -> None:
        """End what goes on within seconds, so that the next start can take it up."""
        self._stopping.set()
        self._nightly.stop()
        self._clockwork.shutdown(wait=True)

    def _follow_the_clock(self) -> None:
        while not self._stopping.wait(_EVERY.total_seconds()):
            self.mind_the_clock()

    def mind_the_clock(self) -> None:
        """Go on at once where the clock was set back: the next minute would be as far away as it
        was set.
        """
        for job in self._clockwork.get_jobs():
            if job.next_run_time > clock.now() + _EVERY:
                job.modify(next_run_time=clock.now())

    def _run(self, name: str) -> None:
        try:
            (self._jobs | self._afterwards)[name]()
        except OperationalError as error:
            _log.warning("job %s waits for the database: %s", name, type(error).__name__)
        except Exception as error:
            # The next minute tries again; a job that raised must not end the others.
            _log.error("job %s stopped: %s", name, trace(error))
