"""One's ask to switch: where it stands, what there is, and what one would like best."""

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from groupmatch import clock
from groupmatch.errors import Conflict
from groupmatch.language import gettext
from groupmatch.records import SwitchRequest
from groupmatch.services.hours.local_time import meeting_times
from groupmatch.services.switching import switch_options, switch_wait
from groupmatch.services.switching.switch_options import SwitchOption
from groupmatch.web import access, transaction
from groupmatch.web.participant import blueprint
from groupmatch.web.participant.ask import KINDS, REASONS
from groupmatch.web.participant.times import GONE, RANKS
from groupmatch.web.solved import Arranged, options_for
from groupmatch.web.transaction import session


@blueprint.get("/switches/<switch_id>")
@access.participant
def switch(switch_id: str) -> str:
    """Where an ask stands, with the seats that are open to it and those that could be arranged."""
    asked = access.own_switch_or_404(switch_id)
    options, arranged = _found(asked)
    return render_template(
        "participant/switch.html",
        place="participant.requests",
        me=access.participant_self(),
        switch=asked,
        kinds=KINDS,
        reasons=REASONS,
        answerable=switch_options.is_answerable(asked),
        options=options,
        ranks=RANKS,
        today=clock.today(asked.participant.timezone),
        local_hours=meeting_times,
        arranged=arranged,
        may_open_on=None if options else _may_open_on(asked),
    )


@blueprint.get("/switches/<switch_id>/arranged")
@access.participant
def arranged(switch_id: str) -> str:
    """The part of the page that comes from the last night, fetched until it is there."""
    asked = access.own_switch_or_404(switch_id)
    return render_template(
        "participant/_arranged.html",
        me=access.participant_self(),
        switch=asked,
        ranks=RANKS,
        today=clock.today(asked.participant.timezone),
        local_hours=meeting_times,
        arranged=_found(asked)[1],
    )


@blueprint.post("/switches/<switch_id>")
@access.participant
def rank_options(switch_id: str) -> Response:
    """Say what one would like best, or leave it open."""
    asked = access.own_switch_or_404(switch_id)
    wanted = list(filter(None, (request.form.get(rank) for rank in RANKS)))
    now, arranged = _found(asked)
    among = [*now, *(arranged.options or ())]
    try:
        switch_options.rank_options(session(), asked, wanted, among=among, by=access.account().id)
    except Conflict:
        transaction.abandon()
        flash(GONE, "warning")
    else:
        flash(
            gettext("We know what you would like best.")
            if wanted
            else gettext("You leave it open."),
            "success",
        )
    return redirect(url_for("participant.switch", switch_id=switch_id), code=303)


def _may_open_on(asked: SwitchRequest) -> date | None:
    answerable = switch_options.is_answerable(asked)
    return switch_wait.may_open_on(session(), asked) if answerable else None


def _found(asked: SwitchRequest) -> tuple[list[SwitchOption], Arranged]:
    return options_for(asked) if switch_options.is_answerable(asked) else ([], Arranged())
