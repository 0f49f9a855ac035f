"""Databases as they must never be and one day are: stale, contradictory, half-filled."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from random import Random
from typing import TypeVar

from sqlalchemy.orm import Session

from groupmatch.records import (
    Admission,
    ApartPair,
    Gate,
    GateKind,
    Group,
    GroupEntry,
    GroupKind,
    GroupLimit,
    GroupStatus,
    Participant,
    ParticipantStatus,
    Pin,
    PinKind,
    Plan,
    Program,
    Request,
    RequestAvoid,
    RequestChoice,
    RequestStatus,
    RequestTherapist,
    Seat,
    SeatState,
    SwitchKind,
    SwitchReason,
    SwitchRequest,
    Therapist,
)
from tests import cast as make
from tests.cast import EVENING, NOW, TODAY

_T = TypeVar("_T")
ZONES = ("America/New_York", "America/Phoenix", "Asia/Kolkata")
TOPICS = ("anxiety-depression", "substance-use")
LEVELS = ("outpatient", "iop-adult")
HELD = (SeatState.ACTIVE, SeatState.OFFERED, SeatState.ON_HOLD)


class Mess:
    """Writes one program's worth of records, drawn by a seed, into an open transaction."""

    def __init__(self, session: Session, seed: int) -> None:
        self.session = session
        self._random = Random(seed)
        self.program: Program = make.program(session, horizon_weeks=self.one((1, 8, 20)))
        self.program.max_moves = self.one((0, 2, None))
        self.therapists = [self._therapist() for _ in range(6)]
        self.groups = [self._group() for _ in range(20)]
        self.people = [self._participant(number) for number in range(16)]
        self.plans = [self._plan() for _ in range(4)]
        self.requests = [self._request() for _ in range(40)]
        self.seats = self._seats()
        self._words()
        session.flush()

    def one(self, values: Sequence[_T]) -> _T:
        """One of some values."""
        return self._random.choice(values)

    def mostly(self, usual: _T, *others: _T) -> _T:
        """The usual value four times in five."""
        return usual if self._random.random() < 0.8 else self.one(others)

    def _day(self) -> date | None:
        days = self.mostly(None, -30, -1, 0, 1, 10, 40, 400)
        return None if days is None else TODAY + timedelta(days=days)

    def _therapist(self) -> Therapist:
        return make.therapist(
            self.session,
            self.program,
            regions=self.mostly(("NY", "NJ"), ("NY",), ()),
            active=self.mostly(True, False),
            max_minutes=self.mostly(None, 0, 90),
        )

    def _group(self) -> Group:
        smallest = self.mostly(1, 0, 2)
        size = smallest + self.mostly(6, 2, 0)
        start = self.mostly(EVENING, 0, 1440 - 30)
        group = make.therapy_group(
            self.session,
            self.program,
            leaders=self.mostly([self.one(self.therapists)], self.therapists, []),
            meetings=self.mostly(((0, start, 60),), ((0, start, 60), (6, start, 90)), ()),
            topic_code=self.mostly(*TOPICS),
            level_code=self.mostly(*LEVELS),
            timezone=self.mostly(*ZONES),
            kind=self.mostly(GroupKind.GROUP, GroupKind.COUPLES, *GroupKind),
            status=self.mostly(GroupStatus.RUNNING, GroupStatus.PROPOSED, *GroupStatus),
            admission=self.mostly(*Admission),
            min_size=smallest,
            max_size=size,
            held_seats=min(size, self.mostly(0, 1, 9)),
            starts_on=self._day(),
            ends_on=self._day(),
            alternative_key=self.mostly(None, "key"),
            requires=self.mostly({}, {"region": ["NJ"]}, {"age_band": []}, {"shoe": ["left"]}),
        )
        group.entries = [GroupEntry(entry_on=TODAY + timedelta(days=9))] * self.one((0, 1))
        limit = GroupLimit(attribute="household", value="north", max_members=self.one((1, 0)))
        group.limits = [limit] * self.mostly(0, 1)
        return group

    def _participant(self, number: int) -> Participant:
        free = ((0, 0, 1440), (6, 0, 1440))
        person = make.participant(
            self.session,
            self.program,
            f"P{number}",
            hours=self.mostly(free, free[:1], ()),
            gates=self.mostly(True, False),
            timezone=self.mostly(*ZONES),
            region=self.mostly("NY", "NJ", ""),
            household=self.one((None, "north", "south:east")),
            payer_code=self.mostly(None, "medicare", "self-pay"),
            status=self.mostly(*ParticipantStatus),
            safety_flag_since=self.mostly(None, NOW),
        )
        if self.one((True, False)):
            part2 = Gate(participant_id=person.id, kind=GateKind.PART2_CONSENT, cleared_at=NOW)
            part2.valid_to = self._day()
            self.session.add(part2)
        return person

    def _plan(self) -> Plan:
        plan = Plan(
            program_id=self.program.id,
            participant_id=self.one(self.people).id,
            level_code=self.one(LEVELS),
            min_minutes=self.one((None, 0, 5000)),
            max_minutes=self.one((None, 10, 5000)),
            created_at=NOW,
        )
        self.session.add(plan)
        self.session.flush()
        return plan

    def _request(self) -> Request:
        request = make.request(
            self.session,
            self.one(self.people),
            topics=self.mostly(TOPICS[:1], TOPICS, TOPICS[1:], ()),
            level_code=self.mostly(*LEVELS),
            kind=self.mostly(GroupKind.GROUP, GroupKind.COUPLES, *GroupKind),
            status=self.mostly(*RequestStatus),
            urgency=self.mostly("routine", "urgent", "forgotten"),
            waiting_since=TODAY + timedelta(days=self.mostly(0, -900, 90)),
            plan_id=self.mostly(None, *(plan.id for plan in self.plans)),
            requires=self.mostly({}, {"modality": ["CBT"]}, {"level": ["php"]}),
        )
        if self.one((True, False)):
            group, leader = self.one(self.groups), self.one(self.therapists)
            request.choices.append(RequestChoice(group_id=group.id, rank=self.one((1, 3))))
            request.preferences.append(RequestTherapist(therapist_id=leader.id))
            request.avoided.append(RequestAvoid(group_id=self.one(self.groups).id))
        return request

    def _seats(self) -> list[Seat]:
        """At most one held seat a request, and one a person in a group, as the database insists."""
        seats: dict[tuple[str, str], Seat] = {}
        for request in self.requests:
            group = self.one((None, self.one(self.groups)))
            if group and (request.participant_id, group.id) not in seats:
                seat = make.seat(self.session, request, group, state=self.mostly(*HELD))
                seats[request.participant_id, group.id] = seat
        return list(seats.values())

    def _words(self) -> None:
        taken = [(seat.request_id, seat.group_id) for seat in self.seats]
        wished = [(request.id, self.one(self.groups).id) for request in self.requests]
        for request, group in self._random.sample(taken + wished, 20):
            pin = Pin(
                request_id=request,
                group_id=group,
                kind=self.one(list(PinKind)),
                set_at=NOW + timedelta(minutes=self.one((0, 1, 2))),
            )
            self.session.add(pin)
        for seat in self.seats:
            if self.mostly(False, True):
                self.session.add(self._ask(seat))
        for one, other in pairwise(self.people):
            first, second = sorted((one.id, other.id))
            apart = ApartPair(program_id=self.program.id, first_id=first, second_id=second)
            apart.kind, apart.created_at = "conflict", NOW
            self.session.add(apart)

    def _ask(self, seat: Seat) -> SwitchRequest:
        return SwitchRequest(
            program_id=self.program.id,
            seat_id=seat.id,
            participant_id=seat.participant_id,
            kind=self.one(list(SwitchKind)),
            reason=self.one(list(SwitchReason)),
            asked_at=NOW,
        )
