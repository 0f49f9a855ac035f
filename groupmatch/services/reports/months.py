"""The months of a report, and sums over them."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import TypeVar

Value = TypeVar("Value")


def months_until(today: date, number: int) -> list[date]:
    """The first days of so many months, the month of a date as the last."""
    count = today.year * 12 + today.month - 1
    return [date(each // 12, each % 12 + 1, 1) for each in range(count - number + 1, count + 1)]


def last_day(month: date) -> date:
    """The last day of the month that begins on a date."""
    return (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def by_month(
    months: Sequence[date], dated: Iterable[tuple[date, Value]]
) -> dict[date, list[Value]]:
    """Values by the month of their dates; months without any are there, others are not."""
    ordered = sorted(dated, key=lambda each: each[0])
    found = {
        month: [value for _, value in values]
        for month, values in groupby(ordered, key=lambda each: each[0].replace(day=1))
    }
    return {month: found.get(month, []) for month in months}
