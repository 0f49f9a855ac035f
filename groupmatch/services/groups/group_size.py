"""How many may sit in a group, for its page: by the same function as the match."""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch import clock
from groupmatch.matching.binding import binding_size
from groupmatch.matching.payers import Payers
from groupmatch.matching.region_caps import RegionCaps, region_rules
from groupmatch.records import Group, GroupType, Participant, PayerRule, Program


def size_now(session: Session, group: Group, members: Iterable[Participant]) -> int:
    """The binding size of a group with its present members, over the program's horizon."""
    program = session.get_one(Program, group.program_id)
    today = clock.today(program.timezone)
    first = today + timedelta(days=1)
    last = today + timedelta(weeks=program.horizon_weeks)
    kind = session.get(GroupType, group.type_code) if group.type_code else None
    return binding_size(
        group,
        members,
        type_size=kind.max_size if kind else None,
        payers=Payers(session.scalars(select(PayerRule)), first, last),
        regions=RegionCaps(region_rules(), first, last),
    )
