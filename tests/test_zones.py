"""The pinned zone data wins over the system's."""

import zoneinfo
from datetime import datetime, timedelta

import groupmatch  # noqa: F401 - empties the search path for zone files


def test_british_columbia_stays_on_summer_time() -> None:
    december = datetime(2026, 12, 1, 12, tzinfo=zoneinfo.ZoneInfo("America/Vancouver"))
    assert december.utcoffset() == timedelta(hours=-7)


def test_no_zone_file_of_the_system_is_read() -> None:
    assert zoneinfo.TZPATH == ()
