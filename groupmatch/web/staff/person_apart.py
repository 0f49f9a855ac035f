"""People whom somebody must not meet: find the other one, say why, and lift it."""

from flask import flash, render_template, request
from werkzeug.wrappers import Response
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from groupmatch import clock
from groupmatch.errors import NotFound
from groupmatch.language import gettext, later
from groupmatch.records import ApartPair
from groupmatch.services.participants.people_search import PeopleFilter
from groupmatch.services.participants.people_search import people as found
from groupmatch.services.privacy import apart
from groupmatch.web import access
from groupmatch.web.staff import roles
from groupmatch.web.staff.forms import Form, Page, Pick, text
from groupmatch.web.staff.people import ReasonForm, blueprint, to_person
from groupmatch.web.transaction import session
from groupmatch.web.words import word

#: People whom the search offers.
_OFFERED = 12


class ApartForm(Form):
    """Why two people must not meet, and who says so."""

    kind = Pick(
        later("Why"),
        blank=later("Choose"),
        validators=[InputRequired(later("Choose why these two are kept apart."))],
    )
    source = StringField(
        later("Who says so"),
        [Length(max=200, message=later("Use at most 200 characters."))],
        filters=[text],
        description=later("For staff only."),
    )


@blueprint.get("/<person_id>/apart")
@roles.coordinator
def find_apart(person_id: str) -> str:
    """Find the other person."""
    person = access.participant_or_404(person_id)
    words = request.args.get("other", "").strip()
    others = []
    if words:
        program = access.program()
        today = clock.today(program.timezone)
        page = found(session(), program, PeopleFilter(words=words), on=today, size=_OFFERED + 1)
        others = [row.participant for row in page.rows if row.participant is not person]
    return render_template(
        "staff/people/find_apart.html", person=person, words=words, others=others[:_OFFERED]
    )


@blueprint.route("/<person_id>/apart/<other_id>", methods=["GET", "POST"])
@roles.coordinator
def keep_apart(person_id: str, other_id: str) -> Page | Response:
    """See to it that two people never share a group."""
    person, other = access.participant_or_404(person_id), access.participant_or_404(other_id)
    form = ApartForm()
    form.kind.offer({kind: word("apart_kind", kind).capitalize() for kind in apart.KINDS})
    if form.sent_well():
        with form.refusals():
            apart.keep_apart(
                session(),
                person,
                other,
                kind=form.kind.data,
                by=access.account().id,
                source=form.source.data,
            )
            flash(gettext("These two never share a group from now on."), "success")
            return to_person(person, "apart")
    return form.page("staff/people/keep_apart.html", person=person, other=other)


@blueprint.route("/<person_id>/apart/<pair_id>/lift", methods=["GET", "POST"])
@roles.coordinator
def lift_apart(person_id: str, pair_id: str) -> Page | Response:
    """Let two people share a group again, with a reason."""
    person = access.participant_or_404(person_id)
    pair = session().get(ApartPair, pair_id)
    if pair is None or person.id not in (pair.first_id, pair.second_id):
        raise NotFound()
    form = ReasonForm()
    if form.sent_well():
        with form.refusals():
            apart.lift(session(), pair, by=access.account().id, reason=form.reason.data)
            flash(gettext("These two may share a group again."), "success")
            return to_person(person, "apart")
    other = pair.second if pair.first_id == person.id else pair.first
    return form.page("staff/people/lift_apart.html", person=person, other=other)
