"""Records that count their changes, so that nobody overwrites what they have not read."""

from typing import Any

from sqlalchemy.orm import Mapped, declared_attr, mapped_column
from sqlalchemy.orm.attributes import flag_modified


class Versioned:
    """A record that several people edit. A write from an outdated reading is refused.

    The refusal is SQLAlchemy's StaleDataError, which `Database.transaction` and the web's
    transaction turn into Conflict `changed_meanwhile`.
    """

    version: Mapped[int] = mapped_column()

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 - SQLAlchemy gives the class
        return {"version_id_col": cls.version}

    def touch(self) -> None:
        """Count a change of rows that are part of the record, though none of its own columns."""
        flag_modified(self, "created_at")
