"""Who leads a group, and until or from when, for whoever reads about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from groupmatch import clock
from groupmatch.records import Group, GroupLeader


@dataclass(frozen=True)
class Leader:
    """One who leads a group, or comes to lead it."""

    therapist_id: str
    name: str
    #: First local date, where it is still to come.
    from_on: date | None = None
    #: Last local date, where one is known.
    until_on: date | None = None

    def leads_on(self, day: date) -> bool:
        """Whether they lead it on a date of its calendar, from the one asked for on."""
        return (self.from_on or day) <= day <= (self.until_on or day)


def leaders_from(group: Group, day: date) -> tuple[Leader, ...]:
    """Those who lead it on a date of its calendar, and then those who come to lead it later."""
    terms: dict[str, list[GroupLeader]] = {}
    for term in group.leading_from(day):
        terms.setdefault(term.therapist_id, []).append(term)
    return tuple(_leader(of_one, day) for of_one in terms.values())


def _leader(terms: Sequence[GroupLeader], day: date) -> Leader:
    """One therapist by their terms, which follow each other."""
    first, last = terms[0], terms[-1]
    begins = None if first.holds_on(day) else first.from_on
    return Leader(first.therapist_id, first.therapist.full_name, begins, last.until_on)


def leaders_on(group: Group, day: date) -> tuple[Leader, ...]:
    """Those who lead it on a date of its calendar."""
    return tuple(Leader(each.therapist_id, each.therapist.full_name) for each in group.leading(day))


def leaders_now(group: Group) -> tuple[Leader, ...]:
    """Those who lead it today, and then those who come to lead it later."""
    return leaders_from(group, clock.today(group.timezone))
