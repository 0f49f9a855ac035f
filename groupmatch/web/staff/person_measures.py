"""Measures of a person: write answers down, read the trend, take back what was a mistake."""

from typing import Any

from flask import flash
from werkzeug.wrappers import Response
from wtforms import Field, RadioField
from wtforms.fields import DateField
from wtforms.validators import InputRequired, ValidationError

from groupmatch import clock
from groupmatch.errors import NotFound
from groupmatch.language import gettext, later
from groupmatch.records import MeasureScore, Participant
from groupmatch.services.care import measures
from groupmatch.services.care.instruments import Instrument, instruments
from groupmatch.web import access
from groupmatch.web.staff import roles
from groupmatch.web.staff.forms import Form, Page
from groupmatch.web.staff.people import ReasonForm, blueprint, to_person
from groupmatch.web.transaction import session


class ScoreForm(Form):
    """The day; the items of an instrument are added by `_form`."""

    taken_on = DateField(
        later("Answered on"), [InputRequired(later("Write the date on which they answered."))]
    )

    def validate_taken_on(self, field: Field) -> None:
        """Nobody answers tomorrow."""
        if field.data and field.data > clock.today(access.program().timezone):
            raise ValidationError(gettext("Write today’s date or an earlier one."))

    def answers(self) -> list[int]:
        """One a published item, in order."""
        return [field.data for field in self if field.name.startswith("item_")]


@blueprint.route("/<person_id>/measures/<code>/new", methods=["GET", "POST"])
@roles.care_team
def add_score(person_id: str, code: str) -> Page | Response:
    """Write down the answers to a questionnaire."""
    person, instrument = access.participant_or_404(person_id), _instrument(code)
    form = _form(instrument)
    if form.sent_well():
        with form.refusals():
            score = measures.add_score(
                session(),
                person,
                instrument,
                taken_on=form.taken_on.data,
                answers=form.answers(),
                by=access.account().id,
            )
            _tell(person, instrument, score)
            return to_person(person, "measures")
    return form.page("staff/people/add_score.html", person=person, instrument=instrument)


@blueprint.route("/measures/<score_id>/withdraw", methods=["GET", "POST"])
@roles.care_team
def withdraw_score(score_id: str) -> Page | Response:
    """Take back answers that were written down by mistake."""
    score = session().get(MeasureScore, score_id)
    if score is None or score.program_id != access.program().id:
        raise NotFound()
    person = access.participant_or_404(score.participant_id)
    instrument = _instrument(score.instrument)
    form = ReasonForm()
    if form.sent_well():
        with form.refusals():
            by = access.account().id
            measures.withdraw_score(session(), score, by=by, reason=form.reason.data)
            flash(gettext("The answers are taken back. The history says so."), "success")
            return to_person(person, "measures")
    return form.page(
        "staff/people/withdraw_score.html", person=person, instrument=instrument, score=score
    )


def _form(instrument: Instrument) -> ScoreForm:
    choices = {str(value): words for value, words in enumerate(instrument.answers)}
    fields: dict[str, Any] = {
        f"item_{number}": RadioField(
            item, [InputRequired(gettext("Choose an answer."))], choices=choices, coerce=int
        )
        for number, item in enumerate(instrument.items, start=1)
    }
    form: ScoreForm = type("ScoreForm", (ScoreForm,), fields)(
        data={"taken_on": clock.today(access.program().timezone)}
    )
    return form


def _tell(person: Participant, instrument: Instrument, score: MeasureScore) -> None:
    if instrument.alarming(score.answers):
        line = access.program().crisis_line
        flash(
            gettext(
                "The safety flag of %(first_name)s is up, and a task is open for today. "
                "In danger, call %(line)s."
            )
            % {"first_name": person.first_name, "line": line},
            "error",
        )
    else:
        flash(gettext("The answers are written down."), "success")


def _instrument(code: str) -> Instrument:
    if code not in instruments():
        raise NotFound()
    return instruments()[code]
