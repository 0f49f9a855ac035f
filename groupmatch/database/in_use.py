"""Whether anybody has an embedded database open: each connection shares a lock beside the file.

SQLite's own locks last as long as a transaction. A file must not be replaced under a process that
is about to begin its next one, so this lock lasts as long as a connection.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

_KEY = "groupmatch_in_use"


class DatabaseInUse(Exception):
    """Some process has the database open."""


def share(engine: Engine, path: Path) -> None:
    """Let every connection of an engine tell that it has the file open."""
    if sys.platform == "win32":
        return
    lock = _beside(path)

    def opened(_dialect: Any, record: Any, _arguments: Any, _options: Any) -> None:
        # Where nothing can be written, opening the database says so better than we could.
        with suppress(OSError):
            record.info[_KEY] = _locked(lock, exclusive=False)

    def closed(_connection: Any, record: Any) -> None:
        if record is not None and (held := record.info.pop(_KEY, None)) is not None:
            os.close(held)

    event.listen(engine, "do_connect", opened)
    event.listen(engine, "close", closed)


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold the file while nobody else has it open; who comes meanwhile waits.

    Raises DatabaseInUse.
    """
    try:
        held = _locked(_beside(path), exclusive=True)
    except BlockingIOError:
        raise DatabaseInUse from None
    try:
        yield
    finally:
        os.close(held)


def _beside(path: Path) -> Path:
    return path.with_name(f"{path.name}.in-use")


def _locked(path: Path, *, exclusive: bool) -> int:
    import fcntl

    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB if exclusive else fcntl.LOCK_SH)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor
