"""The base of all tables, and how Python values are kept in columns."""

import enum
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Enum, MetaData
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"

#: Draws a number below another. Only a simulation, for itself alone, draws anything but secrets.
_draw: ContextVar[Callable[[int], int]] = ContextVar("draw", default=secrets.randbelow)


def new_id() -> str:
    """A random public id: 14 letters and digits, without those that read alike (69 bits)."""
    # One draw for all letters: imports make tens of thousands of ids.
    number = _draw.get()(len(_ALPHABET) ** 14)
    letters = []
    for _ in range(14):
        number, place = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[place])
    return "".join(letters)


@contextmanager
def ids_drawn_by(draw: Callable[[int], int]) -> Iterator[None]:
    """Within the block, in this context alone, ids are not random; for a simulation.

    The solver settles ties by id: without this no simulated year could be lived twice.
    """
    before = _draw.set(draw)
    try:
        yield
    finally:
        _draw.reset(before)


class Instant(TypeDecorator[datetime]):
    """An aware UTC datetime, on both databases. A naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise TypeError("a naive datetime has no place in the database")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


#: Values by attribute: {"language": ["en", "es"]}.
Attributes = dict[str, list[str]]
#: Anything JSON can hold: what a run stored, the facts of an audit entry.
Json = dict[str, Any]

#: An absent value is SQL's NULL, not JSON's null.
_JSON = JSON(none_as_null=True)


class Record(DeclarativeBase):
    """Base of every table. Constraints are named so that both databases can drop them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        datetime: Instant,
        enum.StrEnum: Enum(
            enum.StrEnum,
            values_callable=lambda kinds: [kind.value for kind in kinds],
            native_enum=False,
            length=20,
        ),
        Attributes: _JSON,
        Json: _JSON,
        list[str]: _JSON,
        list[int]: _JSON,
        list[Json]: _JSON,
    }
