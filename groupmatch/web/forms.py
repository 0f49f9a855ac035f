"""Forms: Flask-WTF's, with types."""

from typing import Any

from flask_wtf import FlaskForm


class Form(FlaskForm):
    """A form whose problems are shown beside its fields, all at once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[no-untyped-call]

    def sent(self) -> bool:
        """Whether this request sends the form."""
        return bool(self.is_submitted())  # type: ignore[no-untyped-call]

    def sent_well(self) -> bool:
        """Whether this request sends the form, and every answer can be used."""
        return bool(self.validate_on_submit())  # type: ignore[no-untyped-call]
