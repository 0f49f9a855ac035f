"""The draft: read its bundles, approve some or all, remove some, publish what is approved."""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from groupmatch import clock
from groupmatch.records import BundleState, DraftBundle
from groupmatch.services import drafts, publishing
from groupmatch.services.draft_page import draft_page
from groupmatch.services.night import night
from groupmatch.web import access
from groupmatch.web.filters import count
from groupmatch.web.staff import roles
from groupmatch.web.transaction import session

blueprint = Blueprint("draft", __name__, url_prefix="/draft")


@blueprint.get("")
@roles.coordinator
def show() -> str:
    """The present draft."""
    program = access.program()
    return render_template(
        "staff/draft/show.html",
        page=draft_page(session(), program),
        night=night(session(), program, clock.now()),
        today=clock.today(program.timezone),
    )


@blueprint.post("/approve")
@roles.coordinator
def approve() -> Response:
    """Approve the bundles whose boxes are checked, or all that nobody has decided on."""
    page = draft_page(session(), access.program())
    proposed = [each for each in page.waiting if each.state == BundleState.PROPOSED]
    if "all" not in request.form:
        checked = set(request.form.getlist("bundle"))
        proposed = [bundle for bundle in proposed if bundle.id in checked]
    for bundle in proposed:
        drafts.approve(session(), bundle, by=access.account().id)
    if proposed:
        flash(f"{count(len(proposed), 'bundle')} approved. Publishing makes the seats.", "success")
    else:
        flash("No bundle was chosen, so nothing was approved.", "info")
    return _to_draft()


@blueprint.post("/<bundle_id>/approve")
@roles.coordinator
def approve_one(bundle_id: str) -> Response:
    """Approve one bundle."""
    drafts.approve(session(), access.bundle_or_404(bundle_id), by=access.account().id)
    return _to_draft(bundle_id)


@blueprint.post("/<bundle_id>/unapprove")
@roles.coordinator
def unapprove_one(bundle_id: str) -> Response:
    """Take an approval back."""
    drafts.unapprove(session(), access.bundle_or_404(bundle_id), by=access.account().id)
    return _to_draft(bundle_id)


@blueprint.post("/<bundle_id>/remove")
@roles.coordinator
def remove(bundle_id: str) -> Response:
    """Take a bundle out of the draft, for now or for good."""
    ban = request.form.get("ban") == "yes"
    drafts.remove(session(), access.bundle_or_404(bundle_id), by=access.account().id, ban=ban)
    if ban:
        flash("Removed. No later match suggests these seats again.", "success")
    else:
        flash("Removed. The next match may suggest it again.", "success")
    return _to_draft()


@blueprint.post("/publish")
@roles.coordinator
def publish() -> Response:
    """Make seats of all approved bundles that still hold."""
    report = publishing.publish(session(), access.program(), by=access.account().id)
    if report.published:
        flash(f"Published: {_seats(report.published)}. The members are told.", "success")
    if report.refused:
        refused = count(len(report.refused), "bundle")
        flash(f"{refused} no longer held and was not published. See below what changed.", "warning")
    if not report.published and not report.refused:
        flash("Nothing is approved yet, so nothing was published.", "info")
    return _to_draft("refused" if report.refused else None)


def _seats(bundles: Sequence[DraftBundle]) -> str:
    return count(sum(len(bundle.entries) for bundle in bundles), "seat")


def _to_draft(part: str | None = None) -> Response:
    return redirect(url_for("draft.show", _anchor=part), code=303)
