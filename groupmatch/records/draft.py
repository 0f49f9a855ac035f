"""A draft: what a run proposes, in bundles that are approved, removed and published whole."""

import enum
from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from groupmatch.database.types import Json, Record, new_id
from groupmatch.records.group import Group
from groupmatch.records.participant import Participant
from groupmatch.records.request import Request
from groupmatch.records.run import Run


class BundleState(enum.StrEnum):
    """What became of it."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REMOVED = "removed"
    PUBLISHED = "published"
    #: Its facts changed between the run and the publishing; shown with what changed.
    REFUSED = "refused"
    #: A later run made a new draft.
    SUPERSEDED = "superseded"


class EntryKind(enum.StrEnum):
    """What the entry does for its request."""

    PLACED = "placed"
    SWITCHED = "switched"
    MOVED = "moved"


class DraftBundle(Record):
    """Entries that need each other: a plan, a switch chain or cycle, the opening of a group."""

    __tablename__ = "draft_bundle"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    run_id: Mapped[str] = mapped_column(ForeignKey("run.id"), index=True)
    program_id: Mapped[str] = mapped_column(ForeignKey("program.id"), index=True)
    #: Its place in the draft: by the name of the person in its first entry.
    position: Mapped[int]
    state: Mapped[BundleState] = mapped_column(default=BundleState.PROPOSED)
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    #: Why it was refused: violated rules and changed facts, each with ids; staff only.
    refusal: Mapped[list[Json]] = mapped_column(default=list)

    run: Mapped[Run] = relationship()
    entries: Mapped[list["DraftEntry"]] = relationship(
        back_populates="bundle", order_by="DraftEntry.position"
    )


class DraftEntry(Record):
    """One new seat of one request, with the facts it was shown with."""

    __tablename__ = "draft_entry"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    bundle_id: Mapped[str] = mapped_column(ForeignKey("draft_bundle.id"), index=True)
    position: Mapped[int]
    kind: Mapped[EntryKind]
    request_id: Mapped[str] = mapped_column(ForeignKey("request.id"), index=True)
    participant_id: Mapped[str] = mapped_column(ForeignKey("participant.id"))
    from_group_id: Mapped[str | None] = mapped_column(ForeignKey("therapy_group.id"), index=True)
    to_group_id: Mapped[str] = mapped_column(ForeignKey("therapy_group.id"), index=True)
    #: Whether the group is opened by this draft.
    opens: Mapped[bool] = mapped_column(default=False)
    #: Why: the tier it serves and what the seat costs (topic rank, if-needed hours, …).
    why: Mapped[Json] = mapped_column(default=dict)
    #: What a person saw when approving: hour, zone, therapists, topic, former group.
    facts: Mapped[Json] = mapped_column(default=dict)

    bundle: Mapped[DraftBundle] = relationship(back_populates="entries")
    request: Mapped[Request] = relationship()
    participant: Mapped[Participant] = relationship()
    from_group: Mapped[Group | None] = relationship(foreign_keys=[from_group_id])
    to_group: Mapped[Group] = relationship(foreign_keys=[to_group_id])
