"""PostgreSQL's own tools for dumps, run without its password on their command line."""

import os
import shutil
import subprocess
from pathlib import Path

from sqlalchemy import URL

#: Everything in the database goes, and the dump comes, in one transaction.
_EMPTIED = "DROP SCHEMA public CASCADE; CREATE SCHEMA public"


class BackupRefused(Exception):
    """A backup that cannot be made, trusted or put back; its text says why and what to do."""


def dump(url: URL, target: Path) -> None:
    """Write a dump in pg_dump's own format. Raises BackupRefused."""
    _run(["pg_dump", "--format=custom", "--no-owner", f"--file={target}", _address(url)], url)


def revision(dumped: Path) -> str:
    """Read a dump whole; the migration that it was made at. Raises BackupRefused."""
    _run(["pg_restore", f"--file={os.devnull}", str(dumped)])
    table = ["--data-only", "--table=alembic_version", "--file=-"]
    lines = _run(["pg_restore", *table, str(dumped)]).splitlines()
    begins = next((n for n, line in enumerate(lines) if line.startswith("COPY ")), None)
    if begins is None:
        raise BackupRefused(f"{dumped.name} is no backup of groupmatch.")
    return lines[begins + 1]


def put_back(url: URL, dumped: Path) -> None:
    """Put a dump in the place of everything, all or nothing. Raises BackupRefused."""
    script = dumped.with_name(f".{dumped.name}.sql")
    try:
        script.touch(mode=0o600)
        _run(["pg_restore", "--no-owner", f"--file={script}", str(dumped)])
        whole = ["--single-transaction", "--set=ON_ERROR_STOP=1", "--no-psqlrc", "--quiet"]
        steps = [f"--command={_EMPTIED}", f"--file={script}"]
        _run(["psql", *whole, *steps, f"--dbname={_address(url)}"], url)
    finally:
        script.unlink(missing_ok=True)


def _address(url: URL) -> str:
    # `set` would take no password for none of our business, and keep the one that is there.
    bare = url._replace(drivername="postgresql", password=None)
    return bare.render_as_string()


def _run(command: list[str], url: URL | None = None) -> str:
    if shutil.which(command[0]) is None:
        raise BackupRefused(f"{command[0]} is not installed here: apt install postgresql-client")
    password = {"PGPASSWORD": str(url.password)} if url and url.password else {}
    done = subprocess.run(
        command, env={**os.environ, **password}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BackupRefused(f"{command[0]} says: {done.stderr.strip() or 'nothing'}")
    return done.stdout
