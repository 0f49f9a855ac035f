"""When clocks change."""

from datetime import date

from groupmatch.services.hours.clock_changes import ClockChange, next_change


def test_new_york_goes_back_in_november_and_forward_in_march() -> None:
    back = next_change("America/New_York", date(2026, 10, 1))
    assert back == ClockChange(date(2026, 11, 1), -60)
    assert next_change("America/New_York", back.on) == ClockChange(date(2027, 3, 14), 60)


def test_a_change_on_the_day_itself_is_not_ahead() -> None:
    assert next_change("America/New_York", date(2026, 10, 31)) == ClockChange(
        date(2026, 11, 1), -60
    )
    assert next_change("America/New_York", date(2026, 11, 1)) != ClockChange(date(2026, 11, 1), -60)


def test_arizona_and_hawaii_never_change() -> None:
    assert next_change("America/Phoenix", date(2026, 1, 1)) is None
    assert next_change("Pacific/Honolulu", date(2026, 1, 1)) is None


def test_lord_howe_changes_by_half_an_hour() -> None:
    change = next_change("Australia/Lord_Howe", date(2026, 1, 1))
    assert change == ClockChange(date(2026, 4, 5), -30)
