"""The numbers of `config/sessions.toml`, typed; the file says what each rests on."""

import tomllib
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from groupmatch.resources import shipped


@dataclass(frozen=True)
class SessionPolicy:
    """How far ahead sessions are laid out, when links show, and what attendance leads to."""

    ahead: timedelta
    #: How long before a session its link shows to members.
    link_opens: timedelta
    misses_in_a_row: int
    #: Minutes late that are proposed where somebody came late.
    late_minutes: int


@cache
def session_policy() -> SessionPolicy:
    """Read the shipped file, once."""
    text = (shipped("config") / "sessions.toml").read_text(encoding="utf-8")
    numbers = tomllib.loads(text)
    return SessionPolicy(
        ahead=timedelta(weeks=numbers["sessions"]["weeks_ahead"]),
        link_opens=timedelta(minutes=numbers["link"]["opens_minutes"]),
        misses_in_a_row=numbers["attendance"]["misses_in_a_row"],
        late_minutes=numbers["attendance"]["late_minutes"],
    )
