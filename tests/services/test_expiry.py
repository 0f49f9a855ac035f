"""An offer stands for its hours, and ends while its recipient is awake, whatever the clocks do."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groupmatch.services.offers.expiry import Waking, expiry, waking

DAYTIME = Waking(time(8), time(21), timedelta(hours=2), reminder_share=0.75)
NEW_YORK = "America/New_York"


def local(*when: int, zone: str = NEW_YORK) -> datetime:
    return datetime(*when, tzinfo=ZoneInfo(zone)).astimezone(UTC)  # type: ignore[arg-type]


def test_an_offer_of_the_afternoon_stands_for_its_hours() -> None:
    made = local(2026, 11, 24, 14, 5)
    assert expiry(made, 24, NEW_YORK, DAYTIME) == made + timedelta(hours=24)


@pytest.mark.parametrize(
    ("made", "ends"),
    [
        ((2026, 11, 24, 5, 0), (2026, 11, 25, 10, 0)),
        ((2026, 11, 24, 21, 1), (2026, 11, 26, 10, 0)),
        ((2026, 11, 24, 23, 30), (2026, 11, 26, 10, 0)),
    ],
)
def test_an_offer_of_the_night_leaves_two_hours_after_waking(
    made: tuple[int, ...], ends: tuple[int, ...]
) -> None:
    assert expiry(local(*made), 24, NEW_YORK, DAYTIME) == local(*ends)


def test_it_is_the_recipients_clock_that_counts() -> None:
    made = local(2026, 11, 24, 9, 0)
    assert expiry(made, 24, NEW_YORK, DAYTIME) == made + timedelta(hours=24)
    honolulu = local(2026, 11, 25, 10, 0, zone="Pacific/Honolulu")
    assert expiry(made, 24, "Pacific/Honolulu", DAYTIME) == honolulu


def test_waking_is_by_the_wall_clock_on_the_night_of_a_change() -> None:
    # Clocks fall back on November 1: 8 am is an hour later than a day after the 8 am before.
    assert expiry(local(2026, 10, 31, 3), 24, NEW_YORK, DAYTIME) == local(2026, 11, 1, 10)
    assert expiry(local(2027, 3, 13, 3), 24, NEW_YORK, DAYTIME) == local(2027, 3, 14, 10)


@given(
    minutes=st.integers(0, 2 * 365 * 24 * 60),
    hours=st.integers(1, 168),
    zone=st.sampled_from([NEW_YORK, "Pacific/Honolulu", "Asia/Kathmandu", "Australia/Lord_Howe"]),
)
def test_nobody_has_less_than_the_hours_and_nobody_sleeps_when_it_ends(
    minutes: int, hours: int, zone: str
) -> None:
    made = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    ends = expiry(made, hours, zone, DAYTIME)
    assert timedelta(hours=hours) <= ends - made <= timedelta(hours=hours + 15)
    assert DAYTIME.since <= ends.astimezone(ZoneInfo(zone)).time() <= DAYTIME.until


def test_the_shipped_waking_hours_can_be_read() -> None:
    assert waking().since < waking().until
    assert waking().rest > timedelta(0)
