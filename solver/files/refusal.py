"""How a file is refused: every error of it at once, each with its place, value and rule."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

_SHOWN = 80


@dataclass(frozen=True)
class FileError:
    """One thing that is wrong in a file: JSON path, the value there, the rule it breaks."""

    path: str
    value: str
    rule: str

    def __str__(self) -> str:
        return f"{self.path}: {self.value}: {self.rule}"


class FileRefused(Exception):
    """The file does not follow its format; `errors` lists everything that is wrong."""

    def __init__(self, errors: Sequence[FileError]) -> None:
        super().__init__("\n".join(map(str, errors)))
        self.errors = tuple(errors)


class ProblemRefused(FileRefused):
    """The file is no `groupmatch.problem/1`."""


class SolutionRefused(FileRefused):
    """The file is no `groupmatch.solution/1`."""


class Errors(list[FileError]):
    """The errors found so far."""

    def __init__(self) -> None:
        super().__init__()
        self.paths: set[str] = set()

    def note(self, path: str, value: object, rule: str) -> None:
        self.append(FileError(path, shown(value), rule))
        self.paths.add(path)

    def within(self, path: str) -> bool:
        """Whether an error was found at this path or below."""
        below = (f"{path}.", f"{path}[")
        return path in self.paths or any(found.startswith(below) for found in self.paths)


def shown(value: object) -> str:
    """The value as JSON, shortened to fit a line."""
    try:
        text = json.dumps(value, default=str)
    except RecursionError:
        text = type(value).__name__
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
