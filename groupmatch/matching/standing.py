"""Where every request stands tonight: waiting, seated, to be placed anew, or left out.

People whom software must not move (a safety flag, a closed gate, a seat that is offered or on
hold) keep their seats whatever happens to the rest; the run only reports them. A request that is
left out takes the rest of its plan with it: a plan is served whole or not at all.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from groupmatch.matching.care import care
from groupmatch.matching.frame import Frame
from groupmatch.matching.gates import closed_gates
from groupmatch.records import (
    Group,
    GroupStatus,
    Plan,
    Request,
    RequestStatus,
    Seat,
    SwitchReason,
    SwitchRequest,
    SwitchState,
)


@dataclass(frozen=True)
class Standing:
    """One request, as the run takes it."""

    request: Request
    #: The seat that it holds, if its group still stands.
    seat: Seat | None = None
    #: The group ends soon: another seat is needed, and this one no longer counts.
    displaced: bool = False
    #: The open ask to leave the seat, where the run may serve it.
    switch: SwitchRequest | None = None
    #: Only a person may change this seat.
    fixed: bool = False

    @property
    def waiting(self) -> bool:
        """Whether it needs a seat."""
        return self.seat is None or self.displaced

    @property
    def since(self) -> date:
        """The date from which its waiting counts."""
        return self.switch.asked_at.date() if self.switch else self.request.waiting_since


@dataclass(frozen=True)
class LeftOut:
    """A waiting request that takes no part, and the gates that keep it out."""

    request_id: str
    participant_id: str
    gates: tuple[str, ...]


@dataclass(frozen=True)
class Standings:
    """The requests of a program, by part in the run."""

    taking_part: Sequence[Standing]
    left_out: Sequence[LeftOut]
    #: Plans all of whose requests take part, with the ids of these.
    plans: Sequence[tuple[Plan, Sequence[str]]]
    #: Seats that only a person may change, in groups that end soon.
    stuck: Sequence[Seat]


def standings(frame: Frame, groups: Mapping[str, Group], *, gates: bool) -> Standings:
    """Tell where every request stands; `groups` are those of the run, by id.

    Without `gates`, every gate counts as open.
    """
    closed = {
        request.id: closed_gates(frame, request) if gates else []
        for request in frame.snapshot.requests
    }
    found = {
        request.id: _standing(frame, request, groups, closed=bool(closed[request.id]))
        for request in _concerned(frame, groups)
    }
    shut = {
        name: set(closed[name]) for name, each in found.items() if each.waiting and closed[name]
    }
    plans = _plans(frame, found)
    for _, names in plans:
        _shut_with_plan(names, found, shut)
    taking_part = [each for name, each in found.items() if name not in shut]
    return Standings(
        taking_part=taking_part,
        left_out=[_left_out(found[name].request, reasons) for name, reasons in shut.items()],
        plans=[(plan, names) for plan, names in plans if shut.keys().isdisjoint(names)],
        stuck=[
            each.seat
            for each in taking_part
            if each.seat
            and each.fixed
            and each.request.id not in frame.offered
            and ends_soon(frame, groups[each.seat.group_id])
        ],
    )


def ends_soon(frame: Frame, group: Group) -> bool:
    """Whether members of the group need other seats now."""
    if group.ends_on is None:
        return group.status == GroupStatus.ENDING
    return group.ends_on <= frame.on + timedelta(weeks=frame.policy.displaced_weeks)


def _standing(
    frame: Frame, request: Request, groups: Mapping[str, Group], *, closed: bool
) -> Standing:
    seat = frame.snapshot.seats.get(request.id)
    if seat is None or seat.group_id not in groups:
        return Standing(request)
    if closed or request.status != RequestStatus.OPEN:
        return Standing(request, seat, fixed=True)
    if ends_soon(frame, groups[seat.group_id]):
        return Standing(request, seat, displaced=True)
    return Standing(request, seat, switch=_switch(frame, seat))


def _switch(frame: Frame, seat: Seat) -> SwitchRequest | None:
    """The open ask about a seat; one for safety first goes to a person."""
    switch = frame.snapshot.switches.get(seat.id)
    if switch and switch.reason == SwitchReason.SAFETY and switch.state == SwitchState.ASKED:
        return None
    return switch


def _concerned(frame: Frame, groups: Mapping[str, Group]) -> Iterator[Request]:
    """Requests that sit in a group of the run, and open ones that do not.

    Nothing can be said about one whose group has no meetings: it stays as it is.
    """
    never_meets = {group.id for group in frame.snapshot.groups if not group.meetings}
    for request in frame.snapshot.requests:
        seat = frame.snapshot.seats.get(request.id)
        group = seat.group_id if seat else None
        if group is None and _needed_later(frame, request):
            continue
        if group in groups or (group not in never_meets and request.status == RequestStatus.OPEN):
            yield request


def _needed_later(frame: Frame, request: Request) -> bool:
    """Whether it is too early to reserve the seat."""
    ahead = timedelta(weeks=care().step_down_weeks)
    return request.needed_from is not None and request.needed_from > frame.on + ahead


def _plans(frame: Frame, found: Mapping[str, Standing]) -> Sequence[tuple[Plan, Sequence[str]]]:
    """Plans with the requests of theirs that need one; a plan is one person's."""
    members: dict[str, list[str]] = {}
    owner = {plan.id: plan.participant_id for plan in frame.snapshot.plans}
    for name, each in found.items():
        plan = each.request.plan_id
        if plan is not None and owner.get(plan) == each.request.participant_id:
            members.setdefault(plan, []).append(name)
    return [(plan, members[plan.id]) for plan in frame.snapshot.plans if plan.id in members]


def _shut_with_plan(
    names: Sequence[str], found: dict[str, Standing], shut: dict[str, set[str]]
) -> None:
    """Where one request of a plan is left out, its others wait with it or keep their seats."""
    reasons = set[str]().union(*(shut.get(name, ()) for name in names))
    for name in names if reasons else ():
        if found[name].waiting:
            shut[name] = reasons
        found[name] = replace(found[name], fixed=True, switch=None)


def _left_out(request: Request, gates: Collection[str]) -> LeftOut:
    return LeftOut(request.id, request.participant_id, tuple(sorted(gates)))
