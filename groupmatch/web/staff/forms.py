"""What the forms of staff share: our words for problems, refusals shown in place, fields."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

from flask import current_app, render_template
from wtforms import SelectField, TextAreaField
from wtforms.validators import InputRequired

from groupmatch.errors import Refused
from groupmatch.services import places
from groupmatch.web import forms, transaction
from groupmatch.web.staff.notations import Notation

Page = str | tuple[str, int]

_NOT_LISTED = "Choose one from the list."

#: WTForms' own sentences → ours.
_WORDS = {
    "Not a valid integer value.": "Write a whole number.",
    "Not a valid date value.": "Write a date.",
    "Not a valid time value.": "Write a time of day, like 18:00.",
    "Not a valid choice.": _NOT_LISTED,
    "Invalid Choice: could not coerce.": _NOT_LISTED,
    "'%(value)s' is not a valid choice for this field.": _NOT_LISTED,
    "'%(value)s' are not valid choices for this field.": _NOT_LISTED,
}


class _Words:
    """Stands where WTForms looks for translations."""

    def gettext(self, text: str) -> str:
        return _WORDS.get(text, text)

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        return self.gettext(singular if number == 1 else plural)


class Form(forms.Form):
    """A form whose problems read like ours, and which can show a service's refusal."""

    class Meta(forms.Form.Meta):
        """Our words in place of WTForms'."""

        def get_translations(self, form: forms.Form) -> _Words:
            """Where WTForms looks for its sentences."""
            return _Words()

    @contextmanager
    def refusals(self) -> Iterator[None]:
        """Show a service's refusal above the fields; all that was written until then is undone."""
        try:
            yield
        except Refused as refusal:
            transaction.abandon()
            self.form_errors = [*self.form_errors, sentence(refusal)]

    def page(self, template: str, **context: Any) -> Page:
        """Render the form: as a fresh one, or with its problems."""
        html = render_template(template, form=self, **context)
        return (html, 422) if self.sent() else html


def saved(changed: bool) -> str:
    """What to say after a form was saved."""
    return "Saved." if changed else "Nothing differed, so nothing was changed."


def sentence(refusal: Refused) -> str:
    """A refusal in words."""
    words = current_app.jinja_env.get_template("_refusals.html").module
    return str(words.sentence(refusal.code, refusal.facts)).strip()  # type: ignore[attr-defined]


def text(value: str | None) -> str:
    """A filter for text fields: without spaces around it, and never None."""
    return (value or "").strip()


class Pick(SelectField):
    """One of a list; `blank` is the label of choosing none, whose value is None."""

    def __init__(
        self,
        label: str,
        choices: Mapping[str, Any] | None = None,
        *,
        blank: str = "",
        **more: Any,
    ) -> None:
        if not blank:
            more.setdefault("validators", [InputRequired(_NOT_LISTED)])
        super().__init__(label, coerce=_or_none, **more)  # type: ignore[no-untyped-call]
        self.blank = blank
        self.offer(choices or {})

    def offer(self, choices: Mapping[str, Any]) -> None:
        """Set what can be chosen: value → label, or heading → (value → label)."""
        self.choices = {"": self.blank, **choices} if self.blank else dict(choices)

    def pre_validate(self, form: Form) -> None:
        if self.data is not None or not self.blank:
            super().pre_validate(form)  # type: ignore[no-untyped-call]


def _or_none(value: str | None) -> str | None:
    return value or None


class TextOf(TextAreaField):
    """Something written in a notation; the data are what it means."""

    def __init__(self, label: str, notation: Notation, **more: Any) -> None:
        self.notation = notation
        super().__init__(label, **more)  # type: ignore[no-untyped-call]

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.notation.written(self.data) if self.data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = self.notation.read(valuelist[0] if valuelist else "")


def zone_field(label: str, **more: Any) -> Pick:
    """A time zone: the common ones of the United States first."""
    return Pick(label, _zones(), **more)


def region_field(label: str, **more: Any) -> Pick:
    """Where somebody is during sessions."""
    return Pick(label, dict(places.regions()), **{"blank": "Choose", **more})


_COMMON_ZONES = {
    "America/New_York": "Eastern (New York)",
    "America/Chicago": "Central (Chicago)",
    "America/Denver": "Mountain (Denver)",
    "America/Phoenix": "Arizona (Phoenix)",
    "America/Los_Angeles": "Pacific (Los Angeles)",
    "America/Anchorage": "Alaska (Anchorage)",
    "Pacific/Honolulu": "Hawaii (Honolulu)",
}


@cache
def _zones() -> dict[str, dict[str, str]]:
    elsewhere = sorted(places.zones() - set(_COMMON_ZONES))
    return {
        "United States": _COMMON_ZONES,
        "Elsewhere": {zone: zone.replace("_", " ") for zone in elsewhere},
    }
