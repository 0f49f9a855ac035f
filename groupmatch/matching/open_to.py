"""The groups that are open to one person's requests, at the cost of a few in a program of any size.

The rules are those of the night, from the same compiled code. Which groups might be open is found
first, by columns.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.orm import Session

from groupmatch.matching.compile import Compiled
from groupmatch.matching.fits import Fit, Fits, broken
from groupmatch.matching.gates import closed_gates
from groupmatch.matching.part import compiled_around
from groupmatch.matching.sought import sought as sought_by_others
from groupmatch.matching.suiting import names
from groupmatch.matching.their_hours import at_their_hours, has_room
from groupmatch.records import Group, GroupStatus, Participant, Request
from solver import failing_rules


def open_to(
    session: Session, requests: Sequence[Request], *, on: date, sought: bool = False
) -> Mapping[str, Fits]:
    """The open groups of the topics of one person's requests, by request: see `Fit.open`.

    For seats from the day after a local date. With `sought`, tells of each group
    in which nothing is broken whether somebody else could use a seat in it tonight.
    """
    person = requests[0].participant
    might = at_their_hours(session, person, on, _asked_for(requests))
    compiled = compiled_around(session, person, might, on=on)
    found = {request.id: _of(compiled, request, might) for request in requests}
    return _with_sought(session, compiled, person, found, on) if sought else found


def _with_sought(
    session: Session, compiled: Compiled, person: Participant, found: Mapping[str, Fits], on: date
) -> Mapping[str, Fits]:
    """The same, with whether somebody else could use a seat that could be taken at once."""
    hours = {
        fit.group_id: compiled.wishes.hours_of(fit.group_id, person)[0]
        for each in found.values()
        for fit in each.groups
        if not fit.broken
    }
    wanted = sought_by_others(session, person, list(hours.values()), on=on)
    groups = {group for group, hour in hours.items() if hour.id in wanted}

    def told(fit: Fit) -> Fit:
        return replace(fit, sought=not fit.broken and fit.group_id in groups)

    return {name: Fits(each.gates, [*map(told, each.groups)]) for name, each in found.items()}


def _of(compiled: Compiled, request: Request, might: Collection[str]) -> Fits:
    gates = closed_gates(compiled.frame, request)
    found = (
        Fit(compiled.hours[name].group, broken(compiled, request.id, name, eligible=True))
        for _, name in names(compiled, request, might)
        if not failing_rules(compiled.problem, request.id, name)
    )
    return Fits(gates, [fit for fit in found if fit.open])


def _asked_for(requests: Sequence[Request]) -> ColumnElement[bool]:
    """Groups of the topics and level of a request that have not begun to end and have a seat.

    Where a last date is set, its members may count as gone: the compile step knows.
    """
    return and_(
        Group.status.in_([GroupStatus.PROPOSED, GroupStatus.RUNNING]),
        or_(has_room(), Group.ends_on.is_not(None)),
        or_(
            *(
                and_(
                    Group.topic_code.in_([topic.topic_code for topic in request.topics]),
                    Group.level_code == request.level_code,
                )
                for request in requests
            )
        ),
    )
