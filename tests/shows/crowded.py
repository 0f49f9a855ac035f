"""A large program for shows of speed: rows written in bulk, alike in shape to a real one.

Of ten participants eight sit in a group and two wait; each tells hours, the members have sessions
with attendance behind them, and a tenth has answered a questionnaire twice.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from groupmatch.database import new_id
from groupmatch.records import (
    Attendance,
    Availability,
    Gate,
    GateKind,
    Group,
    GroupLeader,
    GroupSession,
    License,
    MeasureScore,
    Meeting,
    Participant,
    Presence,
    Program,
    Request,
    RequestTopic,
    Seat,
    SeatState,
    SessionState,
    Therapist,
    Topic,
)

_REGIONS = ("NY", "NJ", "PA", "CT", "MA", "FL", "GA", "TX", "IL", "CA")
_ZONES = ("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles")
_SIZE = 7
_WEEKS_BACK, _WEEKS_AHEAD = 6, 4
_CHUNK = 2000

Row = dict[str, Any]


@dataclass
class Crowd:
    """Writes a program and remembers what its rows need of each other."""

    session: Session
    program: Program
    participants: int
    now: datetime
    chance: Random

    @property
    def today(self) -> date:
        return self.now.date()

    def write(self) -> None:
        """Write everything, in bulk."""
        leaders = self._therapists(max(2, self.participants // 65))
        groups = self._groups(leaders, max(2, self.participants * 31 // 200))
        people = self._people()
        seated, waiting = people[: len(people) * 4 // 5], people[len(people) * 4 // 5 :]
        seats = self._seats(seated, groups)
        self._ask([(person, None) for person in waiting])
        self._past(groups, seats)
        self._measures(seated[::10])

    def _therapists(self, number: int) -> list[str]:
        rows = [self._named(index, "Lee") for index in range(number)]
        self._insert(Therapist, rows)
        licensed = (
            {"therapist_id": row["id"], "region": region, "valid_from": date(2020, 1, 1)}
            for row in rows
            for region in self.chance.sample(_REGIONS, 6)
        )
        self._insert(License, licensed)
        self._insert(
            Availability,
            (
                {**span, "therapist_id": row["id"], "participant_id": None}
                for row in rows
                for span in self._hours(4)
            ),
        )
        return [row["id"] for row in rows]

    def _groups(self, leaders: Sequence[str], number: int) -> list[Row]:
        topics = list(self.session.scalars(select(Topic.code).where(~Topic.part2)))
        rows = [
            {
                "id": new_id(),
                "program_id": self.program.id,
                "name": f"Group {index}",
                "topic_code": topics[index % len(topics)],
                "level_code": "outpatient",
                "timezone": _ZONES[index % len(_ZONES)],
                "min_size": 4,
                "max_size": _SIZE,
                "created_at": self.now,
                "leader": leaders[index % len(leaders)],
                "weekday": index // len(leaders) % 5,
                "start_minute": (9 + index // (5 * len(leaders)) * 3) * 60,
            }
            for index in range(number)
        ]
        own = ("leader", "weekday", "start_minute")
        self._insert(Group, ({k: v for k, v in row.items() if k not in own} for row in rows))
        self._insert(
            GroupLeader,
            ({"group_id": row["id"], "therapist_id": row["leader"], "position": 0} for row in rows),
        )
        self._insert(
            Meeting,
            (
                {
                    "group_id": row["id"],
                    "weekday": row["weekday"],
                    "start_minute": row["start_minute"],
                    "minutes": 60,
                }
                for row in rows
            ),
        )
        return rows

    def _people(self) -> list[Row]:
        rows = [
            {
                **self._named(index, "Eve"),
                "region": self.chance.choice(_REGIONS),
                "language": ["en"],
                "availability_confirmed_on": self.today,
            }
            for index in range(self.participants)
        ]
        for row in rows:
            row["search_text"] = f" {row['first_name'].lower()} {row['last_name'].lower()}"
        self._insert(Participant, rows)
        self._insert(
            Availability,
            (
                {**span, "participant_id": row["id"], "therapist_id": None}
                for row in rows
                for span in self._hours(4)
            ),
        )
        self._insert(Gate, (gate for row in rows for gate in self._gates(row)))
        return rows

    def _gates(self, row: Row) -> Iterator[Row]:
        cleared = {"participant_id": row["id"], "cleared_at": self.now}
        cleared |= {"level_code": None, "region": None}
        yield {**cleared, "kind": GateKind.CONSENT}
        yield {**cleared, "kind": GateKind.LEVEL_OF_CARE, "level_code": "outpatient"}
        yield {**cleared, "kind": GateKind.LOCATION, "region": row["region"]}

    def _seats(self, people: Sequence[Row], groups: Sequence[Row]) -> list[Row]:
        placed = [(person, groups[index % len(groups)]) for index, person in enumerate(people)]
        asked = self._ask(placed)
        rows = [
            {
                "id": new_id(),
                "program_id": self.program.id,
                "request_id": request["id"],
                "participant_id": person["id"],
                "group_id": group["id"],
                "state": SeatState.ACTIVE,
                "starts_on": request["waiting_since"] + timedelta(days=self.chance.randrange(40)),
                "created_at": self.now,
            }
            for request, (person, group) in zip(asked, placed, strict=True)
        ]
        self._insert(Seat, rows)
        return rows

    def _ask(self, asked: Sequence[tuple[Row, Row | None]]) -> list[Row]:
        topics = list(self.session.scalars(select(Topic.code).where(~Topic.part2)))
        rows = [
            {
                "id": new_id(),
                "program_id": self.program.id,
                "participant_id": person["id"],
                "level_code": "outpatient",
                "waiting_since": self.today - timedelta(days=self.chance.randrange(50, 300)),
                "created_at": self.now,
            }
            for person, _ in asked
        ]
        self._insert(Request, rows)
        self._insert(
            RequestTopic,
            (
                {"request_id": row["id"], "topic_code": topic, "rank": rank}
                for row, (_, group) in zip(rows, asked, strict=True)
                for rank, topic in enumerate(
                    [group["topic_code"]] if group else self.chance.sample(topics, 2), start=1
                )
            ),
        )
        return rows

    def _past(self, groups: Sequence[Row], seats: Sequence[Row]) -> None:
        members: dict[str, list[Row]] = {}
        for seat in seats:
            members.setdefault(seat["group_id"], []).append(seat)
        sessions = [
            self._session(group, week)
            for group in groups
            for week in range(-_WEEKS_BACK, _WEEKS_AHEAD)
        ]
        written = [
            {
                "session_id": each["id"],
                "participant_id": seat["participant_id"],
                "seat_id": seat["id"],
                "presence": self.chance.choice((*[Presence.PRESENT] * 8, Presence.ABSENT)),
                "minutes": 60,
                "recorded_at": self.now,
            }
            for each in sessions
            if each["state"] == SessionState.HELD
            for seat in members.get(each["group_id"], ())
            if seat["starts_on"] <= each["on"]
        ]
        numbers = Counter((row["session_id"], row["presence"]) for row in written)
        for each in sessions:
            each["came"] = numbers[each["id"], Presence.PRESENT]
            each["absent"] = numbers[each["id"], Presence.ABSENT]
        self._insert(GroupSession, sessions)
        self._insert(Attendance, written)

    def _session(self, group: Row, week: int) -> Row:
        monday = self.today - timedelta(days=self.today.weekday())
        on = monday + timedelta(weeks=week, days=group["weekday"])
        return {
            "id": new_id(),
            "program_id": self.program.id,
            "group_id": group["id"],
            "on": on,
            "starts_at": datetime.combine(on, time(group["start_minute"] // 60), UTC),
            "minutes": 60,
            "state": SessionState.HELD if on < self.today else SessionState.SCHEDULED,
            "created_at": self.now,
        }

    def _measures(self, people: Sequence[Row]) -> None:
        self._insert(
            MeasureScore,
            (
                {
                    "program_id": self.program.id,
                    "participant_id": person["id"],
                    "instrument": "phq-9",
                    "taken_on": self.today - timedelta(days=days),
                    "answers": [1] * 9,
                    "total": total - self.chance.randrange(10),
                    "entered_at": self.now,
                }
                for person in people
                for days, total in ((70, 20), (14, 15))
            ),
        )

    def _named(self, index: int, first: str) -> Row:
        return {
            "id": new_id(),
            "program_id": self.program.id,
            "first_name": f"{first}{index % 200}",
            "last_name": f"Name{index}",
            "email": f"{first.lower()}{index}@example.org",
            "timezone": _ZONES[index % len(_ZONES)],
            "created_at": self.now,
        }

    def _hours(self, days: int) -> Iterator[Row]:
        for weekday in self.chance.sample(range(6), days):
            start = self.chance.randrange(8, 18) * 60
            yield {"weekday": weekday, "start_minute": start, "end_minute": start + 240}

    def _insert(self, record: Any, rows: Iterator[Mapping[str, Any]] | Sequence[Row]) -> None:
        waiting: list[Mapping[str, Any]] = []
        for row in rows:
            waiting.append(row)
            if len(waiting) == _CHUNK:
                self.session.execute(insert(record), waiting)
                waiting = []
        if waiting:
            self.session.execute(insert(record), waiting)
