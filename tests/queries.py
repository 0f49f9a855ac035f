"""Counts the statements that a piece of code sends to the database."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event
from sqlalchemy.orm import Session


class Counter:
    """Statements so far."""

    def __init__(self) -> None:
        self.statements: list[str] = []

    def __len__(self) -> int:
        return len(self.statements)


@contextmanager
def counted(session: Session) -> Iterator[Counter]:
    """Count the statements of a session's engine inside the block."""
    counter = Counter()
    engine = session.get_bind().engine

    def count(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        counter.statements.append(statement)

    event.listen(engine, "before_cursor_execute", count)
    try:
        yield counter
    finally:
        event.remove(engine, "before_cursor_execute", count)
