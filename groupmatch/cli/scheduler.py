"""`groupmatch scheduler`: the nightly match and the mails, each in its time."""

import signal
from threading import Event

import click

from groupmatch import logs
from groupmatch.cli.opening import load_settings, open_database
from groupmatch.scheduler import Scheduler


@click.command("scheduler")
@click.option("--once", is_flag=True, help="Do what is due now, and end.")
def command(once: bool) -> None:
    """Run the nightly match of every program, and send the mails, until told to end.

    Any number of schedulers may run at once: each night is claimed in the database.
    """
    logs.configure()
    scheduler = Scheduler(open_database(), load_settings())
    if once:
        scheduler.run_once()
        return
    end = Event()
    for told in (signal.SIGTERM, signal.SIGINT):
        signal.signal(told, lambda *_: end.set())
    scheduler.start()
    end.wait()
    scheduler.stop()
