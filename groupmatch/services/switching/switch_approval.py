"""A coordinator grants a switch now: the member's step, and those of others that make room for it.

All of it happens in one transaction under the locks of publishing and after the same checks, or
none of it. `switch_undo` takes it back.
"""

from sqlalchemy.orm import Session

from groupmatch.database import Json
from groupmatch.errors import Conflict
from groupmatch.records import (
    OPEN_SWITCHES,
    DraftEntry,
    EndReason,
    EntryKind,
    Program,
    Seat,
    SwitchRequest,
    SwitchState,
)
from groupmatch.services import locks
from groupmatch.services.drafts.revalidation import Present
from groupmatch.services.seats import seats
from groupmatch.services.seats.handover import handovers
from groupmatch.services.switching.switch_options import Footing, Steps, footing


def approve(
    session: Session, switch: SwitchRequest, steps: Steps, *, seal: str, by: str | None
) -> list[Seat]:
    """Carry out an option; the new seats come in the order of the steps.

    Raises Conflict `switch_over`; `option_changed` when the groups or seats are not what was
    shown, with what stands against it in `refusal` (items as in `revalidation`); and
    `no_session_left`.
    """
    program = locks.hold_program(session, switch.program_id)
    locks.hold(session, switch)
    if switch.state not in OPEN_SWITCHES:
        raise Conflict("switch_over")
    if not steps or steps[0].request_id != switch.seat.request_id:
        raise Conflict("option_changed", refusal=[])
    # A person has looked: from here on the rules let the member go, for safety too.
    switch.state = SwitchState.TONIGHT
    found = _unchanged(session, steps, seal)
    locks.hold_groups(session, found.groups.keys())
    _refuse_unsound(session, program, steps, found)
    moves = _carry_out(session, steps, found, by=by)
    switch.moves = [{"former": former and former.id, "new": new.id} for former, new in moves]
    return [new for _, new in moves]


def _unchanged(session: Session, steps: Steps, seal: str) -> Footing:
    found = footing(session, steps)
    here = found.groups.keys() >= {step.group_id for step in steps}
    here = here and found.requests.keys() >= {step.request_id for step in steps}
    if not here or found.seal(steps) != seal:
        raise Conflict("option_changed", refusal=[])
    return found


def _refuse_unsound(session: Session, program: Program, steps: Steps, found: Footing) -> None:
    """The checks of publishing, on the steps as a draft would propose them.

    Others must wait or have asked to switch: nobody's switch moves a settled member.
    """
    entries = [
        DraftEntry(
            id=step.request_id,
            kind=EntryKind.SWITCHED if change.held else EntryKind.PLACED,
            request_id=step.request_id,
            request=found.requests[step.request_id],
            participant_id=found.requests[step.request_id].participant_id,
            to_group_id=change.group.id,
            to_group=change.group,
            facts=facts,
        )
        for step, change, facts in zip(steps, found.changes(steps), found.facts(steps), strict=True)
    ]
    objections = Present(session, program, entries).objections(entries)
    if objections:
        raise Conflict("option_changed", refusal=[_named(item, found) for item in objections])


def _named(item: Json, found: Footing) -> Json:
    """An objection with whom it is about, where it is about one person."""
    about = found.requests.get(item.get("entry", ""))
    return {**item, "who": about.participant.full_name if about else None}


def _carry_out(
    session: Session, steps: Steps, found: Footing, *, by: str | None
) -> list[tuple[Seat | None, Seat]]:
    """Each with the seat that is left: all of these end first, so that seats may change hands."""
    changes = found.changes(steps)
    dates = handovers(found.calendar, changes)
    for change, each in zip(changes, dates, strict=True):
        if change.held and each.last_on:
            reason = EndReason.SWITCHED
            seats.end_seat(
                session, change.held, last_on=each.last_on, reason=reason, by=by, tell=False
            )
    moves = []
    for step, change, each in zip(steps, changes, dates, strict=True):
        request = found.requests[step.request_id]
        new = seats.take(session, request, change.group, starts_on=each.starts_on, by=by)
        moves.append((change.held, new))
    return moves
