"""Counting with dates in a query, on both databases."""

from typing import Any

from sqlalchemy import Integer
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class days_between(FunctionElement[int]):  # noqa: N801 - it reads like other SQL functions
    """`days_between(later, earlier)`: the days from one date to another."""

    type = Integer()
    inherit_cache = True


@compiles(days_between)
def _by_difference(element: days_between, compiler: SQLCompiler, **asked: Any) -> str:
    later, earlier = (compiler.process(each, **asked) for each in element.clauses)
    return f"({later} - {earlier})"


@compiles(days_between, "sqlite")
def _by_day_numbers(element: days_between, compiler: SQLCompiler, **asked: Any) -> str:
    later, earlier = (compiler.process(each, **asked) for each in element.clauses)
    return f"CAST(julianday({later}) - julianday({earlier}) AS INTEGER)"
