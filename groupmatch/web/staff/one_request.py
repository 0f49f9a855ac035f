"""The page of one switch request, as several acts on it show it."""

from typing import Any

from flask import render_template

from groupmatch import clock
from groupmatch.errors import Refused
from groupmatch.records import OPEN_SWITCHES, DraftEntry, SwitchRequest
from groupmatch.services.switching import switch_wait
from groupmatch.services.switching.switch_queue import claims, switch_page
from groupmatch.web import access
from groupmatch.web.solved import Arranged, options_for
from groupmatch.web.staff.forms import Form
from groupmatch.web.transaction import session


def shown(switch: SwitchRequest, form: Form, refusal: Refused | None = None) -> str:
    """The page with its form to decline; `refusal` is what stood in the way of the last act."""
    page = switch_page(session(), switch)
    return render_template(
        "staff/requests/show.html",
        form=form,
        page=page,
        refusal=refusal,
        **offered(switch, page.proposed),
    )


def offered(switch: SwitchRequest, proposed: DraftEntry | None) -> dict[str, Any]:
    """What the page tells of seats that could be given now, beside what the draft proposes."""
    is_open = switch.state in OPEN_SWITCHES
    found, arranged = options_for(switch) if is_open else ([], Arranged())
    has_to_wait = is_open and not found
    return {
        "switch": switch,
        "proposed": proposed,
        "is_open": is_open,
        "options": found,
        "arranged": arranged,
        "may_open_on": switch_wait.may_open_on(session(), switch) if has_to_wait else None,
        "claims": claims(session(), switch, [option.group for option in found]),
        "today": clock.today(access.program().timezone),
    }
