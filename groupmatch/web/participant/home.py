"""Home: the next session, and what is going on."""

from datetime import date, timedelta

from flask import render_template

from groupmatch import clock
from groupmatch.services.care import calls
from groupmatch.services.hours.availability import weekly
from groupmatch.services.morning.watching import HOURS_DAYS
from groupmatch.services.offers.my_offers import my_offers
from groupmatch.services.participants.my_care import my_care
from groupmatch.services.participants.my_location import region_to_confirm
from groupmatch.web import access
from groupmatch.web.participant import blueprint
from groupmatch.web.transaction import session


@blueprint.get("")
@access.participant
def home() -> str:
    """One card with the next session, and one with what is being looked for."""
    me = access.participant_self()
    return render_template(
        "participant/home.html",
        place="participant.home",
        me=me,
        care=my_care(session(), me, now=clock.now()),
        offers=my_offers(session(), me),
        today=clock.today(me.timezone),
        has_hours=bool(weekly(session(), me)),
        hours_old=_old(me.availability_confirmed_on, clock.today(me.timezone)),
        call=calls.open_call(session(), me),
        region=region_to_confirm(session(), me),
    )


def _old(confirmed_on: date | None, today: date) -> bool:
    """Whether to ask if the hours still hold, from the day on which staff see them as old."""
    return confirmed_on is not None and confirmed_on < today - timedelta(days=HOURS_DAYS)
