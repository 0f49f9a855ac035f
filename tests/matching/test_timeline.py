"""The planning timeline: weekly wall time in any zone, against what the clocks really do."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from groupmatch.matching.timeline import DAY, WEEK, Timeline, WeeklySpan, timeline

NEW_YORK, PHOENIX = "America/New_York", "America/Phoenix"
ZONES = (
    NEW_YORK,
    PHOENIX,
    "America/Los_Angeles",
    "Europe/London",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
)
MONDAY_EVENING = 18 * 60


def weeks_from(first: date, *, zone: str = NEW_YORK, zones: tuple[str, ...] = ZONES) -> Timeline:
    return timeline(zone, zones, first, first + timedelta(weeks=8, days=-1), ())


def test_a_horizon_without_a_clock_change_is_one_week() -> None:
    assert len(weeks_from(date(2026, 11, 23), zones=(NEW_YORK, PHOENIX)).weeks) == 1


def test_a_clock_change_within_the_horizon_makes_two_weeks() -> None:
    found = weeks_from(date(2026, 10, 12), zones=(NEW_YORK, PHOENIX))
    assert [week[NEW_YORK] for week in found.weeks] == [-240, -300]
    assert found.horizon_minutes == 2 * WEEK


def test_two_zones_that_change_a_week_apart_make_three_weeks() -> None:
    found = weeks_from(date(2026, 10, 12), zones=(NEW_YORK, "Europe/London"))
    offsets = [(week[NEW_YORK], week["Europe/London"]) for week in found.weeks]
    assert offsets == [(-240, 60), (-240, 0), (-300, 0)]


def test_a_change_on_the_first_day_keeps_the_hours_before_it() -> None:
    assert len(weeks_from(date(2026, 11, 1), zones=(NEW_YORK,)).weeks) == 2


def test_a_change_on_the_last_day_keeps_the_hours_after_it() -> None:
    assert len(weeks_from(date(2026, 9, 7), zones=(NEW_YORK,)).weeks) == 2


def test_somebody_in_arizona_sees_a_new_york_hour_move() -> None:
    found = weeks_from(date(2026, 10, 12), zones=(NEW_YORK, PHOENIX))
    group = WeeklySpan(MONDAY_EVENING, 60, NEW_YORK)
    before_the_change = WeeklySpan(15 * 60, 60, PHOENIX)
    after_the_change = WeeklySpan(16 * 60, 60, PHOENIX)
    assert found.intervals(group) == [(1080, 1140), (WEEK + 1080, WEEK + 1140)]
    assert found.intervals(before_the_change)[0] == found.intervals(group)[0]
    assert found.intervals(after_the_change)[1] == found.intervals(group)[1]


def test_half_hour_zones_keep_their_half_hours() -> None:
    found = weeks_from(date(2026, 11, 23), zones=(NEW_YORK, "Asia/Kolkata"))
    # Tuesday 04:30 in Kolkata is Monday 18:00 in New York: ten and a half hours apart.
    kolkata = WeeklySpan(DAY + 4 * 60 + 30, 60, "Asia/Kolkata")
    assert found.intervals(kolkata) == [(1080, 1140)]


def test_hours_across_the_week_s_end_are_split() -> None:
    found = weeks_from(date(2026, 11, 23), zones=(NEW_YORK,))
    late_sunday = WeeklySpan(6 * DAY + 23 * 60, 120, NEW_YORK)
    assert found.intervals(late_sunday) == [(WEEK - 60, WEEK), (0, 60)]


def test_a_meeting_across_monday_midnight_stays_one_interval_on_one_day() -> None:
    meeting = WeeklySpan(6 * DAY + 23 * 60 + 30, 60, NEW_YORK)
    found = timeline(NEW_YORK, [PHOENIX], date(2026, 11, 23), date(2027, 1, 17), [meeting])
    [(start, end)] = found.intervals(meeting)
    assert end - start == 60
    assert local_day(found, start, NEW_YORK) == 6
    assert local_day(found, start, PHOENIX) == 6


def test_meetings_that_leave_no_free_minute_are_split_at_monday_midnight() -> None:
    round_the_clock = [WeeklySpan(30 + 60 * hour, 61, NEW_YORK) for hour in range(7 * 24)]
    found = timeline(NEW_YORK, (), date(2026, 11, 23), date(2027, 1, 17), round_the_clock)
    assert found.origin == 0
    assert found.intervals(round_the_clock[-1]) == [(WEEK - 30, WEEK), (0, 31)]


def test_days_are_counted_on_the_participant_s_own_calendar() -> None:
    found = weeks_from(date(2026, 11, 23), zones=(NEW_YORK, "Asia/Kolkata"))
    [(start, _)] = found.intervals(WeeklySpan(MONDAY_EVENING, 60, NEW_YORK))
    assert local_day(found, start, NEW_YORK) == 0
    assert local_day(found, start, "Asia/Kolkata") == 1


def local_day(found: Timeline, start: int, zone: str) -> int:
    """The day of a meeting as the specification counts it."""
    return (start + found.day_offset(zone)) % WEEK // DAY


weekly_spans = st.builds(
    WeeklySpan,
    start=st.integers(0, WEEK // 5 - 1).map(lambda slot: slot * 5),
    minutes=st.sampled_from([45, 60, 90, 180]),
    zone=st.sampled_from(ZONES),
    from_on=st.none(),
    until_on=st.none(),
)


@settings(max_examples=60, deadline=None)
@given(
    program=st.sampled_from(ZONES),
    first=st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    meeting=weekly_spans,
    hours=weekly_spans,
)
def test_what_the_timeline_says_is_what_the_clocks_do_on_every_date(
    program: str, first: date, meeting: WeeklySpan, hours: WeeklySpan
) -> None:
    found = weeks_from(first, zone=program)
    starts = {start: number for number, (start, _) in enumerate(found.intervals(meeting))}
    assume(len(starts) == len(found.weeks))
    meant = {
        (number, start - other)
        for start, number in starts.items()
        for other, _ in found.intervals(hours)
        if other // WEEK == start // WEEK
    }
    for at in occurrences(meeting, found, first):
        offsets = {name: minutes_east(at, name) for name in (meeting.zone, hours.zone)}
        if any(changes_around(at, name) for name in (program, *offsets)):
            continue
        weeks = [n for n, week in enumerate(found.weeks) if offsets.items() <= week.items()]
        assert weeks, "no representative week has the offsets of this date"
        for number in weeks:
            apart = wall_minute(at, hours.zone) - hours.start
            assert any((number, apart + whole) in meant for whole in (-WEEK, 0, WEEK))


def occurrences(span: WeeklySpan, found: Timeline, first: date) -> list[datetime]:
    """Every instant within the horizon at which the weekly span begins."""
    zone, program = ZoneInfo(span.zone), ZoneInfo(found.zone)
    begins = datetime(first.year, first.month, first.day, tzinfo=program)
    ends = begins + timedelta(weeks=8)
    days = (first + timedelta(days=n) for n in range(-1, 58))
    hour, minute = divmod(span.start % DAY, 60)
    at = (
        datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone)
        for day in days
        if day.weekday() == span.start // DAY
    )
    return [each for each in at if begins <= each < ends]


def minutes_east(at: datetime, zone: str) -> int:
    offset = at.astimezone(ZoneInfo(zone)).utcoffset()
    assert offset is not None
    return offset // timedelta(minutes=1)


def changes_around(at: datetime, zone: str) -> bool:
    """Whether the zone changes its clocks within a day of the instant."""
    day = timedelta(days=1)
    utc = at.astimezone(ZoneInfo("UTC"))
    return len({minutes_east(each, zone) for each in (utc - day, utc, utc + day)}) > 1


def wall_minute(at: datetime, zone: str) -> int:
    """Minutes since Monday 00:00 on the wall clock of a zone."""
    local = at.astimezone(ZoneInfo(zone))
    return local.weekday() * DAY + local.hour * 60 + local.minute
