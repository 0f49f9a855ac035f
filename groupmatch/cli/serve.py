"""`groupmatch serve`: the pages, from one process, with the scheduler inside if wanted."""

import errno
import logging
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import click
from waitress.server import create_server

from groupmatch import logs
from groupmatch.cli.opening import load_settings, open_database
from groupmatch.database import Database
from groupmatch.scheduler import Scheduler
from groupmatch.settings import Settings
from groupmatch.web import create_app

_THREADS = 8


@click.command("serve")
@click.option("--host", help="Address to listen on; GROUPMATCH_HOST by default.")
@click.option("--port", type=click.IntRange(0, 65535), help="PORT by default; 0 takes a free one.")
@click.option("--embedded", is_flag=True, help="Run the scheduler inside, too.")
def command(host: str | None, port: int | None, embedded: bool) -> None:
    """Serve the pages until the process is told to end."""
    logs.configure()
    loaded = load_settings()
    database = open_database()
    with listening(host or loaded.host, loaded.port if port is None else port) as listener:
        bound = listener.getsockname()
        serve(replace(loaded, host=bound[0], port=bound[1]), database, listener, embedded=embedded)


@contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """A socket that listens, or a sentence that says why there is none."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError as error:
            raise click.ClickException(_why_not(error, host, port)) from None
        yield listener


def serve(
    settings: Settings, database: Database, listener: socket.socket, *, embedded: bool
) -> None:
    """Serve until SIGTERM or Ctrl-C."""
    # It would warn of every request that waits a moment for a thread.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    app = create_app(settings, database)
    server = create_server(app, sockets=[listener], threads=_THREADS, ident=None)
    scheduler = Scheduler(database, settings) if embedded else None
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if scheduler:
        scheduler.start()
    click.echo(f"groupmatch is at http://{_shown(settings.host)}:{settings.port} (Ctrl-C ends it)")
    try:
        server.run()
    finally:
        server.close()
        if scheduler:
            scheduler.stop()
        database.dispose()


def _why_not(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        another = port + 1 if port < 65535 else 8000
        return f"Port {port} is taken by another program. Choose another, such as PORT={another}."
    if error.errno == errno.EACCES:
        return f"Port {port} is kept for the system's administrator. Choose one above 1023."
    return f"Cannot listen on {host}: {error.strerror}."


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host
