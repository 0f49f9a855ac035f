"""The fields that forms of staff share."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from wtforms import SelectField, TextAreaField
from wtforms.validators import InputRequired

from groupmatch.language import gettext, later
from groupmatch.services.programs import places
from groupmatch.services.spreadsheets.cells import Cell, Unreadable
from groupmatch.services.spreadsheets.list_cells import AttributeValues, Hours
from groupmatch.web.forms import NOT_LISTED, Form, Page, text

__all__ = [
    "Form",
    "Page",
    "Pick",
    "TextOf",
    "region_field",
    "saved",
    "text",
    "zone_field",
]


def saved(changed: bool) -> str:
    """What to say after a form was saved."""
    return gettext("Saved.") if changed else gettext("Nothing differed, so nothing was changed.")


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
            more.setdefault("validators", [InputRequired(NOT_LISTED)])
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
    """Several values at once, in the notation of the spreadsheets' cells; the data are values."""

    def __init__(self, label: str, cell: Cell, empty: Any, **more: Any) -> None:
        self.cell, self.empty = cell, empty
        super().__init__(label, **more)  # type: ignore[no-untyped-call]

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.cell.write(self.data) if self.data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the text; what it does not mean is told like any other problem."""
        text = valuelist[0].strip() if valuelist else ""
        try:
            self.data = self.cell.read(text) if text else self.empty
        except Unreadable as problem:
            raise ValueError(f"{problem}.") from None


def hours_field(label: str, **more: Any) -> TextOf:
    """Weekly hours."""
    return TextOf(label, Hours(), [], **more)


def traits_field(label: str, **more: Any) -> TextOf:
    """Values by name."""
    return TextOf(label, AttributeValues(), {}, **{"render_kw": {"rows": 2}, **more})


def zone_field(label: str, **more: Any) -> Pick:
    """A time zone: the common ones of the United States first."""
    return Pick(label, _zones(), **more)


def region_field(label: str, **more: Any) -> Pick:
    """Where somebody is during sessions."""
    return Pick(label, dict(places.regions()), **{"blank": later("Choose"), **more})


_COMMON_ZONES: dict[str, str] = {
    "America/New_York": later("Eastern (New York)"),
    "America/Chicago": later("Central (Chicago)"),
    "America/Denver": later("Mountain (Denver)"),
    "America/Phoenix": later("Arizona (Phoenix)"),
    "America/Los_Angeles": later("Pacific (Los Angeles)"),
    "America/Anchorage": later("Alaska (Anchorage)"),
    "Pacific/Honolulu": later("Hawaii (Honolulu)"),
}


@cache
def _zones() -> dict[str, dict[str, str]]:
    elsewhere = sorted(places.zones() - set(_COMMON_ZONES))
    return {
        later("United States"): _COMMON_ZONES,
        later("Elsewhere"): {zone: zone.replace("_", " ") for zone in elsewhere},
    }
