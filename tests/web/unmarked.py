"""Finds words in Python sources that people would read and nobody can translate."""

import ast
import re
from collections.abc import Iterator

#: What marks words for translation.
_MARKS = frozenset({"gettext", "ngettext", "later"})
#: What takes words that nobody reads on a page: logs, patterns, names of types and threads.
_INWARD = frozenset(
    {"TypeVar", "cast", "compile", "fullmatch", "info", "warning", "error", "once_committed"}
)
#: Two words in a row, or one that begins as a sentence does.
_WORDS = re.compile(r"[a-z]{2,}[,;:]? [A-Za-z{]|^[A-Z][a-z]+\b(?![-/])| [a-z]{2,}")


def unmarked(source: str) -> list[str]:
    """The words of a module outside of a translation; in f-strings {} stands for what varies."""
    return list(_of(ast.parse(source)))


def _of(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Constant | ast.JoinedStr):
        words = _text(node)
        if _WORDS.search(words):
            yield words
    elif not isinstance(node, ast.Call) or _name(node.func) not in _MARKS | _INWARD:
        for part in _read(node):
            yield from _of(part)


def _read(node: ast.AST) -> Iterator[ast.AST]:
    """The parts of a statement or expression whose words somebody could read."""
    inward = {id(part) for part in _docstring(node)}
    if isinstance(node, ast.AnnAssign | ast.arg):
        inward.add(id(node.annotation))
    elif isinstance(node, ast.FunctionDef):
        inward.add(id(node.returns))
    elif isinstance(node, ast.Dict):
        inward |= {id(key) for key in node.keys}
    elif isinstance(node, ast.Raise) or (
        isinstance(node, ast.Assign) and _name(node.targets[0]) == "__all__"
    ):
        return
    yield from (part for part in ast.iter_child_nodes(node) if id(part) not in inward)


def _docstring(node: ast.AST) -> list[ast.stmt]:
    documented = isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
    return node.body[:1] if documented and ast.get_docstring(node) else []  # type: ignore[attr-defined, arg-type]


def _text(node: ast.Constant | ast.JoinedStr) -> str:
    if isinstance(node, ast.JoinedStr):
        parts = (part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)
        return "".join(map(str, parts))
    return node.value if isinstance(node.value, str) else ""


def _name(node: ast.expr) -> str:
    """The last name of what is called or assigned."""
    return str(getattr(node, "attr", getattr(node, "id", "")))
