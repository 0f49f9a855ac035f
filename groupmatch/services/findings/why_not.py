"""Why a run left a request without a seat: what each near group lacks, and how far the rest are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session, load_only, selectinload

from groupmatch.database import Json
from groupmatch.records import Group, Unplaced


@dataclass(frozen=True)
class Obstacle:
    """One rule that stands between a request and a group, by its code in the specification."""

    rule: str
    detail: str


@dataclass(frozen=True)
class NearGroup:
    """A group whose topic would serve, with everything that stands in the way."""

    group: Group
    obstacles: tuple[Obstacle, ...]

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules to be dealt with. That others came first adds nothing to a full group."""
        rules = tuple(dict.fromkeys(obstacle.rule for obstacle in self.obstacles))
        return tuple(rule for rule in rules if rule != "outranked") or rules


@dataclass(frozen=True)
class WhyNot:
    """Why one request got no seat. For staff only: it may tell of other people."""

    unplaced: Unplaced
    #: Nearest first: fewest obstacles.
    near: tuple[NearGroup, ...]
    #: Groups farther away, counted by the first rule that fails.
    farther: Mapping[str, int]

    @cached_property
    def one_step_away(self) -> dict[str, tuple[Group, ...]]:
        """Groups that a single obstacle keeps away, by its rule."""
        steps: dict[str, tuple[Group, ...]] = {}
        for near in self.near:
            rules = near.rules
            if len(rules) == 1:
                steps[rules[0]] = (*steps.get(rules[0], ()), near.group)
        return steps

    @property
    def groups(self) -> int:
        """How many groups have a topic that would serve."""
        return len(self.near) + sum(self.farther.values())


def why_not(
    session: Session, unplaced: Sequence[Unplaced], *, with_hours: bool = True
) -> list[WhyNot]:
    """Explain unplaced requests, in their order.

    Of the groups that are named, names and hours are there, or for a long list names alone.
    """
    groups = _groups(session, unplaced, with_hours)
    return [_explained(each, groups) for each in unplaced]


def _groups(session: Session, unplaced: Sequence[Unplaced], with_hours: bool) -> dict[str, Group]:
    ids = {reason["group"] for each in unplaced for reason in each.reasons if "group" in reason}
    if not ids:
        return {}
    query = select(Group).where(Group.id.in_(ids)).options(load_only(Group.name, Group.timezone))
    if with_hours:
        query = query.options(selectinload(Group.meetings))
    return {group.id: group for group in session.scalars(query)}


def _explained(unplaced: Unplaced, groups: Mapping[str, Group]) -> WhyNot:
    obstacles: dict[str, list[Obstacle]] = {}
    farther: dict[str, int] = {}
    for reason in unplaced.reasons:
        if "group" in reason:
            obstacles.setdefault(reason["group"], []).append(_obstacle(reason))
        else:
            farther[reason["rule"]] = reason["count"]
    near = [
        NearGroup(groups[group_id], tuple(found))
        for group_id, found in obstacles.items()
        if group_id in groups
    ]
    return WhyNot(unplaced, tuple(sorted(near, key=lambda each: len(each.obstacles))), farther)


def _obstacle(reason: Json) -> Obstacle:
    return Obstacle(reason["rule"], reason.get("detail", ""))
