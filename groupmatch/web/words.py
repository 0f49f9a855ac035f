"""Codes in words outside of pages, for files: the same words as on the pages."""

from typing import Any

from flask import current_app


def word(macro: str, code: str, template: str = "staff/_words.html") -> str:
    """What a macro of a template says of a code."""
    words: Any = current_app.jinja_env.get_template(template).module
    return str(getattr(words, macro)(code)).strip()
