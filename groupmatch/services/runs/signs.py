"""Signs of life of the schedulers, so that `groupmatch doctor` can tell when none is at work."""

import os
import socket
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from groupmatch import clock
from groupmatch.database import Database
from groupmatch.records import SchedulerSign

_KEPT = timedelta(days=1)


def this_process() -> str:
    """Host and process id."""
    return f"{socket.gethostname()}:{os.getpid()}"


def give(database: Database) -> None:
    """Write down that this process is alive, and clear signs that are a day old."""
    now = clock.now()
    with database.transaction() as session:
        sign = session.get(SchedulerSign, this_process())
        if sign is None:
            sign = SchedulerSign(scheduler=this_process(), started_at=now)
            session.add(sign)
        sign.seen_at = now
        session.execute(delete(SchedulerSign).where(SchedulerSign.seen_at < now - _KEPT))


def last(session: Session) -> datetime | None:
    """When any scheduler was last alive."""
    return session.scalar(select(func.max(SchedulerSign.seen_at)))
