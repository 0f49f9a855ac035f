"""What-if: changes tried on a copy of the last match, then kept for real or discarded."""

import json

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms.validators import InputRequired

from groupmatch import clock
from groupmatch.database import Json
from groupmatch.errors import NotFound, Refused
from groupmatch.language import gettext, later
from groupmatch.records import Finding, FindingKind
from groupmatch.services.drafts import drafts
from groupmatch.services.findings import findings, what_ifs
from groupmatch.services.findings.finding_pages import names_in
from groupmatch.web import access
from groupmatch.web.staff import offers, roles
from groupmatch.web.staff.finding_tables import GOALS, goals
from groupmatch.web.staff.findings import blueprint, what_to_ask, work_once_committed
from groupmatch.web.staff.forms import Form, Page, Pick
from groupmatch.web.tables import exported
from groupmatch.web.toasts import undoable
from groupmatch.web.transaction import session


class ChangeForm(Form):
    """One more change."""

    kind = Pick(
        later("Change"),
        {
            "add_seat": later("One more seat in"),
            "admit": later("Newcomers at any session in"),
            "open_group": later("Open"),
        },
    )
    group = Pick(
        later("Group"), blank=later("Choose"), validators=[InputRequired(later("Choose a group."))]
    )

    def offer(self) -> None:
        """Fill the list of the present program."""
        self.group.offer(offers.groups(session(), access.program()))


@blueprint.get("/what-if")
@roles.coordinator
def what_if_index() -> Page:
    """Begin one, and what was tried before."""
    return _index(ChangeForm(formdata=None))


@blueprint.post("/what-if")
@roles.coordinator
def try_changes() -> Page | Response:
    """Try the changes of the page, and one more where the form adds one."""
    changes, form = _sent(), ChangeForm()
    form.offer()
    if "kind" in request.form:
        if not form.sent_well():
            return _index(form)
        changes = [*changes, {"kind": form.kind.data, "group": form.group.data}]
    by = access.account().id
    finding = what_ifs.ask(session(), access.program(), changes, by=by)
    work_once_committed(finding)
    return redirect(url_for("findings.what_if", finding_id=finding.id), code=303)


@blueprint.get("/what-if/<finding_id>")
@roles.coordinator
def what_if(finding_id: str) -> str | Response:
    """The difference that the changes make."""
    finding, form = _what_if(finding_id), ChangeForm(formdata=None)
    form.offer()
    listed = GOALS.over(goals(finding.answer or {}))
    return exported(listed) or render_template(
        "staff/findings/what_if.html",
        finding=finding,
        goals=listed,
        form=form,
        running=findings.is_running(finding),
        names=names_in(session(), access.program(), (finding.changes, finding.answer)),
        today=clock.today(access.program().timezone),
    )


@blueprint.post("/what-if/<finding_id>/keep")
@roles.coordinator
def keep(finding_id: str) -> Response:
    """Make the changes for real."""
    finding = _what_if(finding_id)
    names = names_in(session(), access.program(), finding.changes)
    notes = {
        place: what_to_ask(change, names)
        for place, change in enumerate(finding.changes)
        if change["kind"] in what_ifs.OF_PEOPLE and names.knows(change)
    }
    what_ifs.keep(session(), finding, notes, by=access.account().id)
    said = gettext("Kept. The next match counts it: tonight’s, or one that you start now.")
    if finding.kept:
        undoable(said, url_for("findings.undo_kept", finding_id=finding.id))
    else:
        flash(said, "success")
    return _to(finding)


@blueprint.post("/what-if/<finding_id>/discard")
@roles.coordinator
def discard(finding_id: str) -> Response:
    """Leave everything as it is."""
    what_ifs.discard(session(), _what_if(finding_id), by=access.account().id)
    flash(gettext("Discarded. Nothing was changed."), "success")
    return redirect(url_for("findings.what_if_index"), code=303)


@blueprint.post("/what-if/<finding_id>/undo")
@roles.coordinator
def undo_kept(finding_id: str) -> Response:
    """Take back what keeping changed."""
    finding = _what_if(finding_id)
    what_ifs.undo(session(), finding, by=access.account().id)
    flash(gettext("Undone. The groups are as they were; calls stay on the list."), "success")
    return _to(finding)


def _index(form: ChangeForm) -> Page:
    form.offer()
    program = access.program()
    tried = what_ifs.recent(session(), program)
    return form.page(
        "staff/findings/what_ifs.html",
        tried=tried,
        run=drafts.last_run(session(), program),
        names=names_in(session(), program, [each.changes for each in tried]),
        today=clock.today(program.timezone),
    )


def _what_if(finding_id: str) -> Finding:
    finding = access.finding_or_404(finding_id)
    if finding.kind != FindingKind.WHAT_IF:
        raise NotFound()
    return finding


def _sent() -> list[Json]:
    """The changes that the page carries; what is no change of ours is left to the solver."""
    try:
        changes = [json.loads(text) for text in request.form.getlist("change")]
    except ValueError:
        raise Refused("no_change") from None
    return [each for each in changes if isinstance(each, dict)]


def _to(finding: Finding) -> Response:
    return redirect(url_for("findings.what_if", finding_id=finding.id), code=303)
