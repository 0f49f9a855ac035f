"""A refusal's sentence, for the command line and for imports; pages render the same template."""

from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from groupmatch import language
from groupmatch.errors import Refused
from groupmatch.resources import shipped


def sentence(refused: Refused) -> str:
    """What happened and what to do, from `templates/_refusals.html`, as plain text."""
    return " ".join(str(_module().sentence(refused.code, refused.facts)).split())


@cache
def _module() -> Any:
    # What comes out is text for a terminal; pages render with escaping of their own.
    environment = Environment(
        loader=FileSystemLoader(shipped("templates")),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701
    )
    language.install(environment)
    return environment.get_template("_refusals.html").module
