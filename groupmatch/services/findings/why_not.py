"""Why a run left a request without a seat: what each near group lacks, and how far the rest are."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

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


@dataclass(frozen=True)
class WhyNot:
    """Why one request got no seat. For staff only: it may tell of other people."""

    unplaced: Unplaced
    #: Nearest first: fewest obstacles. In short the first alone, where none is one step away.
    near: tuple[NearGroup, ...]
    #: Groups farther away, counted by the first rule that fails.
    farther: Mapping[str, int]
    #: Groups that a single obstacle keeps away, counted by its rule.
    one_step_away: Mapping[str, int]
    #: How many groups have a topic that would serve.
    groups: int


def why_not(
    session: Session, unplaced: Sequence[Unplaced], *, in_short: bool = False
) -> list[WhyNot]:
    """Explain unplaced requests, in their order: all near groups with their names and hours, or for
    a long list in short, as far as one line tells.
    """
    read = [_Reasons.of(each.reasons, in_short) for each in unplaced]
    ids = {group_id for each in read for group_id in each.named}
    groups = _groups(session, ids, with_hours=not in_short)
    return [_explained(*each, groups) for each in zip(unplaced, read, strict=True)]


@dataclass(frozen=True)
class _Reasons:
    """What a run wrote down about one request."""

    #: By the id of the group, nearest first.
    near: Mapping[str, Sequence[Json]]
    farther: Mapping[str, int]
    one_step_away: Mapping[str, int]
    #: The groups that are told by their names.
    named: Sequence[str]

    @classmethod
    def of(cls, reasons: Sequence[Json], in_short: bool) -> "_Reasons":
        found: dict[str, list[Json]] = {}
        for reason in reasons:
            if "group" in reason:
                found.setdefault(reason["group"], []).append(reason)
        near = dict(sorted(found.items(), key=lambda each: len(each[1])))
        farther = {each["rule"]: each["count"] for each in reasons if "group" not in each}
        steps = Counter(filter(None, map(_only_rule, near.values())))
        named = list(near)
        return cls(near, farther, steps, (named[:1] if not steps else ()) if in_short else named)


def _only_rule(reasons: Sequence[Json]) -> str | None:
    """The rule to be dealt with, where it is a single one. That others came first adds nothing to
    a full group.
    """
    rules = {each["rule"] for each in reasons}
    rules = rules - {"outranked"} or rules
    return rules.pop() if len(rules) == 1 else None


def _groups(session: Session, ids: Collection[str], *, with_hours: bool) -> dict[str, Group]:
    if not ids:
        return {}
    query = select(Group).where(Group.id.in_(ids)).options(load_only(Group.name, Group.timezone))
    if with_hours:
        query = query.options(selectinload(Group.meetings))
    return {group.id: group for group in session.scalars(query)}


def _explained(unplaced: Unplaced, read: _Reasons, groups: Mapping[str, Group]) -> WhyNot:
    near = (
        NearGroup(groups[each], tuple(_obstacle(reason) for reason in read.near[each]))
        for each in read.named
        if each in groups
    )
    count = len(read.near) + sum(read.farther.values())
    return WhyNot(unplaced, tuple(near), read.farther, read.one_step_away, count)


def _obstacle(reason: Json) -> Obstacle:
    return Obstacle(reason["rule"], reason.get("detail", ""))
