"""Offers: who has been offered what until when, and answering on somebody's behalf."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from groupmatch import clock
from groupmatch.language import gettext, later
from groupmatch.records import LIVE_OFFERS, DeclineReason, OfferState
from groupmatch.services.offers import offers, reoffering
from groupmatch.services.offers.offers import Answered
from groupmatch.services.offers.offers_list import offer_page, offers_list
from groupmatch.services.seats import seats
from groupmatch.web import access
from groupmatch.web.staff import roles
from groupmatch.web.staff.desk_tables import offers_table
from groupmatch.web.staff.draft import blueprint
from groupmatch.web.staff.forms import Form, Page, Pick, text
from groupmatch.web.staff.query import number
from groupmatch.web.tables import exported
from groupmatch.web.transaction import session

REASONS = {
    DeclineReason.TIME.value: later("The time does not work"),
    DeclineReason.GROUP.value: later("Not the right group"),
    DeclineReason.THERAPIST.value: later("Would like to work with somebody else"),
    DeclineReason.LATER.value: later("Not ready to begin yet"),
    DeclineReason.NEED_OVER.value: later("Needs no group any more"),
    DeclineReason.OTHER.value: later("Something else"),
}

_TOLD = {
    Answered.SEATED: (later("Accepted. The seat is theirs, and they are told."), "success"),
    Answered.AGREED: (
        later("Accepted. The seats change when the others have accepted."),
        "success",
    ),
    Answered.GONE: (
        later("It no longer holds, so it was taken back. See below what changed."),
        "warning",
    ),
}
#: After these the seat may be offered to somebody else.
_FREED = (OfferState.DECLINED, OfferState.LAPSED, OfferState.WITHDRAWN)
_LENGTH = Length(max=2000, message=later("Use at most 2000 characters."))


class DeclineForm(Form):
    """What they said."""

    reason = Pick(later("Their reason"), REASONS)
    note = TextAreaField(later("In their words"), [_LENGTH], filters=[text])


class WithdrawForm(Form):
    """Why an offer is taken back."""

    why = TextAreaField(
        later("Reason"), [DataRequired(later("Write down the reason.")), _LENGTH], filters=[text]
    )


@blueprint.get("/offers")
@roles.coordinator
def offers_index() -> str | Response:
    """All live offers, and what became of the others."""
    program = access.program()
    zone, page = program.timezone, offers_list(session(), program, number=number("page"))
    live = offers_table("open", gettext("Open"), zone).over(page.live)
    table = offers_table("over", gettext("Over"), zone, over=True)
    over = table.given(page.over)
    if table.wants_export():
        whole = offers_list(session(), program, size=max(1, page.over.total))
        over = table.given(page.over, whole.over.rows)
    return exported(live, over) or render_template(
        "staff/draft/offers.html", page=page, live=live, over=over, today=clock.today(zone)
    )


@blueprint.get("/offers/<offer_id>")
@roles.coordinator
def offer(offer_id: str) -> Page:
    """One offer, with the forms to answer for somebody who is on the phone."""
    return _page(offer_id)


@blueprint.post("/offers/<offer_id>/accept")
@roles.coordinator
def accept_offer(offer_id: str) -> Response:
    """They said yes on the phone."""
    found = access.offer_or_404(offer_id)
    flash(*_TOLD[offers.accept(session(), found, by=access.account().id)])
    return _to(offer_id)


@blueprint.post("/offers/<offer_id>/decline")
@roles.coordinator
def decline_offer(offer_id: str) -> Page | Response:
    """They said no on the phone."""
    found, form = access.offer_or_404(offer_id), DeclineForm()
    if not form.sent_well():
        return _page(offer_id, decline=form)
    reason, by = DeclineReason(form.reason.data), access.account().id
    offers.decline(session(), found, reason=reason, note=form.note.data, by=by)
    flash(
        gettext("Declined. They wait as before, and this group is not suggested again."), "success"
    )
    return _to(offer_id)


@blueprint.post("/offers/<offer_id>/withdraw")
@roles.coordinator
def withdraw_offer(offer_id: str) -> Page | Response:
    """Take an offer back."""
    found, form = access.offer_or_404(offer_id), WithdrawForm()
    if not form.sent_well():
        return _page(offer_id, withdraw=form)
    offers.withdraw(session(), found, by=access.account().id, reason=form.why.data)
    flash(gettext("The offer is taken back, and they are told that there is news."), "success")
    return _to(offer_id)


@blueprint.post("/offers/<offer_id>/next")
@roles.coordinator
def offer_next(offer_id: str) -> Response:
    """Offer the seat that came free to the next in line."""
    found = access.offer_or_404(offer_id)
    by = access.account().id
    made = reoffering.offer_next(session(), access.program(), found.to_group, by=by)
    flash(
        gettext("The seat is offered to %(full_name)s.")
        % {"full_name": made.participant.full_name},
        "success",
    )
    return _to(made.id)


def _page(
    offer_id: str, *, decline: DeclineForm | None = None, withdraw: WithdrawForm | None = None
) -> Page:
    page = offer_page(session(), access.offer_or_404(offer_id))
    sent = decline or withdraw
    html = render_template(
        "staff/draft/offer.html",
        page=page,
        offer=page.offer,
        live=page.offer.state in LIVE_OFFERS,
        open=page.offer.state == OfferState.OPEN and page.offer.expires_at > clock.now(),
        free=page.offer.state in _FREED and seats.free_seats(session(), page.offer.to_group) > 0,
        reasons=REASONS,
        decline=decline or DeclineForm(formdata=None),
        withdraw=withdraw or WithdrawForm(formdata=None),
        today=clock.today(access.program().timezone),
    )
    return (html, 422) if sent else html


def _to(offer_id: str) -> Response:
    return redirect(url_for("draft.offer", offer_id=offer_id), code=303)
