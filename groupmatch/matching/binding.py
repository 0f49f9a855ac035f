"""How many may sit in a group: the least that anybody allows who has a say in it."""

from collections.abc import Iterable
from typing import Protocol

from groupmatch.matching.payers import Payers
from groupmatch.matching.region_caps import RegionCaps
from groupmatch.records import Group, GroupKind


class Member(Protocol):
    """Whose payer and region may set a cap."""

    @property
    def payer_code(self) -> str | None: ...

    @property
    def region(self) -> str: ...


def binding_size(
    group: Group,
    members: Iterable[Member],
    *,
    type_size: int | None,
    payers: Payers,
    regions: RegionCaps,
) -> int:
    """The smallest of the group's own maximum, its type's, one for an individual hour, and the
    caps that the payers and the regions of its members set for everybody in it.
    """
    caps = [1 if group.kind == GroupKind.INDIVIDUAL else None, type_size]
    for person in members:
        caps.append(payers.cap(person.payer_code, group.level_code))
        caps.append(regions.cap(person.region, group.level_code))
    return min([group.max_size, *(cap for cap in caps if cap is not None)])
