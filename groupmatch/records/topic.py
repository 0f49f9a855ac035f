"""The governed vocabulary: topics, group types and levels of care, each with its source."""

from sqlalchemy.orm import Mapped, mapped_column

from groupmatch.database.types import Record


class Topic(Record):
    """What a group is about."""

    __tablename__ = "topic"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    #: Substance use: every disclosure needs consent under 42 CFR Part 2.
    part2: Mapped[bool] = mapped_column(default=False)
    source: Mapped[str]
    clinician_confirmed: Mapped[bool] = mapped_column(default=False)


class GroupType(Record):
    """A kind of group with the size bounds and leaders it is run with."""

    __tablename__ = "group_type"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    min_size: Mapped[int]
    max_size: Mapped[int]
    leaders: Mapped[int]
    session_minutes: Mapped[int]
    #: The usual admission: rolling, gated or closed.
    admission: Mapped[str]
    source: Mapped[str]
    clinician_confirmed: Mapped[bool] = mapped_column(default=False)


class LevelOfCare(Record):
    """A level of care and the weekly shape that it asks of a plan; NULL where it asks nothing."""

    __tablename__ = "level_of_care"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    min_minutes: Mapped[int | None]
    max_minutes: Mapped[int | None]
    min_days: Mapped[int | None]
    max_minutes_per_day: Mapped[int | None]
    #: Whom it is for, "adolescent" or "adult"; NULL for both.
    age_band: Mapped[str | None]
    source: Mapped[str]
    clinician_confirmed: Mapped[bool] = mapped_column(default=False)
