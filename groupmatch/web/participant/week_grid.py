"""The week as a grid of half hours: cells out of weekly hours, and weekly hours out of cells."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import time

from groupmatch.records import Fit
from groupmatch.services.hours.availability import Span, fit_between, normalized, without

#: Minutes that one row stands for.
STEP = 30
_DAY = 24 * 60
#: The rows that are shown at first; the others fold away while nothing is painted there.
_USUAL = range(8 * 60, 21 * 60 + STEP, STEP)

_VALUES = frozenset(f"{day}-{minute}" for day in range(7) for minute in range(0, _DAY, STEP))


class NoSuchCell(ValueError):
    """A form named a cell that is not in the grid."""


@dataclass(frozen=True)
class Cell:
    """One half hour of one weekday."""

    weekday: int
    minute: int
    fit: Fit | None

    @property
    def value(self) -> str:
        """How a form names it."""
        return f"{self.weekday}-{self.minute}"


@dataclass(frozen=True)
class Row:
    """One half hour across the week."""

    minute: int
    start: time
    #: Whether it folds away: outside of the usual hours, and nothing painted.
    rare: bool
    cells: tuple[Cell, ...]


def rows(spans: Sequence[Span]) -> list[Row]:
    """The grid of a week: a cell is painted when its whole half hour is."""
    days = [[span for span in spans if span.weekday == day] for day in range(7)]
    return [_row(minute, days) for minute in range(0, _DAY, STEP)]


def _row(minute: int, days: Sequence[Sequence[Span]]) -> Row:
    """One row of the week, out of the spans of each of its days."""
    fits = (fit_between(spans, day, minute, minute + STEP) for day, spans in enumerate(days))
    cells = tuple(Cell(day, minute, fit) for day, fit in enumerate(fits))
    rare = minute not in _USUAL and not any(cell.fit for cell in cells)
    return Row(minute, time(minute // 60, minute % 60), rare, cells)


def painted(before: Sequence[Span], well: Iterable[str], if_needed: Iterable[str]) -> list[Span]:
    """The weekly hours after a form was sent with these cells; a cell sent as both works well.

    Only cells that differ from what the grid showed are changed, so that parts of a half hour,
    which it cannot show, stay. Raises NoSuchCell.
    """
    wanted = dict.fromkeys(if_needed, Fit.IF_NEEDED) | dict.fromkeys(well, Fit.WORKS_WELL)
    sent = {value: _span(value, fit) for value, fit in wanted.items()}
    spans = list(before)
    for cell in (cell for row in rows(before) for cell in row.cells):
        if cell.fit != wanted.get(cell.value):
            spans = without(spans, Span(cell.weekday, cell.minute, cell.minute + STEP))
            spans += [sent[cell.value]] if cell.value in sent else []
    return normalized(spans)


def copied(spans: Sequence[Span], weekday: int, to: Iterable[int]) -> list[Span]:
    """The same week with some days made like one day."""
    days = set(to) - {weekday}
    model = [span for span in spans if span.weekday == weekday]
    rest = [span for span in spans if span.weekday not in days]
    return normalized([*rest, *(replace(span, weekday=day) for day in days for span in model)])


def _span(value: str, fit: Fit) -> Span:
    if value not in _VALUES:
        raise NoSuchCell(value)
    day, minute = map(int, value.split("-"))
    return Span(day, minute, minute + STEP, fit)
