"""What the night weighs by: the numbers of `config/matching.toml`, typed."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from groupmatch.records import Fit
from groupmatch.resources import shipped


@dataclass(frozen=True)
class Urgency:
    """A class of requests; `weight` is the priority of one that has not waited yet."""

    code: str
    name: str
    weight: int


@dataclass(frozen=True)
class Costs:
    """What a new seat costs in tier 5, in points per representative week."""

    topic_ranks: tuple[int, ...]
    if_needed: int
    other_therapist: int
    choice_ranks: tuple[int, ...]
    not_chosen: int

    def of_hour(self, fit: Fit) -> int:
        """For a meeting in an hour that suits so well."""
        return self.if_needed if fit == Fit.IF_NEEDED else 0

    def of_topic(self, rank: int) -> int:
        """For the topic of a rank from 0; ranks beyond the last cost like it."""
        return self.topic_ranks[min(rank, len(self.topic_ranks) - 1)]


@dataclass(frozen=True)
class Policy:
    """All of `config/matching.toml`; the file says what each number means and rests on."""

    urgencies: Mapping[str, Urgency]
    displaced: Urgency
    displaced_weeks: int
    per_week: int
    cap_weeks: int
    costs: Costs
    kinds: tuple[str, ...]
    age_band: str
    seed: int
    memory_megabytes: int
    grace_seconds: int
    finding_seconds: int

    @property
    def usual(self) -> Urgency:
        """The class of a request of which nothing else is said."""
        return next(iter(self.urgencies.values()))


@cache
def policy() -> Policy:
    """The policy of this installation, read once."""
    text = (shipped("config") / "matching.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    urgencies = {
        row["code"]: Urgency(row["code"], row["name"], row["weight"]) for row in table["urgency"]
    }
    costs = table["costs"]
    return Policy(
        urgencies=urgencies,
        displaced=urgencies[table["displaced"]["urgency"]],
        displaced_weeks=table["displaced"]["weeks_ahead"],
        per_week=table["priority"]["per_week"],
        cap_weeks=table["priority"]["cap_weeks"],
        costs=Costs(
            topic_ranks=tuple(costs["topic_ranks"]),
            if_needed=costs["if_needed"],
            other_therapist=costs["other_therapist"],
            choice_ranks=tuple(costs["choice_ranks"]),
            not_chosen=costs["not_chosen"],
        ),
        kinds=tuple(table["requests"]["kinds"]),
        age_band=table["groups"]["age_band"],
        seed=table["solver"]["seed"],
        memory_megabytes=table["solver"]["memory_megabytes"],
        grace_seconds=table["solver"]["grace_seconds"],
        finding_seconds=table["solver"]["finding_seconds"],
    )
