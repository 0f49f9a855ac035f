"""More of everything in the world: so many more rows of every table that a page could read."""

from datetime import date, timedelta
from itertools import count

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from groupmatch.database import Record
from groupmatch.records import (
    Attendance,
    Availability,
    CompactRegion,
    Group,
    GroupEntry,
    GroupLimit,
    GroupSession,
    Holiday,
    License,
    MergeConsent,
    Offer,
    Participant,
    Payer,
    PayerRule,
    Presence,
    Program,
    Request,
    RequestAvoid,
    RequestChoice,
    RequestTherapist,
    Run,
    RunKind,
    RunState,
    Seat,
    Therapist,
    Topic,
    Unplaced,
)
from groupmatch.services.audit import audit
from tests import cast
from tests.cast import LONG_AGO, NOW, TODAY
from tests.web import world as one
from tests.web.world import World

#: What no page lists: one a person, a sign-in, a night, or part of the software.
UNLISTED = frozenset(
    {
        "calendar_feed",
        "group_type",
        "job_run",
        "level_of_care",
        "outbox_mail",
        "program",
        "scheduler_sign",
        "sign_in",
        "sign_in_attempt",
    }
)

_numbers = count(1)


def grow(session: Session, world: World, number: int) -> None:
    """So many more of everything at home: in the program, of Ada, of Cleo and of their group."""
    home = _Home(session, world)
    for _ in range(number):
        home.grow(next(_numbers))
    session.flush()


def rows(session: Session) -> dict[str, int]:
    """How many rows each table has that a page could list."""
    tables = (table for table in Record.metadata.sorted_tables if table.name not in UNLISTED)
    return {
        table.name: session.scalar(select(func.count()).select_from(table)) or 0 for table in tables
    }


