"""What forms and filters offer to choose from: value → label, in the order to read."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from groupmatch.matching.policy import policy
from groupmatch.records import (
    Group,
    GroupStatus,
    GroupType,
    LevelOfCare,
    Payer,
    Program,
    Therapist,
    Topic,
)

Offer = Mapping[str, str]

_LIGHTEST_FIRST = (
    LevelOfCare.min_minutes.is_not(None),
    LevelOfCare.min_minutes,
    LevelOfCare.name,
)


def topics(session: Session) -> Offer:
    """All topics by name."""
    return _offered(session, select(Topic.code, Topic.name).order_by(Topic.name))


def levels(session: Session) -> Offer:
    """All levels of care, the lightest first."""
    return _offered(session, select(LevelOfCare.code, LevelOfCare.name).order_by(*_LIGHTEST_FIRST))


def levels_in_full(session: Session) -> Sequence[LevelOfCare]:
    """All levels of care with what they ask of a week, the lightest first."""
    return session.scalars(select(LevelOfCare).order_by(*_LIGHTEST_FIRST)).all()


def group_types(session: Session) -> Offer:
    """All types of groups with their usual sizes."""
    found = session.scalars(select(GroupType).order_by(GroupType.name))
    return {kind.code: f"{kind.name} ({kind.min_size}–{kind.max_size})" for kind in found}


def payers(session: Session) -> Offer:
    """All payers by name."""
    return _offered(session, select(Payer.code, Payer.name).order_by(Payer.name))


def therapists(session: Session, program: Program) -> Offer:
    """The therapists of a program who lead groups at present, by name."""
    found = session.execute(
        select(Therapist.id, Therapist.first_name, Therapist.last_name)
        .where(Therapist.program_id == program.id, Therapist.active)
        .order_by(Therapist.last_name, Therapist.first_name)
    )
    return {therapist_id: f"{first} {last}" for therapist_id, first, last in found}


def groups(session: Session, program: Program) -> Offer:
    """The groups of a program that are not over, by name."""
    found = select(Group.id, Group.name).where(
        Group.program_id == program.id, Group.status != GroupStatus.ENDED
    )
    return _offered(session, found.order_by(Group.name))


def _offered(session: Session, query: Select[str, str]) -> Offer:
    return dict(session.execute(query).all())


def urgencies() -> Offer:
    """The urgency classes, the usual one first."""
    return {code: urgency.name for code, urgency in policy().urgencies.items()}
