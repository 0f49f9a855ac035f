"""How much a request counts in tiers 1 and 2, as a sum that a coordinator can read."""

from dataclasses import dataclass
from datetime import date

from groupmatch.matching.policy import Policy, Urgency


@dataclass(frozen=True)
class Priority:
    """Weight of the urgency class, plus what the weeks of waiting add. At least 1."""

    urgency: Urgency
    #: Whole weeks waited, as far as they count.
    weeks: int
    #: What they add.
    waiting: int

    @property
    def total(self) -> int:
        """The priority that the solver sees."""
        return max(1, self.urgency.weight + self.waiting)


def priority(policy: Policy, urgency: str, since: date, on: date, *, displaced: bool) -> Priority:
    """The priority, on a local date, of a request that has waited since another.

    An urgency class that the policy no longer has counts as the usual one. A displaced request
    counts at least as much as the policy gives to those whose group ends.
    """
    found = policy.urgencies.get(urgency, policy.usual)
    if displaced:
        found = max(found, policy.displaced, key=lambda each: each.weight)
    weeks = min(max(0, (on - since).days // 7), policy.cap_weeks)
    return Priority(found, weeks, found.weight * policy.per_week * weeks // 1000)
