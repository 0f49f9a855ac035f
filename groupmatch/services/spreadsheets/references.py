"""Records of a program by the ids that the provider's own system gave them."""

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from groupmatch.records import (
    Group,
    GroupStatus,
    Participant,
    ParticipantStatus,
    Program,
    Request,
    RequestStatus,
    Therapist,
)
from groupmatch.services.spreadsheets.cells import Reference


def participants(session: Session, program: Program) -> Reference:
    """The people in care."""
    query = select(Participant.external_id, Participant.id).where(
        Participant.program_id == program.id, Participant.status == ParticipantStatus.ACTIVE
    )
    return _reference("participant in care", session, query)


def therapists(session: Session, program: Program) -> Reference:
    """All therapists."""
    query = select(Therapist.external_id, Therapist.id).where(Therapist.program_id == program.id)
    return _reference("therapist", session, query)


def groups(session: Session, program: Program) -> Reference:
    """The groups that have not ended."""
    query = select(Group.external_id, Group.id).where(
        Group.program_id == program.id, Group.status != GroupStatus.ENDED
    )
    return _reference("group", session, query)


def requests(session: Session, program: Program) -> Reference:
    """The open requests."""
    query = select(Request.external_id, Request.id).where(
        Request.program_id == program.id, Request.status == RequestStatus.OPEN
    )
    return _reference("open request", session, query)


def _reference(noun: str, session: Session, query: Select[str | None, str]) -> Reference:
    return Reference(noun, {theirs or ours: ours for theirs, ours in session.execute(query)})
