"""Groups as the solver sees them: hours, seats, and what they ask of a newcomer.

An hour for a couple or a family admits one household. Where nobody sits in it yet, every
household that asks for such an hour gets a proposed copy of it, and the copies are alternatives:
at most one opens, with at least the group's minimum, so that partners come together or not at all.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from groupmatch.database import Attributes, Json
from groupmatch.matching.binding import binding_size
from groupmatch.matching.company import Alike
from groupmatch.matching.frame import Frame
from groupmatch.matching.households import HOUSEHOLD_KINDS
from groupmatch.matching.standing import ends_soon
from groupmatch.records import (
    Admission,
    Group,
    GroupStatus,
    Participant,
)


@dataclass(frozen=True)
class Hour:
    """A group of the problem: a group's own, or a household's copy of an empty one."""

    group: Group
    document: Json
    #: Whose copy this is.
    household: str | None = None
    #: Whether more seats are kept or counted than it has; members who are known do not count here.
    crowded: bool = False

    @property
    def id(self) -> str:
        """Its id in the problem."""
        return str(self.document["id"])

    @property
    def opens(self) -> bool:
        """Whether a seat in it opens the group."""
        proposed = self.document["status"] == "proposed"
        return proposed and self.group.status == GroupStatus.PROPOSED

    @property
    def therapists(self) -> frozenset[str]:
        """Ids of those who lead it."""
        return frozenset(self.document["therapists"])

    def open_to(self, person: Participant) -> bool:
        """Whether it is not some other household's copy."""
        return self.household in (None, person.household)


def groups_of_run(frame: Frame) -> dict[str, Group]:
    """The groups that meet within the horizon, and those that hold seats beyond it, by id."""
    held = {seat.group_id for seat in frame.snapshot.seats.values()}
    return {group.id: group for group in frame.snapshot.groups if _in_run(frame, group, held)}


def _in_run(frame: Frame, group: Group, held: set[str]) -> bool:
    if not group.meetings or (group.ends_on is not None and group.ends_on < frame.first):
        return False
    begins = group.starts_on is None or group.starts_on <= frame.last
    return group.id in held or (begins and not _pointless(frame, group))


def _pointless(frame: Frame, group: Group) -> bool:
    """A proposed group that nobody could join."""
    proposed = group.status == GroupStatus.PROPOSED
    return proposed and (group.max_size == 0 or _ends_within(frame, group))


def _ends_within(frame: Frame, group: Group) -> bool:
    return group.ends_on is not None and group.ends_on <= frame.last


def hours(
    frame: Frame,
    groups: Iterable[Group],
    members: Mapping[str, Sequence[Participant]],
    households: Mapping[str, Sequence[str]],
) -> list[Hour]:
    """Every group of the run; `members` of each hold its seats today, and `households` ask for
    an hour of a kind.
    """
    compiled = []
    for group in groups:
        own = _hour(frame, group, members.get(group.id, ()))
        if group.kind in HOUSEHOLD_KINDS and group.id not in members:
            asking = households.get(group.kind, ()) if own.document["max_size"] else ()
            compiled += [_copy(own, household) for household in asking]
        else:
            compiled.append(own)
    return compiled


def alternatives(compiled: Iterable[Hour]) -> list[list[str]]:
    """Lists of which at most one proposed group opens: by their common key, and copies of one."""
    lists: dict[tuple[str, str], list[str]] = {}
    for hour in compiled:
        if hour.group.alternative_key is not None:
            lists.setdefault(("key", hour.group.alternative_key), []).append(hour.id)
        if hour.household is not None:
            lists.setdefault(("copies of", hour.group.id), []).append(hour.id)
    return [ids for ids in lists.values() if len(ids) > 1]


