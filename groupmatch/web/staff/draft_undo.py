"""Undoing a publication: one bundle, or everything that the present draft published."""

from collections.abc import Collection, Sequence

from flask import flash, redirect, url_for
from werkzeug.wrappers import Response
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from groupmatch import clock
from groupmatch.database import Json
from groupmatch.errors import Conflict
from groupmatch.language import gettext, later
from groupmatch.records import DraftBundle
from groupmatch.services.drafts import drafts
from groupmatch.services.drafts.draft_page import Told, names
from groupmatch.services.drafts.undoing import undo
from groupmatch.web import access, transaction
from groupmatch.web.staff import roles
from groupmatch.web.staff.draft import blueprint
from groupmatch.web.staff.forms import Form, Page, text
from groupmatch.web.transaction import session


class UndoForm(Form):
    """Why it is taken back."""

    reason = TextAreaField(
        later("Reason"),
        [
            DataRequired(later("Write down the reason.")),
            Length(max=500, message=later("Use at most 500 characters.")),
        ],
        filters=[text],
        description=later("It stays in the history. Members are told that there is news, not why."),
    )


@blueprint.route("/<bundle_id>/undo", methods=["GET", "POST"])
@roles.coordinator
def undo_one(bundle_id: str) -> Page | Response:
    """Take one published bundle back."""
    return _undo([access.bundle_or_404(bundle_id).id])


@blueprint.route("/undo", methods=["GET", "POST"])
@roles.coordinator
def undo_all() -> Page | Response:
    """Take everything back that was published of the present draft."""
    return _undo([bundle.id for bundle in drafts.published(session(), access.program())])


def _undo(ids: Collection[str]) -> Page | Response:
    form = UndoForm()
    objections: Sequence[Json] = ()
    if form.sent_well():
        try:
            by = access.account().id
            undo(session(), access.program(), _bundles(ids), by=by, reason=form.reason.data)
        except Conflict as refused:
            if refused.code != "undo_impossible":
                raise
            transaction.abandon()
            objections = refused.facts["objections"]  # type: ignore[assignment]
        else:
            flash(gettext("Taken back. Everything is as it was before the publishing."), "success")
            return redirect(url_for("draft.show"), code=303)
    program = access.program()
    return form.page(
        "staff/draft/undo.html",
        objections=objections,
        page=Told(_bundles(ids), names(session(), program.id)),
        today=clock.today(program.timezone),
    )


def _bundles(ids: Collection[str]) -> Sequence[DraftBundle]:
    return [access.bundle_or_404(bundle_id) for bundle_id in ids]
