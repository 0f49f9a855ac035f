"""Somebody who would sit elsewhere, as all reports tell it."""

from typing import NamedTuple


class Moved(NamedTuple):
    """A request that would go from one group to another; None is no seat."""

    request: str
    origin: str | None
    to: str | None
