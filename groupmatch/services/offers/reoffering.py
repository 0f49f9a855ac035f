"""Offering a seat that has become free to whoever comes next, without waiting for the night."""

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from groupmatch import clock, matching
from groupmatch.errors import Conflict
from groupmatch.records import (
    BundleState,
    DraftBundle,
    DraftEntry,
    Group,
    Offer,
    Program,
    Request,
    RequestTopic,
    Seat,
    SeatState,
)
from groupmatch.services import locks
from groupmatch.services.offers import offering
from groupmatch.services.requests.waiting import waiting


def offer_next(session: Session, program: Program, group: Group, *, by: str | None) -> Offer:
    """Offer a free seat of a group to the next of those who wait, whom no draft has a seat for.

    Everything is decided on the present: the same rules and priorities as at night, of everybody
    who waits for the group's topic. Raises Conflict `nobody_next`.
    """
    locks.hold_program(session, program.id)
    locks.hold_groups(session, [group.id])
    compiled = matching.compile_program(
        session, program, on=clock.today(program.timezone), only=_concerned(session, group)
    )
    drafted = set(session.scalars(_drafted(program)))
    for name in matching.next_in_line(compiled, group.id):
        if name not in drafted:
            request = session.get_one(Request, name)
            return offering.offer_seat(session, program, request, group, by=by)
    raise Conflict("nobody_next")


def _concerned(session: Session, group: Group) -> set[str]:
    """The members of the group, and everybody who waits for its topic."""
    members = select(Seat.participant_id).where(
        Seat.group_id == group.id, Seat.state != SeatState.ENDED
    )
    seeking = (
        select(Request.participant_id)
        .join(RequestTopic)
        .where(
            Request.program_id == group.program_id,
            RequestTopic.topic_code == group.topic_code,
            waiting(),
        )
    )
    return {*session.scalars(members), *session.scalars(seeking)}


def _drafted(program: Program) -> Select[str]:
    """The requests that a draft has a seat for on which nobody has decided yet."""
    undecided = (BundleState.PROPOSED, BundleState.APPROVED)
    return (
        select(DraftEntry.request_id)
        .join(DraftBundle)
        .where(DraftBundle.program_id == program.id, DraftBundle.state.in_(undecided))
    )
