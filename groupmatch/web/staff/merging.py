"""Merging two groups: the proposal, and the answer of every member."""

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import TextAreaField
from wtforms.fields import DateField
from wtforms.validators import DataRequired, InputRequired

from groupmatch.language import gettext, later
from groupmatch.records import GroupMerge, MergeAnswer, MergeConsent
from groupmatch.services.groups import merging
from groupmatch.services.seats import placing
from groupmatch.services.seats.place_page import people_named
from groupmatch.services.seats.placing import SeatWarning
from groupmatch.web import access
from groupmatch.web.staff import offers, roles
from groupmatch.web.staff.forms import Form, Page, Pick, text
from groupmatch.web.staff.groups import blueprint
from groupmatch.web.transaction import session


class MergeForm(Form):
    """Into which group, from when on, and why."""

    into = Pick(
        later("Into"), blank=later("Choose"), validators=[InputRequired(later("Choose a group."))]
    )
    on = DateField(
        later("From"),
        [InputRequired(later("Write a date."))],
        description=later("This group meets for the last time before it."),
    )
    reason = TextAreaField(
        later("Reason"),
        [DataRequired(later("Write a reason: it stays in the history."))],
        filters=[text],
    )


class CallOffForm(Form):
    """Why the group goes on after all."""

    reason = TextAreaField(
        later("Reason"),
        [DataRequired(later("Write a reason: it stays in the history."))],
        filters=[text],
    )


@dataclass(frozen=True)
class Asked:
    """One member's answer, and while there is none, what speaks against the seat."""

    consent: MergeConsent
    warnings: list[SeatWarning]

    @property
    def impossible(self) -> bool:
        """Whether a rule stands in the way that nobody may set aside."""
        return any(warning.binding for warning in self.warnings)


@blueprint.route("/<group_id>/merge", methods=["GET", "POST"])
@roles.coordinator
def merge(group_id: str) -> Page | Response:
    """Propose that a group goes on in another."""
    group, form = access.group_or_404(group_id), MergeForm()
    form.into.offer(offers.groups(session(), access.program()))
    if form.sent_well():
        with form.refusals():
            made = merging.propose_merge(
                session(),
                group,
                access.group_or_404(form.into.data),
                on=form.on.data,
                reason=form.reason.data,
                by=access.account().id,
            )
            session().flush()
            flash(gettext("Ask every member now. Nobody moves who has not agreed."), "success")
            return _to_merge(made)
    return form.page("staff/groups/merge.html", group=group)


@blueprint.get("/merges/<merge_id>")
@roles.coordinator
def show_merge(merge_id: str) -> str:
    """What every member says."""
    made = access.merge_or_404(merge_id)
    asked = [_asked(made, consent) for consent in merging.consents_of(session(), made)]
    named = [warning for each in asked for warning in each.warnings]
    return render_template(
        "staff/groups/merging.html",
        merge=made,
        asked=asked,
        others=people_named(session(), named),
        can_call_off=merging.can_call_off(made),
    )


@blueprint.post("/merges/consents/<consent_id>/agree")
@roles.coordinator
def agree_to_merge(consent_id: str) -> Response:
    """Write down that a member agrees, with what was shown against the seat."""
    consent = access.consent_or_404(consent_id)
    despite = request.form.getlist("despite")
    merging.agree(session(), consent, by=access.account().id, despite=despite)
    flash(gettext("The seat goes over on the agreed date. The member is told."), "success")
    return _to_merge(consent.merge)


@blueprint.post("/merges/consents/<consent_id>/decline")
@roles.coordinator
def decline_merge(consent_id: str) -> Response:
    """Write down that a member would rather not."""
    consent = access.consent_or_404(consent_id)
    merging.decline(session(), consent, by=access.account().id)
    flash(
        gettext(
            "Written down. Tonight’s match looks for another seat when the group’s end is near."
        )
    )
    return _to_merge(consent.merge)


@blueprint.route("/merges/<merge_id>/call-off", methods=["GET", "POST"])
@roles.coordinator
def call_merge_off(merge_id: str) -> Page | Response:
    """Let the group go on after all."""
    made, form = access.merge_or_404(merge_id), CallOffForm()
    if form.sent_well():
        with form.refusals():
            merging.call_off(session(), made, by=access.account().id, reason=form.reason.data)
            flash(gettext("The group goes on, with the seats of before."), "success")
            return redirect(url_for("groups.show", group_id=made.from_group_id), code=303)
    return form.page("staff/groups/call_off.html", merge=made)


def _asked(made: GroupMerge, consent: MergeConsent) -> Asked:
    if consent.answer != MergeAnswer.ASKED or made.called_off_at:
        return Asked(consent, [])
    found = placing.warnings_of(session(), consent.seat.request, made.into_group)
    return Asked(consent, found)


def _to_merge(made: GroupMerge) -> Response:
    return redirect(url_for("groups.show_merge", merge_id=made.id), code=303)
