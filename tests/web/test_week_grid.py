"""The week as a grid: what is shown, what is sent, and what stays."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from groupmatch.records import Fit
from groupmatch.services.hours.availability import Span, normalized
from groupmatch.web.participant.week_grid import STEP, Cell, NoSuchCell, copied, painted, rows
from tests.cast import FRIDAY, MONDAY, SATURDAY, TUESDAY

_minutes = st.integers(0, 1439)


@st.composite
def spans(draw: st.DrawFn) -> list[Span]:
    """Any hours of a week, to the minute."""
    return normalized(
        Span(day, min(one, two), max(one, two) + 1, fit)
        for day, one, two, fit in draw(
            st.lists(
                st.tuples(st.integers(0, 6), _minutes, _minutes, st.sampled_from(list(Fit))),
                max_size=8,
            )
        )
    )


def _shown(week: list[Span]) -> list[Cell]:
    return [cell for row in rows(week) for cell in row.cells]


def _sent(week: list[Span], fit: Fit) -> list[str]:
    return [cell.value for cell in _shown(week) if cell.fit == fit]


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(spans())
def test_sending_the_grid_as_shown_changes_nothing(week: list[Span]) -> None:
    assert painted(week, _sent(week, Fit.WORKS_WELL), _sent(week, Fit.IF_NEEDED)) == week


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(spans(), st.integers(0, 6), st.integers(0, 47), st.sampled_from([*Fit, None]))
def test_painting_one_cell_changes_that_half_hour_only(
    week: list[Span], day: int, row: int, fit: Fit | None
) -> None:
    value = f"{day}-{row * STEP}"
    boxes = {
        each: [one for one in _sent(week, each) if one != value] + ([value] if fit == each else [])
        for each in Fit
    }
    after = painted(week, boxes[Fit.WORKS_WELL], boxes[Fit.IF_NEEDED])
    for before, now in zip(_shown(week), _shown(after), strict=True):
        assert now.fit == (fit if now.value == value else before.fit)


def test_a_cell_marked_both_ways_works_well() -> None:
    assert painted([], ["0-1080"], ["0-1080"]) == [Span(MONDAY, 1080, 1110)]


def test_clearing_a_cell_keeps_the_minutes_around_it() -> None:
    before = [Span(MONDAY, 1090, 1190)]
    after = painted(before, [], [])
    assert after == [Span(MONDAY, 1090, 1110), Span(MONDAY, 1170, 1190)]


@pytest.mark.parametrize("cell", ["7-0", "0-1440", "0-15", "0", "x-y", "-1-0"])
def test_a_cell_outside_of_the_grid_is_refused(cell: str) -> None:
    with pytest.raises(NoSuchCell):
        painted([], [cell], [])


def test_rare_rows_are_those_outside_of_the_day_with_nothing_in_them() -> None:
    grid = {row.minute: row.rare for row in rows([Span(FRIDAY, 0, 30)])}
    assert not grid[0]
    assert grid[30]
    assert not grid[8 * 60]


def test_copying_a_day_makes_the_others_like_it() -> None:
    before = [Span(MONDAY, 1080, 1140), Span(TUESDAY, 0, 60), Span(SATURDAY, 0, 60)]
    after = copied(before, MONDAY, [MONDAY, TUESDAY])
    assert after == [
        Span(MONDAY, 1080, 1140),
        Span(TUESDAY, 1080, 1140),
        Span(SATURDAY, 0, 60),
    ]
