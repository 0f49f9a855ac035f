"""A therapist's single session: who came, and what to do when one cannot come oneself."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired

from groupmatch.language import gettext, later
from groupmatch.records import CancelReason, GroupSession, Participant, SessionState
from groupmatch.services.sessions import cancelling, substitutes
from groupmatch.services.sessions.session_page import SessionPage, session_page
from groupmatch.web import access, attendance_sheet
from groupmatch.web.attendance_sheet import Line
from groupmatch.web.forms import NOT_LISTED, Form, Page, text
from groupmatch.web.therapist import blueprint
from groupmatch.web.toasts import undoable
from groupmatch.web.transaction import session


class AwayForm(Form):
    """What is to become of a session that its leader cannot lead."""

    choice = RadioField(
        later("What would you like"),
        [InputRequired(NOT_LISTED)],
        choices={
            "substitute": later("Ask for a substitute"),
            "cancel": later("Cancel the session"),
        },
        default="substitute",
    )
    note = TextAreaField(later("A word to staff"), filters=[text])


@blueprint.get("/sessions/<session_id>")
@access.therapist
def show_session(session_id: str) -> str:
    """Who is expected, or came."""
    meeting = access.led_session_or_404(session_id)
    page = session_page(session(), meeting)
    return _page(page, attendance_sheet.fresh(page, _named))


@blueprint.post("/sessions/<session_id>")
@access.therapist
def write_attendance(session_id: str) -> Response | Page:
    """Write down who came, or who is excused ahead."""
    meeting = access.led_session_or_404(session_id)
    page = session_page(session(), meeting)
    lines = attendance_sheet.write_down(page, _named)
    if lines:
        return _page(page, lines), 422
    return redirect(url_for("therapist.week"), code=303)


@blueprint.route("/sessions/<session_id>/away", methods=["GET", "POST"])
@access.therapist
def away(session_id: str) -> Page | Response:
    """Ask for a substitute, or cancel one session."""
    meeting = access.led_session_or_404(session_id)
    form = AwayForm()
    if form.sent_well():
        with form.refusals():
            _be_away(meeting, form)
            return _to_session(meeting)
    page = session_page(session(), meeting)
    return form.page("therapist/away.html", place="therapist.week", page=page)


@blueprint.post("/sessions/<session_id>/back")
@access.therapist
def back(session_id: str) -> Response:
    """Come after all: no substitute, no cancellation."""
    meeting, by = access.led_session_or_404(session_id), access.account().id
    if meeting.state == SessionState.CANCELLED:
        cancelling.restore_session(session(), meeting, by=by)
    else:
        substitutes.come_after_all(session(), meeting, by=by)
    flash(gettext("The session takes place with you."), "success")
    return _to_session(meeting)


def _be_away(meeting: GroupSession, form: AwayForm) -> None:
    by, note = access.account().id, form.note.data
    undo = url_for("therapist.back", session_id=meeting.id)
    if form.choice.data == "cancel":
        away = CancelReason.LEADER_AWAY
        cancelling.cancel_session(session(), meeting, reason=away, note=note, by=by)
        said = gettext("The session is cancelled. Its members are told that something changed.")
        undoable(said, undo)
    else:
        substitutes.ask_for_substitute(session(), meeting, note=note, by=by)
        undoable(gettext("Staff look for somebody who may lead it."), undo)


def _page(page: SessionPage, lines: list[Line]) -> str:
    return render_template(
        "therapist/session.html",
        place="therapist.week",
        me=access.therapist_self(),
        page=page,
        lines=lines,
    )


def _to_session(meeting: GroupSession) -> Response:
    return redirect(url_for("therapist.show_session", session_id=meeting.id), code=303)


def _named(person: Participant) -> str:
    return person.short_name
