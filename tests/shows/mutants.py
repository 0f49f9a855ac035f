"""Small changes to a module's source, one at a time: each a bug that tests ought to notice.

Comparisons, arithmetic and signs are turned, conditions negated, whole numbers moved by one;
statements, items of lists, named arguments and conditions of comprehensions are left out.
"""

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from types import CodeType

_OPERATORS: dict[type[ast.AST], tuple[type[ast.AST], ...]] = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.FloorDiv,),
    ast.FloorDiv: (ast.Mult,),
    ast.Mod: (ast.FloorDiv,),
    ast.BitAnd: (ast.BitOr,),
    ast.BitOr: (ast.BitAnd,),
    ast.And: (ast.Or,),
    ast.Or: (ast.And,),
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_SWAPS = (("any", "all"), ("min", "max"), ("zeros", "ones"), ("left", "right"))
_NAMES = {name: other for pair in _SWAPS for name, other in (pair, pair[::-1])}
_NAMES |= {f"{one}_like": f"{_NAMES[one]}_like" for one in ("zeros", "ones")}
#: What a tree says about types and names, not about behavior.
_SILENT = ("annotation", "returns", "decorator_list")
#: Statements that leave no name undefined when they are left out.
_STATEMENTS = (ast.Expr, ast.AugAssign, ast.Delete, ast.Continue, ast.Break, ast.Raise)


@dataclass(frozen=True)
class Mutant:
    """A module with one change, compiled."""

    module: str
    line: int
    change: str
    code: CodeType


def mutants(module: str, path: Path) -> Iterator[Mutant]:
    """Every mutant of a module whose source stands at `path`, in the order of its lines."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for spot in sorted(_spots(tree), key=lambda spot: spot.line):
        for new in _changes(spot):
            change = f"`{_words(spot.node)}` → `{_words(new)}`"
            with spot.holding(new):
                code = compile(ast.fix_missing_locations(tree), str(path), "exec")
            yield Mutant(module, spot.line, change, code)


@dataclass(frozen=True)
class _Spot:
    """Where a node stands: a field of its parent, or a position in a field that is a list."""

    parent: ast.AST
    field: str
    position: int | None
    node: ast.AST
    line: int

    @contextmanager
    def holding(self, new: ast.AST | None) -> Iterator[None]:
        """The tree with another node here, or with none."""
        before = getattr(self.parent, self.field)
        after: object = new
        if self.position is not None:
            middle = [] if new is None else [new]
            after = before[: self.position] + middle + before[self.position + 1 :]
        setattr(self.parent, self.field, after)
        try:
            yield
        finally:
            setattr(self.parent, self.field, before)


def _spots(parent: ast.AST, line: int = 0) -> Iterator[_Spot]:
    line = getattr(parent, "lineno", line)
    for field, value in ast.iter_fields(parent):
        if field in _SILENT:
            continue
        nodes = list(enumerate(value)) if isinstance(value, list) else [(None, value)]
        for position, node in nodes:
            if isinstance(node, ast.AST):
                yield _Spot(parent, field, position, node, getattr(node, "lineno", line))
                yield from _spots(node, line)


def _changes(spot: _Spot) -> Iterator[ast.AST | None]:
    """What may stand in the spot instead; None: nothing at all."""
    node = spot.node
    yield from (other() for other in _OPERATORS.get(type(node), ()))
    if isinstance(node, ast.Constant):
        yield from _other_constants(node.value)
    elif isinstance(node, ast.UnaryOp):
        yield node.operand
    elif isinstance(node, ast.Name | ast.Attribute):
        yield from _other_name(node)
    elif isinstance(node, _STATEMENTS) and not _is_docstring(node):
        yield ast.Pass()
    if spot.field == "test" or (spot.field == "ifs" and spot.position is not None):
        yield ast.UnaryOp(ast.Not(), node)  # type: ignore[arg-type]
    if spot.field == "ifs" or (isinstance(node, ast.keyword) and not _is_manner(node)):
        yield None
    if spot.field == "elts" and isinstance(spot.parent, ast.List):
        yield None


def _other_constants(value: object) -> Iterator[ast.Constant]:
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int):
        yield from (ast.Constant(value + 1), ast.Constant(value - 1))
    elif isinstance(value, str) and value in _NAMES:
        yield ast.Constant(_NAMES[value])


def _other_name(node: ast.Name | ast.Attribute) -> Iterator[ast.AST]:
    field = "id" if isinstance(node, ast.Name) else "attr"
    if getattr(node, field) in _NAMES:
        other = copy(node)
        setattr(other, field, _NAMES[getattr(node, field)])
        yield other


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_manner(node: ast.keyword) -> bool:
    """Whether the argument says how and not what: a width of numbers, a way to sort, a default."""
    left = isinstance(node.value, ast.Constant) and node.value.value == "left"
    return node.arg in ("dtype", "kind") or left


def _words(node: ast.AST | None) -> str:
    """The node as source text, on one line."""
    if node is None:
        return "nothing"
    text = ast.unparse(node) if isinstance(node, ast.expr | ast.stmt) else type(node).__name__
    if isinstance(node, ast.keyword):
        text = f"{node.arg}={ast.unparse(node.value)}"
    return " ".join(text.split())