def entry_date(frame: Frame, group: Group) -> date | None:
    """The first date on which a newcomer may come, None when there is none within the horizon.

    A gated group takes people on its entry dates, a closed one until it has begun.
    """
    begins = max(frame.first, group.starts_on or frame.first)
    if group.admission == Admission.GATED:
        begins = min((e.entry_on for e in group.entries if e.entry_on >= begins), default=date.max)
    has_begun = group.status != GroupStatus.PROPOSED and begins != group.starts_on
    if group.admission == Admission.CLOSED and has_begun:
        return None
    return begins if begins <= frame.last else None


def _hour(frame: Frame, group: Group, members: Sequence[Participant]) -> Hour:
    proposed = group.status == GroupStatus.PROPOSED and not members
    counted = frame.snapshot.counted.get(group.id, {})
    size = binding_size(
        group,
        [*members, *counted],
        type_size=frame.snapshot.type_sizes.get(group.type_code),
        payers=frame.payers,
        regions=frame.regions,
    )
    kept = min(group.held_seats + frame.reserved[group.id], size) + _taken(frame, group, counted)
    entry = entry_date(frame, group)
    ending = group.status == GroupStatus.ENDING or _ends_within(frame, group)
    document: Json = {
        "id": group.id,
        "topic": group.topic_code,
        "therapists": [each.id for each in frame.leaders(group)],
        "meetings": frame.meetings(group),
        "min_size": min(size, max(group.min_size, 1 if proposed else 0)),
        "max_size": size,
        "held_seats": min(kept, size),
        "status": "proposed" if proposed else "running",
        "admits": entry is not None and not ending and kept <= size,
        "open_cost": group.open_cost,
        "requires": _requires(frame, group, members, entry or frame.first),
        "attributes": _attributes(frame, group, size),
        "limits": [
            {"attribute": each.attribute, "value": each.value, "max": each.max_members}
            for each in group.limits
        ],
    }
    return Hour(group, document, crowded=kept > size)


def _taken(frame: Frame, group: Group, counted: Mapping[Alike, int]) -> int:
    """The seats of members who are only counted; those of a group that ends soon are free again."""
    ends = ends_soon(frame, group)
    return sum(number for alike, number in counted.items() if alike.fixed or not ends)


def _copy(hour: Hour, household: str) -> Hour:
    document = hour.document
    copy = {
        **document,
        "id": f"{hour.group.id}:{household}",
        "status": "proposed",
        "min_size": max(1, document["min_size"]),
        "requires": {**document["requires"], "household": [household]},
    }
    return Hour(hour.group, copy, household)


def _requires(
    frame: Frame, group: Group, members: Sequence[Participant], entry: date
) -> Attributes:
    licensed = frame.licensed(group, entry)
    asked = group.requires.get("region")
    required = {
        "age_band": [frame.policy.age_band],
        **group.requires,
        "region": sorted(licensed if asked is None else licensed.intersection(asked)),
    }
    if group.kind in HOUSEHOLD_KINDS and members:
        required["household"] = _common_household(members)
    return required


def _common_household(members: Iterable[Participant]) -> list[str]:
    """The one household of the members; nobody may join where they have none in common."""
    found = {person.household for person in members}
    return [name for name in found if name] if len(found) == 1 else []


def _attributes(frame: Frame, group: Group, size: int) -> Attributes:
    offered: dict[str, set[str]] = {}
    for leader in frame.leaders(group):
        for name, values in leader.attributes.items():
            offered.setdefault(f"therapist_{name}", set()).update(values)
    return {
        **{name: sorted(values) for name, values in offered.items()},
        **group.attributes,
        "level": [group.level_code],
        "kind": [group.kind],
        "payer": frame.payers.allowing(size, group.level_code),
        "region_size": frame.regions.allowing(size, group.level_code),
    }


def therapists(frame: Frame, compiled: Iterable[Hour]) -> list[Json]:
    """The leaders of all compiled groups with their weekly limits."""
    leaders = dict.fromkeys(each for hour in compiled for each in frame.leaders(hour.group))
    return [{"id": each.id, "max_minutes": each.max_minutes} for each in leaders]
