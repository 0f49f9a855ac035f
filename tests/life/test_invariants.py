"""Each invariant notices what it is there for: somebody changes the rows behind the services."""

from collections.abc import Callable

import pytest
from sqlalchemy import delete, text
from sqlalchemy.orm import Session

from groupmatch.records import (
    AuditEntry,
    EndReason,
    Gate,
    GateKind,
    GroupStatus,
    ParticipantStatus,
    RequestStatus,
    Run,
    RunKind,
    RunState,
    SeatState,
    SwitchRequest,
)
from groupmatch.services.participants import people
from groupmatch.services.seats import seats
from groupmatch.simulation.facts import look
from groupmatch.simulation.invariants import broken
from groupmatch.simulation.soundness import unfit
from tests import cast as make
from tests.cast import NOW, TODAY, Cast
from tests.services.drafting import approved_draft, ask_to_switch


def _end(session: Session, cast: Cast) -> None:
    seats.end_seat(session, cast.ada_seat, last_on=TODAY, reason=EndReason.BY_HAND, by=cast.mara.id)


def _oversell(session: Session, cast: Cast) -> None:
    cast.group.max_size = 1
    make.seat(session, cast.ben_request, cast.group)


def _end_silently(session: Session, cast: Cast) -> None:
    cast.ada_seat.state, cast.ada_seat.end_reason = SeatState.ENDED, EndReason.BY_HAND


def _close_while_seated(session: Session, cast: Cast) -> None:
    cast.ada_request.status = RequestStatus.CLOSED


def _end_the_group_alone(session: Session, cast: Cast) -> None:
    cast.group.status = GroupStatus.ENDED


def _discharge_while_seated(session: Session, cast: Cast) -> None:
    cast.ada.status = ParticipantStatus.DISCHARGED


def _forget_the_switch(session: Session, cast: Cast) -> None:
    session.execute(delete(SwitchRequest))


def _forget_the_log(session: Session, cast: Cast) -> None:
    session.execute(text("DROP TRIGGER audit_entry_kept_from_delete"))
    session.execute(delete(AuditEntry))


def _match_twice(session: Session, cast: Cast) -> None:
    for _ in range(2):
        night = {"kind": RunKind.NIGHTLY, "state": RunState.DONE, "local_date": TODAY}
        session.add(Run(program_id=cast.program.id, started_at=NOW, **night))


@pytest.mark.parametrize(
    ("tamper", "words"),
    [
        (_end, "was lost by the software"),
        (_oversell, "holds 2 of 1"),
        (_end_silently, "1 times seat.ended, audited 0 times"),
        (_close_while_seated, "closed request"),
        (_end_the_group_alone, "ended group"),
        (_discharge_while_seated, "is discharged and holds a seat"),
        (_forget_the_switch, "rows of switch_request were deleted"),
        (_forget_the_log, "was taken out of the audit log"),
        (_match_twice, "two nights on"),
    ],
)
def test_an_invariant_that_breaks_is_told(
    session: Session, cast: Cast, tamper: Callable[[Session, Cast], None], words: str
) -> None:
    ask_to_switch(session, cast.ada_seat)
    people.set_safety_flag(session, cast.ben, raised=True, by=cast.mara.id, reason="by phone")
    session.flush()
    before = look(session)
    assert broken(session, before, before, by_person=False) == []
    tamper(session, cast)
    session.flush()
    found = broken(session, before, look(session), by_person=False)
    assert any(words in each for each in found), found


def test_a_seat_that_the_software_chose_and_that_does_not_suit_is_told(
    session: Session, cast: Cast
) -> None:
    approved_draft(session, cast.program)
    seat = make.seat(session, cast.ben_request, cast.group)
    assert list(unfit(session, seat)) == []
    cast.ben.region = "CA"
    cast.ben.safety_flag_since = NOW
    cast.group.topic_code = "anger"
    cast.group.meetings[0].start_minute -= 60
    session.execute(delete(Gate).where(Gate.kind == GateKind.CONSENT))
    elsewhere = make.therapy_group(session, cast.program, leaders=[cast.cleo])
    elsewhere.meetings[0].start_minute -= 90
    make.seat(session, make.request(session, cast.ben), elsewhere)
    session.flush()
    told = {wrong.split(" on ")[0] for wrong in unfit(session, seat)}
    assert told == {
        "safety flag",
        "another topic",
        "a closed gate",
        "no license",
        "outside the hours",
        "in two places at once",
    }