class _Home:
    """The records of the home program that get more."""

    def __init__(self, session: Session, world: World) -> None:
        ids = world.home.ids
        self.session = session
        self.program = session.get_one(Program, ids["program_id"])
        self.ada = session.get_one(Participant, ids["participant_id"])
        self.cleo = session.get_one(Therapist, ids["therapist_id"])
        self.group = session.get_one(Group, ids["group_id"])
        self.seat = session.get_one(Seat, ids["seat_id"])
        self.meeting = session.get_one(GroupSession, ids["session_id"])
        self.merge_id, self.run_id = ids["merge_id"], ids["run_id"]

    def grow(self, number: int) -> None:
        """One more of everything; the number keeps names apart."""
        session = self.session
        friend = cast.participant(session, self.program, f"Eve{number}")
        leader = cast.therapist(session, self.program, f"Lee{number}")
        group = self._group(leader, number)
        seats = [
            cast.seat(session, cast.request(session, friend), self.group, starts_on=LONG_AGO),
            cast.seat(session, cast.request(session, self.ada), group, starts_on=LONG_AGO),
        ]
        for seat in seats:
            self._sits(seat)
        for person, gates in ((friend, ["consent"]), (self.ada, [])):
            one.task(session, person)
            one.plan(session, person)
            one.away(session, participant_id=person.id)
            self._waits(person, gates, group)
        self._cares(number)
        one.apart(session, self.program, self.ada, friend)
        one.away(session, therapist_id=self.cleo.id)
        cast.staff(session, self.program, f"Staff {number}")
        one.merge(session, group, seats[0])
        self._night(group, number)
        self._governs(number)

    def _group(self, leader: Therapist, number: int) -> Group:
        """One that both Cleo and somebody new lead, with sessions of its own."""
        leaders = [leader, self.cleo] if number % 2 else [self.cleo, leader]
        group = cast.therapy_group(
            self.session, self.program, leaders=leaders, name=f"Group {number}"
        )
        group.limits.append(GroupLimit(attribute="age", value=str(number), max_members=3))
        group.entries.append(GroupEntry(entry_on=TODAY + timedelta(days=number)))
        for days in (-number, number):
            self._session(group, days)
            self._session(self.group, days, substitute=leader)
        return group

    def _session(self, group: Group, days: int, substitute: Therapist | None = None) -> None:
        self.session.add(
            GroupSession(
                program_id=group.program_id,
                group_id=group.id,
                on=TODAY + timedelta(days=days),
                starts_at=NOW + timedelta(days=days, minutes=1),
                minutes=60,
                cover_asked_at=NOW,
                substitute_id=substitute.id if substitute else None,
                created_at=NOW,
            )
        )

    def _sits(self, seat: Seat) -> None:
        """What a member leaves behind: attendance, an ask to switch, an answer to a merge."""
        if seat.group_id == self.group.id:
            self.session.add(
                Attendance(
                    session_id=self.meeting.id,
                    participant_id=seat.participant_id,
                    seat_id=seat.id,
                    presence=Presence.PRESENT,
                    minutes=60,
                    recorded_at=NOW,
                )
            )
            consent = MergeConsent(program_id=seat.program_id, seat_id=seat.id)
            consent.merge_id = self.merge_id
            self.session.add(consent)
        one.switch(self.session, seat)

    def _waits(self, person: Participant, gates: list[str], group: Group) -> None:
        """A request with wishes, left without a seat by the night."""
        request = cast.request(self.session, person, topics=("anxiety-depression", "anger"))
        request.choices.append(RequestChoice(group_id=group.id, rank=1))
        request.preferences.append(RequestTherapist(therapist_id=self.cleo.id))
        request.avoided.append(RequestAvoid(group_id=self.group.id))
        one.pin(self.session, request, group)
        reasons = [{"group": group.id, "rule": "full", "detail": ""}]
        left = Unplaced(run_id=self.run_id, request_id=request.id, gates=gates, reasons=reasons)
        left.participant_id = person.id
        self.session.add(left)
        if gates:
            self._is_offered(request, group)

    def _is_offered(self, request: Request, group: Group) -> None:
        """A seat of many, to many: one person answers one offer at a time."""
        self.session.add(
            Offer(
                program_id=request.program_id,
                request_id=request.id,
                participant_id=request.participant_id,
                to_group_id=group.id,
                made_at=NOW,
                expires_at=NOW + timedelta(days=1),
            )
        )

    def _cares(self, number: int) -> None:
        """More of what is written down about Ada and Cleo."""
        one.score(self.session, self.ada)
        one.looked_at(self.session, cast.participant(self.session, self.program, f"Ida{number}"))
        for record in (self.ada, self.cleo, self.group):
            audit.record(self.session, "made.up", record, by=None)
        self.cleo.licenses.append(License(region="NJ", valid_from=TODAY))
        span = {"weekday": number % 6, "start_minute": 60, "end_minute": 120}
        self.session.add(Availability(participant_id=self.ada.id, **span))
        self.session.add(Availability(therapist_id=self.cleo.id, **span))

    def _night(self, group: Group, number: int) -> None:
        """A proposal and a finding of last night, and an earlier run."""
        waiting = cast.participant(self.session, self.program, f"Hal{number}")
        earlier = Run(program_id=self.program.id, kind=RunKind.BY_HAND, local_date=TODAY)
        earlier.started_at = earlier.ended_at = NOW - timedelta(days=number)
        earlier.state = RunState.DONE
        self.session.add(earlier)
        run = self.session.get_one(Run, self.run_id)
        run.notices = [*run.notices, {"code": "needs_a_person", "seat": self.seat.id}]
        one.finding(self.session, run, group)
        one.proposed(self.session, run, waiting, group)

    def _governs(self, number: int) -> None:
        """More of the tables that an administrator keeps."""
        closed = Holiday(program_id=self.program.id, name="Closed", created_at=NOW)
        closed.on = TODAY + timedelta(days=10 + number)
        begins = {"valid_from": date(2020, 1, 1) + timedelta(days=number), "source": "made up"}
        code = f"made-up-{number}"
        self.session.add_all(
            [
                closed,
                Topic(code=code, name=code, source="made up"),
                Payer(code=code, name=code),
                PayerRule(payer_code="medicare", **begins),
                CompactRegion(compact="psypact", region="NY", **begins),
            ]
        )
