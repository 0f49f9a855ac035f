"""Where a participant is during sessions, as they confirm it themselves."""

from datetime import timedelta

from sqlalchemy.orm import Session

from groupmatch import clock
from groupmatch.matching.care import care
from groupmatch.records import GateKind, Participant, TaskKind
from groupmatch.services import locks
from groupmatch.services.care import calls, gates
from groupmatch.services.programs.places import regions


def region_to_confirm(session: Session, participant: Participant) -> str | None:
    """The name of the region that the record has, where it is time to ask; None before that.

    Asked some weeks ahead, so that nobody stops being matched over it.
    """
    gate = gates.gate_of(session, participant, GateKind.LOCATION)
    soon = clock.today(participant.timezone) + timedelta(days=care().location_ask_days_ahead)
    if gate and gate.holds(soon) and gate.region == participant.region:
        return None
    return regions().get(participant.region, participant.region)


def confirm_my_location(
    session: Session, participant: Participant, *, there: bool, by: str | None
) -> None:
    """Say whether one still is where the record says.

    Whoever is not is matched no more until staff know where: leaders need a license there. Seats
    stay as they are, and somebody is asked to call.
    """
    locks.hold(session, participant)
    gates.confirm_own_location(session, participant, there=there, by=by)
    if not there:
        calls.open_task(session, participant, TaskKind.CALL, note=_ELSEWHERE, by=by)


#: For staff, on the task.
_ELSEWHERE = "Says that they are not where their record has them."
