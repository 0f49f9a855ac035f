"""Whether a column holds one of many ids, all of them sent as one value.

A parameter for each id costs more to write down than the database needs to find all rows.
"""

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import (
    ARRAY,
    BindParameter,
    Boolean,
    ColumnElement,
    SQLColumnExpression,
    String,
    Text,
    bindparam,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.operators import OperatorType
from sqlalchemy.types import TypeDecorator, TypeEngine


class _Ids(TypeDecorator[Collection[str]]):
    """An array where the database has arrays, JSON where it does not."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else ARRAY(String()))

    def process_bind_param(self, value: Collection[str] | None, dialect: Dialect) -> Any:
        found = list(value or ())
        return json.dumps(found) if dialect.name == "sqlite" else found


class _Among(FunctionElement[bool]):
    type = Boolean()
    inherit_cache = True

    def self_group(self, against: OperatorType | None = None) -> "_Among":
        # It stands for itself: compared with 1, as truth is on SQLite, it would use no index.
        return self


def among(
    column: SQLColumnExpression[str] | SQLColumnExpression[str | None],
    ids: Collection[str] | BindParameter[Any],
) -> FunctionElement[bool]:
    """The column holds one of these ids."""
    given = isinstance(ids, BindParameter)
    return _Among(column, ids if given else bindparam(None, ids, type_=_Ids(), unique=True))


def ids_given(name: str) -> BindParameter[Any]:
    """Ids that a statement gets by name when it is sent."""
    return bindparam(name, type_=_Ids())


def beside_ids(column: SQLColumnExpression[str]) -> ColumnElement[str]:
    """The column without its index, for a condition beside ids: SQLite, which does not know how few
    they are, would take the index of the program instead of theirs.
    """
    return column.concat("")


@compiles(_Among)
def _any_of_array(element: _Among, compiler: SQLCompiler, **asked: Any) -> str:
    column, ids = (compiler.process(each, **asked) for each in element.clauses)
    return f"({column} = ANY ({ids}))"


@compiles(_Among, "sqlite")
def _in_json(element: _Among, compiler: SQLCompiler, **asked: Any) -> str:
    column, ids = (compiler.process(each, **asked) for each in element.clauses)
    return f"({column} IN (SELECT value FROM json_each({ids})))"  # noqa: S608 - both are compiled
