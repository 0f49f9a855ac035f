"""Who comes in the year: drawn before it begins, so that both policies meet the same people."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from groupmatch.database import Attributes
from groupmatch.records import Fit
from groupmatch.services.demo_program.offer import catalog
from groupmatch.services.hours.availability import Span
from groupmatch.simulation.assumptions import Assumptions
from groupmatch.simulation.chance import Chance
from groupmatch.simulation.demand import KnownGroup

_GENDERS = ("woman",) * 11 + ("man",) * 8 + ("nonbinary",)
_SECOND_TOPICS = ("cbt", "self-compassion", "grief-loss")
_SPANISH, _IF_NEEDED = 0.15, 0.3
#: Minutes to spare on both sides of an hour: half of the country changes its clocks.
_SPARE = (60, 75, 90)
_DAY = 24 * 60


@dataclass(frozen=True)
class Newcomer:
    """One person with a need, as they come."""

    #: What chance knows them by; their `external_id`.
    key: str
    on: date
    #: Fields of `people.add_participant`.
    person: dict[str, Any]
    hours: tuple[Span, ...]
    level: str
    topics: tuple[str, ...]
    #: Whether they need a track and an hour alone.
    intensive: bool


class Newcomers:
    """Draws people who fit a program as the demo's people do."""

    def __init__(self, chance: Chance, assumed: Assumptions, groups: Sequence[KnownGroup]) -> None:
        self._chance, self._assumed = chance, assumed
        self._facts = catalog()
        self._usual = assumed.usual_spans()
        self._weekly = [each for each in groups if not each.alone and not each.intensive]
        self._tracks = [each for each in groups if not each.alone and each.intensive]
        self._alone = [each for each in groups if each.alone]

    def of_year(self, weeks: int) -> list[Newcomer]:
        """Everybody who comes in so many weeks, in order."""
        found: list[Newcomer] = []
        for day in range(7 * weeks):
            on = self._assumed.starts_on + timedelta(days=day)
            stream = self._chance.stream("arrivals", on)
            for _ in range(_poisson(stream, self._assumed.arrivals_per_week / 7)):
                found.append(self._newcomer(f"arrival-{len(found) + 1}", on))
        return found

    def _newcomer(self, key: str, on: date) -> Newcomer:
        stream = self._chance.stream(key)
        intensive = stream.random() < self._assumed.intensive_share
        groups = self._tracks if intensive else self._weekly
        group = stream.choices(groups, [each.size for each in groups])[0]
        anchored = intensive or stream.random() < self._assumed.anchored_share
        place = self._place(stream, self._regions(group) if anchored else None)
        spans = self._hours(stream, group if anchored else None, place["zone"])
        person = self._person(stream, key, place) | _as_asked(group.requires)
        return Newcomer(
            key=key,
            on=on,
            person=person,
            hours=tuple(spans),
            level=group.level,
            topics=(group.topic,) if intensive else self._topics(stream, group.topic),
            intensive=intensive,
        )

    def _regions(self, group: KnownGroup) -> frozenset[str]:
        """Where somebody lives who could come; for a track, with some hour alone beside it."""
        if not group.intensive:
            return group.regions
        alone = frozenset().union(*(each.regions for each in self._alone))
        return group.regions & alone or group.regions

    def _place(self, stream: Random, regions: frozenset[str] | None) -> dict[str, Any]:
        everywhere = self._facts["places"]
        places = [each for each in everywhere if regions is None or each["region"] in regions]
        places = places or everywhere
        chosen: dict[str, Any] = stream.choices(places, [each["share"] for each in places])[0]
        return chosen

    def _hours(self, stream: Random, group: KnownGroup | None, zone: str) -> Iterator[Span]:
        lines = stream.sample(self._usual, 1 if group else 2)
        for line in lines:
            fit = Fit.IF_NEEDED if stream.random() < _IF_NEEDED else Fit.WORKS_WELL
            yield from (
                Span(each.weekday, each.start_minute, each.end_minute, fit) for each in line
            )
        wanted = [group, *(self._alone if group.intensive else ())] if group else []
        for each in wanted:
            for span in each.hours[zone]:
                spare = stream.choice(_SPARE)
                start, end = max(0, span.start_minute - spare), min(_DAY, span.end_minute + spare)
                yield Span(span.weekday, start, end)

    def _person(self, stream: Random, key: str, place: dict[str, Any]) -> dict[str, Any]:
        payers = self._assumed.payers
        return {
            "external_id": key,
            "first_name": stream.choice(self._facts["names"]["first"]),
            "last_name": stream.choice(self._facts["names"]["last"]),
            "email": f"{key}@example.org",
            "region": place["region"],
            "timezone": place["zone"],
            "language": ["en", "es"] if stream.random() < _SPANISH else ["en"],
            "attributes": {"gender": [stream.choice(_GENDERS)]},
            "payer_code": stream.choices(list(payers), list(payers.values()))[0],
        }

    def _topics(self, stream: Random, first: str) -> tuple[str, ...]:
        second = stream.choice(_SECOND_TOPICS)
        takes_second = stream.random() < self._assumed.second_topic_share
        return tuple(dict.fromkeys((first, second) if takes_second else (first,)))


def _as_asked(requires: Attributes) -> dict[str, Any]:
    """What a group asks of its members."""
    asked: dict[str, Any] = {}
    if "language" in requires:
        asked["language"] = [*requires["language"], "en"]
    if "gender" in requires:
        asked["attributes"] = {"gender": requires["gender"]}
    if "age_band" in requires:
        asked["age_band"] = requires["age_band"][0]
    return asked


def _poisson(stream: Random, mean: float) -> int:
    least, product, count = math.exp(-mean), stream.random(), 0
    while product > least:
        product *= stream.random()
        count += 1
    return count
