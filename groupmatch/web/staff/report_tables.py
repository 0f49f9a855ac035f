"""The tables and charts of the reports."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from groupmatch.language import gettext, later, ngettext
from groupmatch.services.reports.outcomes import Outcome
from groupmatch.services.reports.past import Came, DaysToSeat, Fill, Moves
from groupmatch.services.reports.waits import Waits
from groupmatch.web.filters import month_name
from groupmatch.web.plots import Bars, Plot, Tick, evenly, lying, round_ticks
from groupmatch.web.tables import Column, Table, nobody

_PERCENT = [Tick(value, f"{value} %") for value in (0, 25, 50, 75, 100)]

#: How many bars a chart of those who wait has at most.
_BARS = 8


def month_column(label: str) -> Column[Any]:
    """The month of a row, in words, ordered by its date."""
    return Column("month", label, lambda row: month_name(row.month), lambda row: row.month)


DAYS: Table[DaysToSeat] = Table(
    "days-to-seat",
    later("Days to a seat"),
    (
        month_column(later("First session in")),
        Column(
            "people", later("Requests"), lambda row: row.number if row.told else None, number=True
        ),
        Column("median", later("Half within, days"), lambda row: row.median, number=True),
        Column("ninth", later("Nine of ten within, days"), lambda row: row.ninth, number=True),
    ),
    nobody,
    searched=False,
)
FILL: Table[Fill] = Table(
    "fill",
    later("Fill rate"),
    (
        month_column(later("End of")),
        Column("held", later("Seats held"), lambda row: row.held, number=True),
        Column("seats", later("Of"), lambda row: row.seats, number=True),
        Column("rate", later("Percent"), lambda row: rounded(row.rate), number=True),
    ),
    nobody,
    searched=False,
)
ATTENDANCE: Table[Came] = Table(
    "attendance",
    later("Attendance"),
    (
        month_column(later("Month")),
        Column("came", later("Came"), lambda row: row.came, number=True),
        Column("absent", later("Absent"), lambda row: row.absent, number=True),
        Column("excused", later("Excused"), lambda row: row.excused, number=True),
        Column("rate", later("Percent"), lambda row: rounded(row.rate), number=True),
    ),
    nobody,
    searched=False,
)
MOVES: Table[Moves] = Table(
    "moves",
    later("Moves"),
    (
        month_column(later("Month")),
        Column("switched", later("As they asked"), lambda row: row.switched, number=True),
        Column("moved", later("Otherwise"), lambda row: row.moved, number=True),
    ),
    nobody,
    searched=False,
)
OUTCOMES: Table[Outcome] = Table(
    "outcomes",
    later("Reliably better at eight weeks"),
    (
        Column("measure", later("Measure"), lambda row: row.instrument.name),
        Column(
            "people",
            later("Answered twice"),
            lambda row: row.number if row.told else None,
            number=True,
        ),
        Column(
            "better", later("Better"), lambda row: row.better if row.told else None, number=True
        ),
        Column("worse", later("Worse"), lambda row: row.worse if row.told else None, number=True),
        Column("share", later("Percent better"), lambda row: rounded(row.share), number=True),
    ),
    nobody,
    searched=False,
)


def _waits_table(name: str, caption: str, label: str) -> Table[Waits]:
    """Who waits, by one thing."""
    return Table(
        f"waits-by-{name}",
        caption,
        (
            Column(name, label, lambda row: named(row)),
            Column("people", later("Requests"), lambda row: shown_number(row), number=True),
            Column("median", later("Half have waited, days"), lambda row: row.median, number=True),
            Column("longest", later("Longest, days"), lambda row: row.longest, number=True),
        ),
        nobody,
        searched=False,
    )


WAITS_BY_TOPIC = _waits_table("topic", later("Waiting by topic"), later("Topic"))
WAITS_BY_STATE = _waits_table("state", later("Waiting by state"), later("State"))
WAITS_BY_PAYER = _waits_table("payer", later("Waiting by payer"), later("Payer"))


def named(row: Waits) -> str:
    """What a row tells of."""
    others = ngettext("%(num)s other", "%(num)s others", row.together) % {"num": row.together}
    return row.name or gettext("%(others)s together") % {"others": others}


def shown_number(row: Waits) -> int | None:
    """How many wait; None where they are too few to be told."""
    return row.number if row.median is not None else None


def days_plot(rows: Sequence[DaysToSeat]) -> Plot:
    """The median by month; months with too few are left out."""
    told = [row for row in rows if row.median is not None]
    top = max((row.median or 0 for row in told), default=0)
    ticks = round_ticks(top)
    points = evenly([(_short(row.month), row.median or 0.0, f"{row.median:g}") for row in told])
    return Plot(points, ticks, ticks[-1].value)


def rate_plot(rows: Sequence[Fill] | Sequence[Came]) -> Plot:
    """Percent by month."""
    values = [(row.month, row.rate) for row in rows if row.rate is not None]
    points = evenly([(_short(month), rate, f"{rate:.0f}") for month, rate in values])
    return Plot(points, _PERCENT, 100)


def moves_plot(rows: Sequence[Moves]) -> Plot:
    """Moves of both kinds by month; nothing where nobody moved."""
    numbers = [(row.month, row.switched + row.moved) for row in rows]
    if not any(number for _, number in numbers):
        numbers = []
    ticks = round_ticks(max((number for _, number in numbers), default=0))
    points = evenly([(_short(month), number, str(number or "")) for month, number in numbers])
    return Plot(points, ticks, ticks[-1].value, bars=True)


def waits_bars(rows: Sequence[Waits]) -> Bars | None:
    """How many wait, by row; None where all are too few."""
    told = [row for row in rows if row.median is not None][:_BARS]
    return lying([(named(row), row.number) for row in told]) if told else None


def rounded(value: float | None) -> float | None:
    """To one decimal."""
    return None if value is None else round(value, 1)


def _short(month: date) -> str:
    return month_name(month)[:3]
