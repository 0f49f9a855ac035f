"""Weekly hours as lines of text: a form that adds a time, or writes one of them anew."""

from datetime import time

from wtforms import HiddenField, RadioField, SelectMultipleField, TimeField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, ValidationError

from groupmatch.language import gettext, later
from groupmatch.records import Fit
from groupmatch.services.hours.availability import Span
from groupmatch.web.filters import weekday
from groupmatch.web.forms import Form

_DAY = 24 * 60


class TimesForm(Form):
    """One time on one or more days; `was` names the line that it takes the place of."""

    was = HiddenField()
    days = SelectMultipleField(
        later("Days"),
        coerce=int,
        choices=[SelectChoice(str(day), weekday(day)) for day in range(7)],
    )
    start = TimeField(later("From"), validators=[InputRequired(later("Write when it starts."))])
    end = TimeField(later("Until"), validators=[InputRequired(later("Write when it ends."))])
    fit = RadioField(
        later("How well?"),
        choices=[
            SelectChoice(str(Fit.WORKS_WELL), later("Works well")),
            SelectChoice(str(Fit.IF_NEEDED), later("If needed")),
        ],
        default=str(Fit.WORKS_WELL),
        validators=[InputRequired(later("Choose how well it works."))],
    )

    def validate_days(self, field: SelectMultipleField) -> None:
        """At least one day."""
        if not field.data:
            raise ValidationError(gettext("Choose at least one day."))

    def validate_end(self, field: TimeField) -> None:
        """Later on the same day; midnight is its end."""
        both = self.start.data and field.data
        if both and _minute(self.start.data) >= (_minute(field.data) or _DAY):
            raise ValidationError(
                gettext("The end is before the start. Past midnight, add two times.")
            )

    def spans(self) -> list[Span]:
        """The hours that were written."""
        start, end = _minute(self.start.data), _minute(self.end.data) or _DAY
        return [Span(day, start, end, Fit(self.fit.data)) for day in self.days.data]


def key_of(span: Span) -> str:
    """How a form names a line: "0-1080-1260"."""
    return f"{span.weekday}-{span.start_minute}-{span.end_minute}"


def clock_value(minute: int) -> str:
    """Minutes after midnight as a time field has them; the end of the day is 00:00."""
    return f"{minute // 60 % 24:02}:{minute % 60:02}"


def _minute(value: time) -> int:
    return value.hour * 60 + value.minute
