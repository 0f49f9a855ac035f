"""The draft: read its bundles, approve some or all, remove some, publish what is approved."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from groupmatch import clock
from groupmatch.language import gettext, ngettext
from groupmatch.records import DraftBundle, Group
from groupmatch.services.drafts import drafts, publishing
from groupmatch.services.drafts.draft_page import DraftOrder, draft_page
from groupmatch.services.drafts.draft_rest import Rest, begin_rest, rest
from groupmatch.services.runs.night import night
from groupmatch.web import access
from groupmatch.web.staff import roles
from groupmatch.web.staff.findings import work_once_committed
from groupmatch.web.staff.query import choice, number
from groupmatch.web.toasts import undoable
from groupmatch.web.transaction import session

blueprint = Blueprint("draft", __name__, url_prefix="/draft")

#: How the page is looked at, in its address: it comes back so after each act.
_VIEW = ("by", "group", "page")


@blueprint.get("")
@roles.coordinator
def show() -> str:
    """The present draft."""
    program, order = access.program(), choice("by", DraftOrder, DraftOrder.PERSON)
    page = draft_page(session(), program, order=order, only=_only(), number=number("page"))
    return render_template(
        "staff/draft/show.html",
        page=page,
        order=order,
        view=view(),
        night=night(session(), program, clock.now()),
        today=clock.today(program.timezone),
    )


@blueprint.post("/approve")
@roles.coordinator
def approve() -> Response:
    """Approve the bundles whose boxes are checked, or all that nobody has decided on."""
    chosen = None if "all" in request.form else request.form.getlist("bundle")
    proposed = drafts.proposed(session(), access.program(), chosen)
    for bundle in proposed:
        drafts.approve(session(), bundle, by=access.account().id)
    if proposed:
        flash(
            gettext("%(bundles)s approved. Publishing makes the seats.")
            % {"bundles": _bundles(len(proposed))},
            "success",
        )
    else:
        flash(gettext("No bundle was chosen, so nothing was approved."), "info")
    return to_draft()


@blueprint.post("/<bundle_id>/approve")
@roles.coordinator
def approve_one(bundle_id: str) -> Response:
    """Approve one bundle."""
    drafts.approve(session(), access.bundle_or_404(bundle_id), by=access.account().id)
    return to_draft(bundle_id)


@blueprint.post("/<bundle_id>/unapprove")
@roles.coordinator
def unapprove_one(bundle_id: str) -> Response:
    """Take an approval back."""
    drafts.unapprove(session(), access.bundle_or_404(bundle_id), by=access.account().id)
    return to_draft(bundle_id)


@blueprint.post("/<bundle_id>/only")
@roles.coordinator
def only_this_group(bundle_id: str) -> Response:
    """Approve one bundle, and let later matches give these people these groups or none."""
    drafts.keep_to(session(), access.bundle_or_404(bundle_id), by=access.account().id)
    flash(
        gettext("Approved, and only this group from now on. Their page lifts that again."),
        "success",
    )
    return to_draft(bundle_id)


@blueprint.post("/<bundle_id>/remove")
@roles.coordinator
def remove(bundle_id: str) -> Response:
    """Take a bundle out of the draft, for now or for good."""
    ban = request.form.get("ban") == "yes"
    drafts.remove(session(), access.bundle_or_404(bundle_id), by=access.account().id, ban=ban)
    match_rest()
    undo = url_for("draft.restore", bundle_id=bundle_id, **view())
    if ban:
        undoable(gettext("Removed. No later match suggests these seats again."), undo)
    else:
        undoable(gettext("Removed. The next match may suggest it again."), undo)
    return to_draft("removed")


@blueprint.post("/<bundle_id>/restore")
@roles.coordinator
def restore(bundle_id: str) -> Response:
    """Put a removed bundle back into the draft."""
    drafts.restore(session(), access.bundle_or_404(bundle_id), by=access.account().id)
    match_rest()
    flash(gettext("Back in the draft, to be decided on."), "success")
    return to_draft(bundle_id)


@blueprint.post("/publish")
@roles.coordinator
def publish() -> Response:
    """Make seats of all approved bundles that still hold."""
    report = publishing.publish(session(), access.program(), by=access.account().id)
    if report.published:
        flash(
            gettext("Published: %(seats)s. The members are told.")
            % {"seats": _seats(report.published)},
            "success",
        )
    if report.refused:
        refused = _bundles(len(report.refused))
        flash(
            gettext("%(refused)s no longer held and was not published. See below what changed.")
            % {"refused": refused},
            "warning",
        )
    if not report.published and not report.refused:
        flash(gettext("Nothing is approved yet, so nothing was published."), "info")
    return to_draft("refused" if report.refused else "published" if report.published else None)


def match_rest() -> None:
    """Match again beside the draft as it stands now, in the background."""
    finding = begin_rest(session(), access.program(), by=access.account().id)
    if finding:
        work_once_committed(finding)


@blueprint.post("/rest")
@roles.coordinator
def match_rest_again() -> Response:
    """The same when somebody asks for it."""
    match_rest()
    return to_draft()


@blueprint.get("/rest")
@roles.coordinator
def rest_told() -> str:
    """The part of the page that tells what matching again found."""
    run = drafts.last_run(session(), access.program())
    known = rest(session(), run) if run else Rest(None, None)
    return render_template("staff/draft/rest.html", rest=known)


def to_draft(part: str | None = None) -> Response:
    """Back to the draft as it was looked at, at one of its bundles or parts."""
    return redirect(url_for("draft.show", _anchor=part, **view()), code=303)


def view() -> dict[str, Any]:
    """How the draft is looked at, as its address says it."""
    return {name: request.args[name] for name in _VIEW if request.args.get(name)}


def _only() -> Group | None:
    """The group to which the page is narrowed."""
    group_id = request.args.get("group")
    return access.group_or_404(group_id) if group_id else None


def _seats(bundles: Sequence[DraftBundle]) -> str:
    number = sum(len(bundle.entries) for bundle in bundles)
    return ngettext("%(num)s seat", "%(num)s seats", number) % {"num": f"{number:,}"}


def _bundles(number: int) -> str:
    return ngettext("%(num)s bundle", "%(num)s bundles", number) % {"num": f"{number:,}"}
