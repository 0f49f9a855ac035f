"""How long decisions about care hold: the numbers of `config/care.toml`, typed."""

import tomllib
from dataclasses import dataclass
from functools import cache

from groupmatch.resources import shipped


@dataclass(frozen=True)
class Care:
    """All of `config/care.toml`; the file says what each number means and rests on."""

    location_days: int
    location_ask_days_ahead: int
    reassess_days: int
    taper_weeks: int
    step_down_weeks: int


@cache
def care() -> Care:
    """The rules of this installation, read once."""
    table = tomllib.loads((shipped("config") / "care.toml").read_text(encoding="utf-8"))
    return Care(
        location_days=table["location"]["days"],
        location_ask_days_ahead=table["location"]["ask_days_ahead"],
        reassess_days=table["level_of_care"]["reassess_days"],
        taper_weeks=table["taper"]["most_weeks"],
        step_down_weeks=table["step_down"]["weeks_ahead"],
    )
