"""The pages of staff: one module a page family, each with its blueprint."""

from flask import Blueprint

from groupmatch.web.navigation import Link

BLUEPRINTS: tuple[Blueprint, ...] = ()

#: The rail, from top to bottom.
NAVIGATION: tuple[Link, ...] = ()

#: Where the header's search leads with `?q=`.
SEARCH_ENDPOINT: str | None = None
