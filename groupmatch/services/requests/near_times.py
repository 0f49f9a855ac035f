"""Times that would be open but for the person's own hours or needs, each with what it lacks.

Only reasons about the person are told. A group that is also full, kept free for somebody, or closed
to them for another's sake is not here at all, so that nothing here can be about anybody else.
"""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from groupmatch import clock, matching
from groupmatch.matching import Fit
from groupmatch.records import Program, Request
from groupmatch.services.hours.availability import fit_of
from groupmatch.services.hours.local_time import LocalMeeting
from groupmatch.services.requests.open_time import OpenTime, Seen, open_time, seen_by

#: The rules of eligibility that are about the person alone.
OWN_RULES = frozenset({"availability", "group_requires", "request_requires"})
#: More than these help nobody to choose.
_MOST = 8


@dataclass(frozen=True)
class NearTime:
    """One such time: when, and what keeps it away."""

    time: OpenTime
    #: Its hours at which the person said nothing or no.
    missed: tuple[LocalMeeting, ...]
    #: What the group asks for that the person is not: "region", "language", …
    needs: tuple[str, ...]
    #: The group lacks what the request asks for.
    lacks: bool


def near_times(session: Session, request: Request) -> list[NearTime]:
    """The times nearest to a request, those that lack least first."""
    program = session.get_one(Program, request.program_id)
    fits = matching.kept_away(
        session, request, on=clock.today(program.timezone), only_by=OWN_RULES, most=_MOST
    )
    seen = seen_by(session, request.participant, [fit.group for fit in fits])
    return [_near(request, seen, fit) for fit in fits]


def _near(request: Request, seen: Seen, fit: Fit) -> NearTime:
    time = open_time(request, seen, fit.group_id, rank=None, reservable=False)
    details = {each.rule: each.detail for each in fit.broken}
    return NearTime(
        time=time,
        missed=tuple(each for each in time.meetings if fit_of(seen.hours, each) is None),
        needs=_needs(details.get("group_requires", "")),
        lacks="request_requires" in details,
    )


def _needs(detail: str) -> tuple[str, ...]:
    """The attributes that a detail of the rule names: "region is none of …; language is …"."""
    return tuple(part.partition(" is none of ")[0] for part in detail.split("; ") if part)
