"""Forms: Flask-WTF's with types, our words, and a service's refusal shown above the fields."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import current_app, render_template
from flask_wtf import FlaskForm

from groupmatch.errors import Refused
from groupmatch.language import later
from groupmatch.web import transaction

#: What a view that shows a form answers: the page, with 422 when the form came with problems.
Page = str | tuple[str, int]

NOT_LISTED = later("Choose one from the list.")

#: WTForms' own sentences → ours.
_WORDS = {
    "Not a valid integer value.": later("Write a whole number."),
    "Not a valid date value.": later("Write a date."),
    "Not a valid time value.": later("Write a time of day, like 18:00."),
    "Not a valid choice.": NOT_LISTED,
    "Invalid Choice: could not coerce.": NOT_LISTED,
    "'%(value)s' is not a valid choice for this field.": NOT_LISTED,
    "'%(value)s' are not valid choices for this field.": NOT_LISTED,
}


class _Words:
    """Stands where WTForms looks for translations."""

    def gettext(self, text: str) -> str:
        return _WORDS.get(text, text)

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        return self.gettext(singular if number == 1 else plural)


class Form(FlaskForm):
    """A form whose problems read like ours and are shown beside its fields, all at once."""

    class Meta(FlaskForm.Meta):
        """Our words in place of WTForms'."""

        def get_translations(self, form: FlaskForm) -> _Words:
            """Where WTForms looks for its sentences."""
            return _Words()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[no-untyped-call]

    #: For forms that change a record: what their reader read, and what changed since.
    read: str = ""
    meanwhile: object = None

    def sent(self) -> bool:
        """Whether this request sends the form."""
        return bool(self.is_submitted())  # type: ignore[no-untyped-call]

    def sent_well(self) -> bool:
        """Whether this request sends the form, and every answer can be used."""
        return bool(self.validate_on_submit())  # type: ignore[no-untyped-call]

    @contextmanager
    def refusals(self) -> Iterator[None]:
        """Show a service's refusal above the fields; all that was written until then is undone."""
        try:
            yield
        except Refused as refusal:
            transaction.abandon()
            self.form_errors = [*self.form_errors, _sentence(refusal)]

    def page(self, template: str, **context: Any) -> Page:
        """Render the form: as a fresh one, or with its problems."""
        html = render_template(template, form=self, **context)
        if self.meanwhile:
            return html, 409
        return (html, 422) if self.sent() else html


def text(value: str | None) -> str:
    """A filter for text fields: without spaces around it, and never None."""
    return (value or "").strip()


def _sentence(refusal: Refused) -> str:
    words: Any = current_app.jinja_env.get_template("_refusals.html").module
    return str(words.sentence(refusal.code, refusal.facts)).strip()
