"""The compile step: the present state of a program becomes a `groupmatch.problem/1`."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from groupmatch.database import Json
from groupmatch.matching import snapshot
from groupmatch.matching.company import ALONE, Alike, Company
from groupmatch.matching.frame import Frame, frame
from groupmatch.matching.groups import Hour, alternatives, groups_of_run, hours, therapists
from groupmatch.matching.people import Wishes, participant_document, plan_document
from groupmatch.matching.pins import StalePin, sorted_words
from groupmatch.matching.standing import LeftOut, Standing, Standings, standings
from groupmatch.records import Participant, Program, Seat
from solver import Problem, parse_problem


@dataclass(frozen=True)
class Compiled:
    """A program's problem, and what was left aside in making it."""

    problem: Problem
    #: The same as JSON.
    document: Json
    frame: Frame
    wishes: Wishes
    #: Request → how it takes part.
    standings: Mapping[str, Standing]
    #: Id in the problem → the group, or the household's copy of one.
    hours: Mapping[str, Hour]
    left_out: Sequence[LeftOut]
    stale_pins: Sequence[StalePin]
    #: Seats in groups that end soon, which only a person may change.
    stuck_seats: Sequence[Seat]

    def in_records(self, told: Json) -> Json:
        """What the solver tells, with the groups of the database for households' copies."""
        named = dict(told)
        if "group" in told:
            named["group"] = self.hours[told["group"]].group.id
        if "groups" in told:
            named["groups"] = [self.hours[name].group.id for name in told["groups"]]
        return named


def compile_program(
    session: Session,
    program: Program,
    *,
    on: date,
    only: Collection[str] | None = None,
    gates: bool = True,
    without: Collection[str] = (),
    within: Collection[str] | None = None,
    asking: Collection[str] | None = None,
    counted: Mapping[str, Mapping[Alike, int]] | None = None,
) -> Compiled:
    """Compile a program as of a local date, for seats from the next day on.

    With `only`, just these participants take part; without `gates`, people behind closed gates do,
    too. `without` holds ids of seats and offers that count as never made. With `within`, these
    groups alone count, and what people hold in them. With `asking`, of the others nothing is read
    but where they sit: enough to tell what would suit these people. Further members of the groups
    are only `counted`, by group. Whatever is in the database, the result is a problem that the
    solver accepts.
    """
    now = snapshot.read(session, program, on, only, without, within, asking, counted)
    seen = frame(now, on)
    groups = groups_of_run(seen)
    stand = standings(seen, groups, gates=gates)
    compiled = hours(seen, groups.values(), _members(stand), _households(stand))
    wishes = Wishes(seen, compiled)
    document = _document(seen, stand, compiled, wishes)
    by_request = {each.request.id: each for each in stand.taking_part}
    problem = parse_problem(document)
    words = sorted_words(problem, now, by_request, wishes)
    pins, bans = sorted(words.pins.items()), sorted(words.bans)
    document |= {"pins": [list(pair) for pair in pins], "bans": [list(pair) for pair in bans]}
    return Compiled(
        problem=replace(problem, pins=tuple(pins), bans=tuple(bans)),
        document=document,
        frame=seen,
        wishes=wishes,
        standings=by_request,
        hours={hour.id: hour for hour in compiled},
        left_out=stand.left_out,
        stale_pins=words.stale,
        stuck_seats=stand.stuck,
    )


def compile_for(
    session: Session,
    person: Participant,
    groups: Collection[str],
    *,
    on: date,
    beside: Company = ALONE,
) -> Compiled:
    """Compile so much of a program as tells which of some groups would suit one person, gates left
    aside, `beside` whoever sits there.

    What a seat costs is not told: that adds up over the weeks of the timeline, and here they are
    those of these groups and people alone.
    """
    return compile_program(
        session,
        person.program,
        on=on,
        only={person.id, *beside.known},
        within=groups,
        asking={person.id, *beside.asking},
        gates=False,
        counted=beside.counted,
    )


def _document(
    seen: Frame, stand: Standings, compiled: Sequence[Hour], wishes: Wishes
) -> dict[str, Any]:
    people = {each.request.participant_id: each.request.participant for each in stand.taking_part}
    return {
        "format": "groupmatch.problem/1",
        "horizon_minutes": seen.timeline.horizon_minutes,
        "weeks": len(seen.timeline.weeks),
        "participants": [participant_document(seen, person) for person in people.values()],
        "therapists": therapists(seen, compiled),
        "groups": [hour.document for hour in compiled],
        "requests": [wishes.document(each) for each in stand.taking_part],
        "plans": [plan_document(seen, plan, requests) for plan, requests in stand.plans],
        "keep_apart": [
            [pair.first_id, pair.second_id]
            for pair in seen.snapshot.apart
            if pair.first_id in people and pair.second_id in people
        ],
        "alternatives": alternatives(compiled),
        "max_moves": seen.snapshot.program.max_moves,
    }


def _members(stand: Standings) -> dict[str, list[Participant]]:
    members: dict[str, list[Participant]] = {}
    for each in stand.taking_part:
        if each.seat:
            members.setdefault(each.seat.group_id, []).append(each.request.participant)
    return members


def _households(stand: Standings) -> dict[str, list[str]]:
    """Kind of group → the households in which somebody asks for a new seat of that kind."""
    asking: dict[str, set[str]] = {}
    for each in stand.taking_part:
        household = each.request.participant.household
        if household and not each.fixed and (each.waiting or each.switch):
            asking.setdefault(each.request.kind, set()).add(household)
    return {kind: sorted(found) for kind, found in asking.items()}
