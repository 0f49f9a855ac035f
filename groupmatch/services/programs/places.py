"""Regions, licensing compacts and time zones, as people name them."""

import tomllib
from collections.abc import Mapping
from functools import cache
from zoneinfo import available_timezones

from groupmatch.errors import Refused
from groupmatch.names import fold
from groupmatch.resources import shipped


@cache
def regions() -> Mapping[str, str]:
    """Code → name of every region of `config/regions.toml`, in its order."""
    countries = _shipped("regions").values()
    return {code: name for country in countries for code, name in country.items()}


def region_code(text: str) -> str | None:
    """The code of a region given by code or name, in any case; None when there is none."""
    code = text.strip().upper()
    return code if code in regions() else _codes_by_name().get(fold(text))


def compact_name(code: str) -> str:
    """A compact of `config/compacts.toml` by its name; one that an admin added by its code."""
    return _compacts().get(code, code)


@cache
def zones() -> frozenset[str]:
    """All IANA zones of the pinned zone data."""
    return frozenset(available_timezones())


@cache
def zones_by_name() -> Mapping[str, str]:
    """The zones by their names in lower case."""
    return {zone.lower(): zone for zone in zones()}


def refuse_unknown_zone(timezone: str) -> None:
    """Raise Refused `unknown_zone` unless it is an IANA zone."""
    if timezone not in zones():
        raise Refused("unknown_zone", timezone=timezone)


def refuse_unknown_region(region: str) -> None:
    """Raise Refused `unknown_region` unless it is a region's code."""
    if region not in regions():
        raise Refused("unknown_region", region=region)


@cache
def _compacts() -> Mapping[str, str]:
    return {code: compact["name"] for code, compact in _shipped("compacts").items()}


def _shipped(table: str) -> dict[str, dict[str, str]]:
    text = (shipped("config") / f"{table}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def _codes_by_name() -> Mapping[str, str]:
    return {fold(name): code for code, name in regions().items()}
