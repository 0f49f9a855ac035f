"""What the simulation assumes: the numbers of `config/simulation.toml`, each with its source."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from groupmatch.resources import shipped
from groupmatch.services.hours.availability import Span
from groupmatch.services.hours.availability_text import parsed


@dataclass(frozen=True)
class Assumed:
    """One line of the table in the report."""

    name: str
    value: Any
    means: str
    source: str


@dataclass(frozen=True)
class Assumptions:
    """The values by name; the file says what each means. Shares are from 0 to 1."""

    starts_on: date
    arrivals_per_week: float
    intensive_share: float
    anchored_share: float
    second_topic_share: float
    usual_hours: Sequence[str]
    payers: Mapping[str, float]
    consent_days: int
    level_of_care_days: int
    attending_at_once: float
    wait_odds: float
    declined_share: float
    lapsed_share: float
    need_over_share: float
    switch_asks_per_year: float
    switch_patience_weeks: int
    absent_share: float
    excused_share: float
    leaves_after_misses: float
    dropout_share: float
    dropout_share_substance: float
    mismatch_odds: float
    stay_weeks: int
    stay_weeks_dbt: int
    stay_weeks_trauma: int
    intensive_weeks: int
    taper_weeks: int
    safety_flags_per_year: float
    safety_flag_days: int
    cancelled_share: float
    holidays: Sequence[str]
    refusal_scales: Sequence[float]

    def with_refusals(self, scale: float) -> "Assumptions":
        """The same with so many times as many declined and lapsed offers."""
        return replace(
            self,
            declined_share=scale * self.declined_share,
            lapsed_share=scale * self.lapsed_share,
        )

    def usual_spans(self) -> list[list[Span]]:
        """The usual hours, one list a line of them."""
        return [parsed(text)[0] for text in self.usual_hours]


def assumed() -> list[Assumed]:
    """Every assumption, in the order of the file."""
    text = (shipped("config") / "simulation.toml").read_text(encoding="utf-8")
    return [Assumed(name, **row) for name, row in tomllib.loads(text).items()]


def assumptions() -> Assumptions:
    """The values. Raises ValueError where the file and `Assumptions` name different things."""
    values = {each.name: each.value for each in assumed()}
    wanted = {field.name for field in fields(Assumptions)}
    if values.keys() != wanted:
        raise ValueError(f"config/simulation.toml: {sorted(values.keys() ^ wanted)}")
    return Assumptions(**values)
