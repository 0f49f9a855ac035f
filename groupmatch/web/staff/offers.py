"""What forms and filters offer to choose from: value → label, in the order to read."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
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


def topics(session: Session) -> Offer:
    """All topics by name."""
    return {topic.code: topic.name for topic in session.scalars(select(Topic).order_by(Topic.name))}


def levels(session: Session) -> Offer:
    """All levels of care, the lightest first."""
    return {level.code: level.name for level in levels_in_full(session)}


def levels_in_full(session: Session) -> Sequence[LevelOfCare]:
    """All levels of care with what they ask of a week, the lightest first."""
    order = (LevelOfCare.min_minutes.is_not(None), LevelOfCare.min_minutes, LevelOfCare.name)
    return session.scalars(select(LevelOfCare).order_by(*order)).all()


def group_types(session: Session) -> Offer:
    """All types of groups with their usual sizes."""
    found = session.scalars(select(GroupType).order_by(GroupType.name))
    return {kind.code: f"{kind.name} ({kind.min_size}–{kind.max_size})" for kind in found}


def payers(session: Session) -> Offer:
    """All payers by name."""
    return {payer.code: payer.name for payer in session.scalars(select(Payer).order_by(Payer.name))}


def therapists(session: Session, program: Program) -> Offer:
    """The therapists of a program who lead groups at present, by name."""
    found = session.scalars(
        select(Therapist)
        .where(Therapist.program_id == program.id, Therapist.active)
        .order_by(Therapist.last_name, Therapist.first_name)
    )
    return {therapist.id: therapist.full_name for therapist in found}


def groups(session: Session, program: Program) -> Offer:
    """The groups of a program that are not over, by name."""
    found = session.scalars(
        select(Group)
        .where(Group.program_id == program.id, Group.status != GroupStatus.ENDED)
        .order_by(Group.name)
    )
    return {group.id: group.name for group in found}


def urgencies() -> Offer:
    """The urgency classes, the usual one first."""
    return {code: urgency.name for code, urgency in policy().urgencies.items()}
