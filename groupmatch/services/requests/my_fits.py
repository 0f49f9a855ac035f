"""How many open times fit somebody's hours, told so that a number is never about a few people."""

from sqlalchemy.orm import Session

from groupmatch.records import Participant
from groupmatch.services.requests.times import open_times

#: Fewer than these are told as "a few": one more or less would say what happens in one group.
_FEWEST_TOLD = 5


def fitting_times(session: Session, participant: Participant) -> int | None:
    """The number of open times that fit: exact from five on, 1 for any smaller, 0 for none.

    None for somebody who is not looking for a seat.
    """
    requests = open_times(session, participant)
    if not requests:
        return None
    fitting = len({time.group_id for each in requests for time in each.times})
    return fitting if fitting >= _FEWEST_TOLD else min(fitting, 1)
