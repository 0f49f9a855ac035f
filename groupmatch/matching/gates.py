"""Why software must not give somebody a seat: the gates that are closed for one request."""

from collections.abc import Sequence

from groupmatch.matching.frame import Frame
from groupmatch.records import Gate, GateKind, ParticipantStatus, Request, SeatState

#: Beside the kinds of `GateKind`: a safety flag, a payer that does not cover the level, a level
#: for people of another age, somebody no longer in care, a request that names no topic, a seat
#: that is offered or on hold.
SAFETY, PAYER, DISCHARGED, TOPIC = "safety", "payer", "discharged", "topic"
AGE_BAND, ON_HOLD = "age_band", "on_hold"


def closed_gates(frame: Frame, request: Request) -> list[str]:
    """Codes of what must precede a new seat, on the first date on which it could begin."""
    person = request.participant
    closed = {
        SAFETY: person.safety_flag_since is not None,
        DISCHARGED: person.status != ParticipantStatus.ACTIVE,
        GateKind.LEVEL_OF_CARE: not _level_decided(frame, request),
        GateKind.CONSENT: not _open(frame, request, GateKind.CONSENT),
        GateKind.LOCATION: not _located(frame, request),
        AGE_BAND: not _of_age(frame, request),
        PAYER: not frame.payers.cover(person.payer_code, request.level_code),
        GateKind.PART2_CONSENT: bool(request.topics) and not topics(frame, request),
        TOPIC: not request.topics,
        ON_HOLD: _held(frame, request),
    }
    return [str(code) for code, is_closed in closed.items() if is_closed]


def _held(frame: Frame, request: Request) -> bool:
    """Whether a seat was offered to the request, or its own is on hold."""
    seat = frame.snapshot.seats.get(request.id)
    on_hold = seat is not None and seat.state != SeatState.ACTIVE
    return on_hold or request.id in frame.offered


def topics(frame: Frame, request: Request) -> Sequence[str]:
    """The acceptable topics, best first; without Part 2 consent, those that do not need it."""
    codes = [topic.topic_code for topic in request.topics]
    if _open(frame, request, GateKind.PART2_CONSENT):
        return codes
    return [code for code in codes if code not in frame.snapshot.part2_topics]


def _level_decided(frame: Frame, request: Request) -> bool:
    """For a seat that is reserved ahead, the clinician who asked for it has decided."""
    ahead = request.needed_from is not None and request.needed_from > frame.first
    return ahead or any(
        gate.level_code == request.level_code
        for gate in _gates(frame, request, GateKind.LEVEL_OF_CARE)
    )


def _located(frame: Frame, request: Request) -> bool:
    return any(
        gate.region == request.participant.region
        for gate in _gates(frame, request, GateKind.LOCATION)
    )


def _of_age(frame: Frame, request: Request) -> bool:
    level = frame.snapshot.levels[request.level_code]
    return level.age_band in (None, request.participant.age_band)


def _open(frame: Frame, request: Request, kind: GateKind) -> bool:
    return bool(_gates(frame, request, kind))


def _gates(frame: Frame, request: Request, kind: GateKind) -> list[Gate]:
    return [
        gate
        for gate in frame.snapshot.gates.get(request.participant_id, ())
        if gate.kind == kind and gate.holds(frame.first)
    ]
