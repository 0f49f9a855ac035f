"""Every answer of the solver that a test, a benchmark or a show gets to see was checked."""

import ast
from pathlib import Path

TESTS = Path(__file__).parent
#: The one place that solves and checks.
CHECKED = TESTS / "checked.py"


def test_nobody_solves_without_the_check() -> None:
    unchecked = [
        f"{path.relative_to(TESTS)}:{node.lineno}"
        for path in sorted(TESTS.rglob("*.py"))
        if path != CHECKED
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if _reaches_solve(node)
    ]
    assert unchecked == []


def test_an_import_of_the_bare_function_would_be_noticed() -> None:
    bare = (
        "from solver import solve",
        "from solver.solving import solve",
        "from solver import solving",
        "import solver",
    )
    for line in bare:
        assert any(_reaches_solve(node) for node in ast.walk(ast.parse(line))), line


def _reaches_solve(node: ast.AST) -> bool:
    """Whether the code imports `solver.solve`, or a module that it could take it from."""
    if isinstance(node, ast.ImportFrom) and node.module in ("solver", "solver.solving"):
        return not {"solve", "solving"}.isdisjoint(alias.name for alias in node.names)
    if isinstance(node, ast.Import):
        return not {"solver", "solver.solving"}.isdisjoint(alias.name for alias in node.names)
    return False
