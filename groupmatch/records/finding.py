"""A finding: what the solver worked out about a run afterwards, for the pages that decide."""

import enum
from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from groupmatch.database.types import Json, Record, new_id
from groupmatch.records.run import Run


class FindingKind(enum.StrEnum):
    """What was asked."""

    #: The single changes that would place one person each; kept with those who wait.
    FIXES = "fixes"
    #: The single changes that would place the most.
    SHORTAGE = "shortage"
    #: How much more is placed for each settled member who moves.
    MOVES = "moves"
    #: What the best match would be beside a draft as people have edited it.
    REST = "rest"
    #: What some changes would do together.
    WHAT_IF = "what_if"


class FindingState(enum.StrEnum):
    """Where it is."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Verdict(enum.StrEnum):
    """What a person made of a what-if."""

    KEPT = "kept"
    DISCARDED = "discarded"


class Finding(Record):
    """One question about one run, and its answer."""

    __tablename__ = "finding"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    program_id: Mapped[str] = mapped_column(ForeignKey("program.id"), index=True)
    run_id: Mapped[str] = mapped_column(ForeignKey("run.id"))
    kind: Mapped[FindingKind]
    #: The changes of a what-if, as `groupmatch.matching.KeptRun.told` tells them; of a rest, the
    #: edits of the draft: `request`, and the `group` that it has there.
    changes: Mapped[list[Json]] = mapped_column(default=list)
    state: Mapped[FindingState] = mapped_column(default=FindingState.RUNNING)
    begun_at: Mapped[datetime]
    begun_by_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    #: When a running one counts as dead.
    ends_by: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    #: Why there is no answer, as a code of `groupmatch.matching.SolveFailed`.
    failure: Mapped[str | None]
    answer: Mapped[Json | None]
    #: Of a what-if alone.
    verdict: Mapped[Verdict | None]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    #: What keeping it changed: `group`, and of its fields `before` and `after`.
    kept: Mapped[list[Json]] = mapped_column(default=list)

    run: Mapped[Run] = relationship()

    __table_args__ = (Index("ix_finding_run_kind", "run_id", "kind"),)
