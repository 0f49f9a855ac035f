"""Days away: one form and its two acts, for participants, staff and therapists."""

from wtforms import DateField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from groupmatch import clock
from groupmatch.language import gettext, later
from groupmatch.records import AvailabilityException
from groupmatch.services.hours import availability
from groupmatch.services.hours.availability import Owner
from groupmatch.web import access
from groupmatch.web.forms import Form, text
from groupmatch.web.toasts import undoable
from groupmatch.web.transaction import session


class AwayForm(Form):
    """Days on which somebody cannot come, both included."""

    first_on = DateField(later("First day away"), [InputRequired(later("Choose the first day."))])
    last_on = DateField(later("Last day away"), [InputRequired(later("Choose the last day."))])
    note = StringField(
        later("Note"),
        [Length(max=200, message=later("Use at most 200 characters."))],
        filters=[text],
        description=later("Staff can read it."),
    )

    def __init__(self, owner: Owner, *, sent: bool = True) -> None:
        """A form for the days of one person; an empty one unless it may have been `sent`."""
        super().__init__(**({} if sent else {"formdata": None}))
        self.owner = owner

    def validate_last_on(self, field: DateField) -> None:
        """The last day is not before the first, nor is all of it over."""
        if field.data is None:
            # What stands there is no date, and is told already.
            return
        if self.first_on.data and field.data < self.first_on.data:
            raise ValidationError(
                gettext("The last day is before the first. Swap them, or mend one.")
            )
        if field.data < clock.today(self.owner.timezone):
            raise ValidationError(gettext("These days are over. Choose days from today on."))


def add(form: AwayForm) -> AvailabilityException:
    """Write the days of a form down."""
    return availability.add_exception(
        session(),
        form.owner,
        first_on=form.first_on.data,
        last_on=form.last_on.data,
        note=form.note.data,
        by=access.account().id,
    )


def remove(owner: Owner, exception_id: str, *, said: str, undo: str) -> None:
    """Take days back and say so; the form is posted to `undo` to have them again."""
    gone = availability.remove_exception(session(), owner, exception_id, by=access.account().id)
    undoable(
        said,
        undo,
        first_on=gone.first_on.isoformat(),
        last_on=gone.last_on.isoformat(),
        note=gone.note,
    )
