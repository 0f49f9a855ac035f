"""Drafts for tests: a run whose solver works in this process, which is quicker."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch.matching import compile_program
from groupmatch.records import (
    Offer,
    Program,
    Request,
    Run,
    RunKind,
    RunState,
    Seat,
    SwitchKind,
    SwitchReason,
    SwitchRequest,
)
from groupmatch.services.drafts import proposals
from groupmatch.services.drafts.drafts import Draft, approve, current_draft
from groupmatch.services.runs import runs
from tests.cast import NOW
from tests.checked import solve


def match(session: Session, program: Program) -> Run:
    """A finished run and its draft; a minute after the run before it."""
    before = runs.latest(session, program)
    run = runs.start_run(session, program, kind=RunKind.BY_HAND, by=None)
    run.started_at = before.started_at + timedelta(minutes=1) if before else NOW
    compiled = compile_program(session, program, on=run.local_date)
    proposals.store(session, run, compiled, solve(compiled.problem, explain=True, workers=1))
    run.state, run.ended_at = RunState.DONE, NOW
    session.flush()
    return run


def approved_draft(session: Session, program: Program) -> Draft:
    """A fresh draft, all of it approved."""
    match(session, program)
    draft = current_draft(session, program)
    for bundle in draft.bundles:
        approve(session, bundle, by=None)
    session.flush()
    return draft


def ask_to_switch(session: Session, seat: Seat) -> SwitchRequest:
    """An open ask about a seat."""
    switch = SwitchRequest(
        program_id=seat.program_id,
        seat_id=seat.id,
        participant_id=seat.participant_id,
        kind=SwitchKind.GROUP,
        reason=SwitchReason.FIT,
        asked_at=NOW,
    )
    session.add(switch)
    session.flush()
    return switch


def seats_of(session: Session, request: Request) -> list[Seat]:
    """All seats of a request, past ones too, by the date on which they begin."""
    query = select(Seat).where(Seat.request_id == request.id).order_by(Seat.starts_on)
    return list(session.scalars(query))


def offer_of(session: Session, request: Request) -> Offer:
    """The latest offer that was made for a request."""
    query = select(Offer).where(Offer.request_id == request.id).order_by(Offer.made_at.desc())
    return session.scalars(query).first() or pytest.fail("nothing was offered")
