"""A coordinator's pins and bans, as far as they still make sense.

The solver refuses a pin that it could not follow, so that nobody relies on one. Nothing stale may
stop the night: such a pin, and a word about a request or a group that is over, is dropped and
reported. A word about somebody who takes no part tonight stays for later.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from groupmatch.matching.offers import spoken_for
from groupmatch.matching.people import Wishes
from groupmatch.matching.snapshot import Snapshot
from groupmatch.matching.standing import Standing
from groupmatch.records import Pin, PinKind, RequestStatus
from solver import Problem, failing_rules


@dataclass(frozen=True)
class StalePin:
    """A pin or ban that no longer makes sense.

    `reasons` holds the rules of eligibility that a pin breaks, or `over` (request or group),
    `not_meeting` (the group does not meet within the horizon), `later_word` (it was contradicted).
    """

    pin_id: str
    request_id: str
    group_id: str
    kind: PinKind
    reasons: tuple[str, ...]


@dataclass
class Words:
    """What stays of the pins and bans, in the ids of the problem; pins are request → group."""

    pins: dict[str, str] = field(default_factory=dict)
    bans: set[tuple[str, str]] = field(default_factory=set)
    stale: list[StalePin] = field(default_factory=list)
    #: Pairs that an open offer rules out for as long as it is open.
    spoken_for: set[tuple[str, str]] = field(default_factory=set)


def sorted_words(
    problem: Problem, snapshot: Snapshot, standings: Mapping[str, Standing], wishes: Wishes
) -> Words:
    """Sort pins and bans, the latest first: a later word holds. `problem` has none yet.

    Seats that only a person may change are pinned to where they are.
    """
    found = Words(spoken_for=spoken_for(problem, snapshot, standings, wishes))
    open_ids = {each.id for each in snapshot.requests if each.status == RequestStatus.OPEN}
    open_ids |= {group.id for group in snapshot.groups}
    for pin in reversed(snapshot.pins):
        standing = standings.get(pin.request_id)
        if not open_ids.issuperset((pin.request_id, pin.group_id)):
            _drop(found, pin, ["over"])
        elif standing is not None and not standing.fixed:
            _take(found, pin, standing, wishes, problem)
    fixed = (each for each in standings.values() if each.fixed)
    found.pins |= {each.request.id: each.seat.group_id for each in fixed if each.seat}
    found.bans |= found.spoken_for
    return found


def _take(found: Words, pin: Pin, standing: Standing, wishes: Wishes, problem: Problem) -> None:
    hours = wishes.hours_of(pin.group_id, standing.request.participant)
    pairs = {(pin.request_id, hour.id) for hour in hours}
    if pin.kind == PinKind.BAN:
        if found.pins.get(pin.request_id) in {group for _, group in pairs}:
            _drop(found, pin, ["later_word"])
        else:
            found.bans |= pairs
    elif pairs & found.spoken_for:
        # The word stays for when the offer is answered.
        return
    elif pin.request_id in found.pins or pairs & found.bans:
        _drop(found, pin, ["later_word"])
    elif not pairs:
        _drop(found, pin, ["not_meeting"])
    else:
        _pin(found, pin, pairs.pop()[1], problem)


def _pin(found: Words, pin: Pin, group: str, problem: Problem) -> None:
    broken = failing_rules(problem, pin.request_id, group)
    if broken and problem.request[pin.request_id].seat != group:
        _drop(found, pin, [each.rule for each in broken])
    else:
        found.pins[pin.request_id] = group


def _drop(found: Words, pin: Pin, reasons: list[str]) -> None:
    found.stale.append(StalePin(pin.id, pin.request_id, pin.group_id, pin.kind, tuple(reasons)))
