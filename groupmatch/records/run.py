"""A run: one solve for one program, and the people whom it could not place."""

import enum
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from groupmatch.database.types import Json, Record, new_id
from groupmatch.records.participant import Participant
from groupmatch.records.request import Request


class RunKind(enum.StrEnum):
    """Why it ran."""

    NIGHTLY = "nightly"
    BY_HAND = "by_hand"


class RunState(enum.StrEnum):
    """Where it is."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Run(Record):
    """One solve. What it proposes is a draft until people publish it."""

    __tablename__ = "run"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    program_id: Mapped[str] = mapped_column(ForeignKey("program.id"), index=True)
    kind: Mapped[RunKind]
    #: The program's local date.
    local_date: Mapped[date]
    state: Mapped[RunState] = mapped_column(default=RunState.RUNNING)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    started_by_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    #: Set by a person; the run ends soon after and leaves nothing behind.
    cancel_asked_at: Mapped[datetime | None]
    #: The latest word of the solver: stage, tier, value, bound, elapsed seconds.
    progress: Mapped[Json | None]
    #: The five tiers' values and bounds, `optimal` or `feasible`, sizes and seconds.
    result: Mapped[Json | None]
    #: What it did, in requests, and groups that its draft opens; a swap in the draft counts anew.
    placed: Mapped[int] = mapped_column(default=0)
    switched: Mapped[int] = mapped_column(default=0)
    moved: Mapped[int] = mapped_column(default=0)
    opened: Mapped[int] = mapped_column(default=0)
    #: Requests that got no seat although they took part, and those that a closed gate kept out.
    without_seat: Mapped[int] = mapped_column(default=0)
    held_back: Mapped[int] = mapped_column(default=0)
    #: What was left aside and why: stale pins, people behind gates (by id and code).
    notices: Mapped[list[Json]] = mapped_column(default=list)
    #: Why it did not finish, as a code.
    failure: Mapped[str | None]
    #: `groupmatch.problem/1` and `groupmatch.solution/1`, so that any run can be looked into.
    problem: Mapped[Json | None] = mapped_column(deferred=True)
    solution: Mapped[Json | None] = mapped_column(deferred=True)

    unplaced: Mapped[list["Unplaced"]] = relationship(back_populates="run")

    __table_args__ = (Index("ix_run_program_started", "program_id", "started_at"),)


class Unplaced(Record):
    """A waiting request that a run left without a seat, and why. For staff only."""

    __tablename__ = "unplaced"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    run_id: Mapped[str] = mapped_column(ForeignKey("run.id"), index=True)
    request_id: Mapped[str] = mapped_column(ForeignKey("request.id"), index=True)
    participant_id: Mapped[str] = mapped_column(ForeignKey("participant.id"))
    #: Closed gates that kept the person out of the run: codes of `groupmatch.matching.gates`.
    gates: Mapped[list[str]] = mapped_column(default=list)
    #: The solution's `reasons`: group, rule, detail.
    reasons: Mapped[list[Json]] = mapped_column(default=list)
    #: Single changes that would give a seat, each verified by solving again, as
    #: `groupmatch.matching.KeptRun.fixes` tells them; NULL until that is worked out.
    fixes: Mapped[list[Json] | None]

    run: Mapped[Run] = relationship(back_populates="unplaced")
    request: Mapped[Request] = relationship()
    participant: Mapped[Participant] = relationship()


class SchedulerSign(Record):
    """When a scheduler's process was last alive. Signs of dead ones are cleared after a day."""

    __tablename__ = "scheduler_sign"

    #: Host and process id.
    scheduler: Mapped[str] = mapped_column(primary_key=True)
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]


class JobRun(Record):
    """The unique claim that makes a scheduled job happen once per program and local date.

    It is kept when its run is: done, or cancelled by a person. Otherwise it may be tried again.
    """

    __tablename__ = "job_run"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    job: Mapped[str]
    program_id: Mapped[str] = mapped_column(ForeignKey("program.id"))
    local_date: Mapped[date]
    claimed_at: Mapped[datetime]
    #: Process that claimed it last: host and process id.
    claimed_by: Mapped[str]
    attempts: Mapped[int]
    #: NULL when the process that claimed it was told to stop, and gave it back.
    run_id: Mapped[str | None] = mapped_column(ForeignKey("run.id"))

    run: Mapped[Run | None] = relationship()

    __table_args__ = (UniqueConstraint("job", "program_id", "local_date"),)
