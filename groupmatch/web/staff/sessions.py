"""One session as staff see it: who came, who stands in, whether it takes place."""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import TextAreaField

from groupmatch.language import gettext, later
from groupmatch.records import CancelReason, GroupSession, Participant
from groupmatch.services.sessions import cancelling, substitutes
from groupmatch.services.sessions.session_page import SessionPage, session_history, session_page
from groupmatch.web import access, attendance_sheet
from groupmatch.web.attendance_sheet import Line
from groupmatch.web.staff import roles
from groupmatch.web.staff.forms import Form, Page, Pick, text
from groupmatch.web.toasts import undoable
from groupmatch.web.transaction import session

blueprint = Blueprint("sessions", __name__, url_prefix="/sessions")


class CancelForm(Form):
    """Why a session does not take place."""

    why = Pick(
        later("Why"),
        {
            CancelReason.LEADER_AWAY.value: later("The leader is away"),
            CancelReason.TOO_FEW.value: later("Too few would come"),
            CancelReason.TECHNICAL.value: later("The video service does not work"),
            CancelReason.OTHER.value: later("Another reason"),
        },
    )
    note = TextAreaField(
        later("Note"), filters=[text], description=later("For the history; members see none.")
    )


@blueprint.get("/<session_id>")
@roles.care_team
def show(session_id: str) -> str:
    """Everything about one session."""
    meeting = access.session_or_404(session_id)
    page = session_page(session(), meeting)
    return _page(page, attendance_sheet.fresh(page, _named))


@blueprint.post("/<session_id>")
@roles.care_team
def write_attendance(session_id: str) -> Response | Page:
    """Write down who came, or who is excused ahead."""
    meeting = access.session_or_404(session_id)
    page = session_page(session(), meeting)
    lines = attendance_sheet.write_down(page, _named)
    if lines:
        return _page(page, lines), 422
    return _to_session(meeting)


@blueprint.route("/<session_id>/cancel", methods=["GET", "POST"])
@roles.coordinator
def cancel(session_id: str) -> Page | Response:
    """Cancel one session."""
    meeting = access.session_or_404(session_id)
    form = CancelForm()
    if form.sent_well():
        with form.refusals():
            cancelling.cancel_session(
                session(),
                meeting,
                reason=CancelReason(form.why.data),
                note=form.note.data,
                by=access.account().id,
            )
            undo = url_for("sessions.restore", session_id=meeting.id)
            undoable(
                gettext("The session is cancelled. Members hear that something changed."), undo
            )
            return _to_session(meeting)
    return form.page("staff/sessions/cancel.html", meeting=meeting)


@blueprint.post("/<session_id>/restore")
@roles.coordinator
def restore(session_id: str) -> Response:
    """Take a cancellation back."""
    meeting = access.session_or_404(session_id)
    cancelling.restore_session(session(), meeting, by=access.account().id)
    flash(gettext("The session takes place. Members hear that something changed."), "success")
    return _to_session(meeting)


@blueprint.post("/<session_id>/substitute/<therapist_id>")
@roles.coordinator
def send_substitute(session_id: str, therapist_id: str) -> Response:
    """Let somebody else lead it."""
    meeting = access.session_or_404(session_id)
    therapist = access.therapist_or_404(therapist_id)
    substitutes.send_substitute(session(), meeting, therapist, by=access.account().id)
    undo = url_for("sessions.take_substitute_back", session_id=meeting.id)
    undoable(
        gettext("%(full_name)s leads this session, and is told.")
        % {"full_name": therapist.full_name},
        undo,
    )
    return _to_session(meeting)


@blueprint.post("/<session_id>/no-substitute")
@roles.coordinator
def take_substitute_back(session_id: str) -> Response:
    """Send nobody in place of the leader."""
    meeting = access.session_or_404(session_id)
    substitutes.take_substitute_back(session(), meeting, by=access.account().id)
    flash(gettext("Nobody stands in now; a substitute is still being looked for."), "success")
    return _to_session(meeting)


def _page(page: SessionPage, lines: list[Line]) -> str:
    looking = not page.over and not page.cancelled
    return render_template(
        "staff/sessions/show.html",
        page=page,
        lines=lines,
        candidates=substitutes.candidates(session(), page.meeting) if looking else [],
        history=session_history(session(), page.meeting),
    )


def _to_session(meeting: GroupSession) -> Response:
    return redirect(url_for("sessions.show", session_id=meeting.id), code=303)


def _named(person: Participant) -> str:
    return person.full_name
