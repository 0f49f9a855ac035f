"""Members who want to change seats, and a night that knows of them."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from groupmatch.matching import SolvedRun
from groupmatch.records import Group, Program, Seat, SwitchKind, SwitchReason, SwitchRequest
from groupmatch.services.switching import switches
from tests import cast
from tests.cast import LONG_AGO, MONDAY, WEDNESDAY, Cast
from tests.services.drafting import match

#: Free all day on Mondays and Wednesdays.
HOURS = ((MONDAY, 480, 1320), (WEDNESDAY, 480, 1320))


@dataclass(frozen=True)
class Full:
    """Two full groups of one seat each: Eve sits on Mondays, Finn on Wednesdays."""

    people: Cast
    mondays: Group
    wednesdays: Group
    eve: Seat
    finn: Seat


def full(session: Session) -> Full:
    """Eve's and Finn's groups have no seat left, and both are free at both hours."""
    people = cast.make_cast(session)
    people.group.max_size = 1
    rhea = cast.therapist(session, people.program, "Rhea")
    groups = [
        cast.therapy_group(
            session,
            people.program,
            leaders=[leader],
            meetings=((weekday, 600, 60),),
            max_size=1,
        )
        for weekday, leader in ((MONDAY, people.cleo), (WEDNESDAY, rhea))
    ]
    eve, finn = (
        member(session, people.program, name, group)
        for name, group in zip(("Eve", "Finn"), groups, strict=True)
    )
    return Full(people, *groups, eve, finn)


def member(session: Session, program: Program, name: str, group: Group) -> Seat:
    """Somebody who has sat in a group for weeks, and has time on Mondays and Wednesdays."""
    person = cast.participant(session, program, name, last_name=f"{name}son", hours=HOURS)
    cast.account(session, name, participant=person)
    return cast.seat(session, cast.request(session, person), group, starts_on=LONG_AGO)


def ask(session: Session, seat: Seat, kind: SwitchKind = SwitchKind.TIME) -> SwitchRequest:
    """An ask that nothing keeps from being asked."""
    reason = SwitchReason.SCHEDULE
    return switches.request_switch(session, seat, kind=kind, reason=reason, by=None)


def solved(session: Session, program: Program) -> SolvedRun:
    """Tonight's match, as it was solved."""
    run = match(session, program)
    return SolvedRun.parsed(run.problem, run.solution)
