"""What a transaction holds while it decides about seats.

Seats of one program change in one transaction at a time: whoever gives, moves or checks seats
holds the program's row first. Rows of groups follow in the order of their ids, so that an edit of
a group waits, too. On SQLite the write transaction itself is that lock.
"""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch.database import Record
from groupmatch.records import Group, Program

# Other transactions may go on inserting rows that refer to a held one.
_FOR_UPDATE = {"key_share": True}


def hold_program(session: Session, program_id: str) -> Program:
    """Hold a program's row until the transaction ends, and read it anew."""
    return session.get_one(Program, program_id, with_for_update=_FOR_UPDATE, populate_existing=True)


def hold_groups(session: Session, ids: Collection[str]) -> dict[str, Group]:
    """Hold groups' rows until the transaction ends, and read them anew; by id.

    Hold their program first.
    """
    query = (
        select(Group)
        .where(Group.id.in_(ids))
        .order_by(Group.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return {group.id: group for group in session.scalars(query)}


def hold(session: Session, record: Record) -> None:
    """Hold one record's row until the transaction ends, and read it anew."""
    # Reading anew would lose what has been set but not been written yet.
    session.flush()
    # A record may have been loaded beside others that are absent, which PostgreSQL cannot lock.
    session.refresh(record, with_for_update={**_FOR_UPDATE, "of": type(record)})
