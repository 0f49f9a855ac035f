"""Weekly hours as text: what is written can be read, and what is typed by hand is understood."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groupmatch.records import Fit
from groupmatch.services.hours.availability import Span, normalized
from groupmatch.services.hours.availability_text import parsed, printed
from tests.cast import FRIDAY, MONDAY, SATURDAY, SUNDAY, WEDNESDAY


@st.composite
def spans(draw: st.DrawFn) -> Span:
    start = draw(st.integers(0, 1439))
    end = draw(st.integers(start + 1, 1440))
    return Span(draw(st.integers(0, 6)), start, end, draw(st.sampled_from(Fit)))


@given(st.lists(spans(), max_size=8))
@settings(max_examples=200, deadline=None)
def test_reading_what_was_written_gives_the_same_hours(hours: list[Span]) -> None:
    assert parsed(printed(hours)) == (normalized(hours), [])


@given(st.lists(spans(), max_size=8))
@settings(max_examples=100, deadline=None)
def test_normalized_hours_cover_the_same_minutes_once(hours: list[Span]) -> None:
    def fit_at(among: list[Span], weekday: int, minute: int) -> list[Fit]:
        return [
            span.fit
            for span in among
            if span.weekday == weekday and span.start_minute <= minute < span.end_minute
        ]

    tidy = normalized(hours)
    for weekday in range(7):
        for minute in range(0, 1440, 7):
            covering = fit_at(hours, weekday, minute)
            best = [min(covering, key=list(Fit).index)] if covering else []
            assert fit_at(tidy, weekday, minute) == best


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("", []),
        ("Mon 18:00-21:00", [Span(MONDAY, 1080, 1260)]),
        ("sat 9:00 - 12:00 ?", [Span(SATURDAY, 540, 720, Fit.IF_NEEDED)]),
        ("Wednesday 6pm-9pm", [Span(WEDNESDAY, 1080, 1260)]),
        ("Wed 6-9pm", [Span(WEDNESDAY, 1080, 1260)]),
        ("Mon 9am – 12pm", [Span(MONDAY, 540, 720)]),
        ("Mon 12am to 1:30am", [Span(MONDAY, 0, 90)]),
        ("Sun 20-24", [Span(SUNDAY, 1200, 1440)]),
        ("Fri 22:00-02:00", [Span(FRIDAY, 1320, 1440), Span(SATURDAY, 0, 120)]),
        ("Sun 22:00-0:00;", [Span(SUNDAY, 1320, 1440)]),
        (
            "Fri-Mon 10:00-11:00",
            [Span(day, 600, 660) for day in (MONDAY, FRIDAY, SATURDAY, SUNDAY)],
        ),
        ("Mon 8-9, Fri 8-9", [Span(MONDAY, 480, 540), Span(FRIDAY, 480, 540)]),
        ("Mon 18:00-20:00; Mon 20:00-21:00", [Span(MONDAY, 1080, 1260)]),
        (
            "Mon 18:00-21:00?; Mon 19:00-20:00",
            [
                Span(MONDAY, 1080, 1140, Fit.IF_NEEDED),
                Span(MONDAY, 1140, 1200),
                Span(MONDAY, 1200, 1260, Fit.IF_NEEDED),
            ],
        ),
    ],
)
def test_hours_typed_by_hand_are_understood(text: str, hours: list[Span]) -> None:
    assert parsed(text) == (hours, [])


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("evenings", "write “Mon 18:00-21:00”"),
        ("Mo 18:00", "write “Mon 18:00-21:00”"),
        ("Foo 18:00-21:00", "write one of Mon, Tue"),
        ("Mon 18:00-25:00", "outside of 00:00 to 24:00"),
        ("Mon 18:75-21:00", "outside of 00:00 to 24:00"),
        ("Mon 18pm-21pm", "outside of 1 to 12"),
        ("Mon 10-1pm", "write it at both"),
        ("Mon 18:00-18:00", "when it starts and when it ends"),
        ("Mon 24:00-02:00", "when it starts and when it ends"),
    ],
)
def test_a_text_that_means_no_hours_is_explained(text: str, advice: str) -> None:
    hours, problems = parsed(text)
    assert hours == []
    assert len(problems) == 1
    assert advice in problems[0]


def test_every_part_that_means_nothing_is_told_beside_those_that_do() -> None:
    hours, problems = parsed("Mon 18:00-21:00; soon; later")
    assert hours == [Span(MONDAY, 1080, 1260)]
    assert len(problems) == 2


def test_hours_are_written_in_order_with_a_mark_where_needed() -> None:
    hours = [Span(SATURDAY, 540, 720, Fit.IF_NEEDED), Span(MONDAY, 1080, 1440)]
    assert printed(hours) == "Mon 18:00-24:00; Sat 09:00-12:00?"
