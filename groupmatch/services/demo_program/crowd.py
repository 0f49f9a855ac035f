"""The demo's people: seeded chance gives them names, places, hours and attributes."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

from sqlalchemy.orm import Session

from groupmatch.names import fold
from groupmatch.records import Fit, GateKind, Group, Participant, Plan, Program, Request, Seat
from groupmatch.services.care import gates
from groupmatch.services.demo_program.offer import Offer
from groupmatch.services.hours import availability, local_time
from groupmatch.services.hours.availability import Span
from groupmatch.services.participants import people
from groupmatch.services.programs import governed
from groupmatch.services.requests import requests
from groupmatch.services.seats import seats

_PAYERS = ("commercial",) * 6 + ("self-pay",) * 3 + ("medicare",)
_GENDERS = ("woman",) * 11 + ("man",) * 8 + ("nonbinary",)
#: Other hours that suit people: weekdays, from and to in minutes.
_PATTERNS = (
    ((0, 1, 2, 3), 17 * 60, 21 * 60),
    ((1, 3), 17 * 60 + 30, 20 * 60 + 30),
    ((0, 2, 4), 11 * 60 + 30, 13 * 60 + 30),
    ((5,), 9 * 60, 13 * 60),
    ((1, 2, 3), 8 * 60, 11 * 60),
    ((4,), 15 * 60, 20 * 60),
)


class Crowd:
    """Makes people and seats them, and remembers who sits where."""

    def __init__(
        self,
        session: Session,
        program: Program,
        offer: Offer,
        facts: dict[str, Any],
        today: date,
        seed: int,
    ) -> None:
        self.session = session
        self.program = program
        self.offer = offer
        self.today = today
        self.rng = Random(seed)  # noqa: S311 - made-up people, no secret
        self._waits = Random(seed)  # noqa: S311 - nobody else's luck depends on it
        self.members: dict[str, list[Participant]] = {}
        self._governed = governed.rows(session)
        self._hours: dict[str, list[Span]] = {}
        self._groups: dict[str, list[Group]] = {}
        self._names = facts["names"]
        self._taken: set[str] = set()
        self._places = facts["places"]
        self._anywhere = frozenset(place["region"] for place in self._places)

    def newcomer(
        self,
        *,
        regions: Collection[str] | None = None,
        group: Group | None = None,
        level: str = "outpatient",
        name: str | None = None,
        **more: Any,
    ) -> Participant:
        """Somebody who lives in one of the regions, by default where a group's leaders are
        licensed, with consent and a decided level of care, and no hours yet.
        """
        licensed = self.offer.regions[group.id] if group else self._anywhere
        place = self._place(licensed if regions is None else regions)
        facts = self._facts(place, name) | (_as_asked(group) if group else {}) | more
        person = people.add_participant(self.session, self.program, by=None, **facts)
        gates.clear_gate(self.session, person, GateKind.CONSENT, by=None)
        gates.clear_gate(self.session, person, GateKind.LOCATION, by=None)
        gates.clear_gate(
            self.session,
            person,
            GateKind.LEVEL_OF_CARE,
            level_code=level,
            valid_to=self.today + timedelta(days=self.rng.randrange(10, 120)),
            by=None,
        )
        return person

    def can_come(self, person: Participant, *groups: Group, others: int = 1) -> None:
        """Give a person the hours of groups with an hour to spare, and some other hours."""
        hours = [span for group in groups for span in self.hours_around(group, person.timezone)]
        for weekdays, start, end in self.rng.sample(_PATTERNS, others):
            fit = Fit.IF_NEEDED if self.rng.random() < 0.3 else Fit.WORKS_WELL
            hours += [Span(weekday, start, end, fit) for weekday in weekdays]
        self.only_at(person, hours)

    def only_at(self, person: Participant, hours: Iterable[Span]) -> None:
        """Add hours to those of a person."""
        known = self._hours.setdefault(person.id, [])
        known.extend(hours)
        availability.set_weekly(self.session, person, known, by=None)

    def hours_around(self, group: Group, zone: str) -> list[Span]:
        """A group's hours in a zone, with an hour or more on both sides: clocks change."""
        spans = []
        for meeting in local_time.meeting_times(group, zone, self.today):
            start = meeting.start.hour * 60 + meeting.start.minute
            end = meeting.end.hour * 60 + meeting.end.minute
            spare = self.rng.choice((60, 75, 90))
            until = 24 * 60 if end <= start else min(24 * 60, end + spare)
            spans.append(Span(meeting.weekday, max(0, start - spare), until))
        return spans

    def ask(
        self,
        person: Participant,
        *topics: str,
        weeks: int,
        level: str = "outpatient",
        urgency: str = "routine",
        **wish: Any,
    ) -> Request:
        """Ask for a seat, some weeks ago."""
        self._consent_to_disclose(person, topics)
        return requests.add_request(
            self.session,
            person,
            topics=topics,
            level_code=level,
            urgency=urgency,
            waiting_since=self.today - timedelta(weeks=weeks, days=self.rng.randrange(6)),
            by=None,
            **wish,
        )

    def plan(
        self, person: Participant, wishes: Sequence[requests.RequestWish], *, weeks: int
    ) -> Plan:
        """Ask for an intensive week."""
        for wish in wishes:
            self._consent_to_disclose(person, wish.topics)
        return requests.add_plan(
            self.session,
            person,
            level_code="iop-adult",
            requests=wishes,
            urgency="soon",
            waiting_since=self.today - timedelta(weeks=weeks, days=self.rng.randrange(6)),
            by=None,
        )

    def seat(self, request: Request, group: Group, *, least_weeks: int = 1) -> Seat:
        """Seat a request, some weeks after it was made and at least so many weeks ago."""
        self.session.flush()
        person, weeks = request.participant, max(least_weeks, self.rng.randrange(1, 30))
        taken = seats.take(
            self.session,
            request,
            group,
            starts_on=self.today - timedelta(weeks=weeks),
            by=None,
            tell=False,
        )
        self.members.setdefault(group.id, []).append(person)
        self._groups.setdefault(person.id, []).append(group)
        return taken

    def had_waited(self, seat: Seat) -> None:
        """Let somebody have asked one to eight weeks before the first session."""
        waited = timedelta(days=self._waits.randrange(7, 57))
        seat.request.waiting_since = seat.starts_on - waited

    def missing(self, group: Group) -> int:
        """Seats to fill until only those are open that should be."""
        return group.max_size - self.offer.free[group.id] - len(self.members.get(group.id, []))

    def could_join(self, person: Participant, group: Group) -> bool:
        """Whether somebody seated elsewhere may sit in this group, too."""
        asks = group.requires.get("gender", []), group.requires.get("language", [])
        has = person.attributes["gender"], person.language
        return (
            person.region in self.offer.regions[group.id]
            and len(self._groups[person.id]) == 1
            and all(
                not wanted or set(wanted) & set(own) for wanted, own in zip(asks, has, strict=True)
            )
            and not self._overlap(self._groups[person.id][0], group)
        )

    def _consent_to_disclose(self, person: Participant, topics: Collection[str]) -> None:
        if "substance-use" in topics:
            gates.clear_gate(self.session, person, GateKind.PART2_CONSENT, by=None)

    def _overlap(self, first: Group, second: Group) -> bool:
        zone = self.program.timezone
        hours = [local_time.meeting_times(group, zone, self.today) for group in (first, second)]
        return any(
            one.on == other.on and one.start < other.end and other.start < one.end
            for one in hours[0]
            for other in hours[1]
        )

    def _facts(self, place: dict[str, Any], name: str | None) -> dict[str, Any]:
        first, last = name.split() if name else self._name()
        return {
            "first_name": first,
            "last_name": last,
            "email": fold(f"{first}.{last}").replace("'", "") + "@example.org",
            "phone": f"(555) 01{self.rng.randrange(10)}-{self.rng.randrange(10000):04}",
            "timezone": place["zone"],
            "region": place["region"],
            "language": ["en", "es"] if self.rng.random() < 0.15 else ["en"],
            "attributes": {"gender": [self.rng.choice(_GENDERS)]},
            "payer_code": self._payer(place["region"]),
        }

    def _place(self, regions: Collection[str]) -> dict[str, Any]:
        places = [place for place in self._places if place["region"] in regions]
        chosen: dict[str, Any] = self.rng.choices(places, [place["share"] for place in places])[0]
        return chosen

    def _name(self) -> tuple[str, str]:
        while True:
            first, last = (
                self.rng.choice(self._names["first"]),
                self.rng.choice(self._names["last"]),
            )
            if f"{first} {last}" not in self._taken:
                self._taken.add(f"{first} {last}")
                return first, last

    def _payer(self, region: str) -> str:
        if region == "CT" and self.rng.random() < 0.3:
            return "medicaid-ct"
        return self.rng.choice(_PAYERS)


def _as_asked(group: Group) -> dict[str, Any]:
    """What a group asks of its members."""
    asked: dict[str, Any] = {}
    if "language" in group.requires:
        asked["language"] = [*group.requires["language"], "en"]
    if "gender" in group.requires:
        asked["attributes"] = {"gender": group.requires["gender"]}
    if "age_band" in group.requires:
        asked["age_band"] = group.requires["age_band"][0]
    return asked
