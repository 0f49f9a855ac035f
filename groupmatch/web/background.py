"""Work that outlives a request: a thread of this process, begun once the request has committed."""

from collections.abc import Callable
from threading import Thread

from sqlalchemy import event

from groupmatch.web.transaction import session


def once_committed(name: str, work: Callable[..., None], *arguments: object) -> None:
    """Begin the work when what the request wrote is there for others to see, and not before."""
    worker = Thread(target=work, args=arguments, name=name)
    event.listen(session(), "after_commit", lambda _session: worker.start(), once=True)
