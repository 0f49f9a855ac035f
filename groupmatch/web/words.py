"""Codes in words outside of pages, for files: the same words as on the pages."""

from typing import Any

from flask import current_app


def word(macro: str, *told: object, of: str = "staff/_words.html") -> str:
    """What a macro of a template says of something."""
    words: Any = current_app.jinja_env.get_template(of).module
    return " ".join(str(getattr(words, macro)(*told)).split())
