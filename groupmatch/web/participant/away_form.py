"""Days away: a form for dates on which one cannot come."""

from wtforms import DateField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from groupmatch import clock
from groupmatch.web import access
from groupmatch.web.forms import Form, text


class AwayForm(Form):
    """Dates on which one cannot come."""

    first_on = DateField("First day away", validators=[InputRequired("Choose the first day.")])
    last_on = DateField("Last day away", validators=[InputRequired("Choose the last day.")])
    note = StringField(
        "Note",
        filters=[text],
        validators=[Length(max=200, message="Use at most 200 characters.")],
    )

    def validate_last_on(self, field: DateField) -> None:
        """The last day is not before the first, nor is all of it over."""
        if field.data is None:
            # What stands there is no date, and is told already.
            return
        if self.first_on.data and field.data < self.first_on.data:
            raise ValidationError("The last day is before the first. Swap them, or mend one.")
        if field.data < clock.today(access.participant_self().timezone):
            raise ValidationError("These days are over. Choose days from today on.")
