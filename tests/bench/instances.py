"""What is measured: generated programs by size and seed, and problem files of a folder."""

import json
from dataclasses import dataclass
from pathlib import Path

from solver.generator import generate


@dataclass(frozen=True)
class Instance:
    """A problem file; those of one family share a line of the table."""

    family: str
    participants: int
    groups: int
    path: Path


def generated(
    folder: Path, participants: int, seeds: int, profile: str, max_moves: int | None
) -> list[Instance]:
    """One file a seed, written to the folder."""
    family = f"{profile}, {'everyone movable' if max_moves is None else 'nightly'}"
    instances = []
    for seed in range(1, seeds + 1):
        problem = generate(participants, seed, profile=profile, max_moves=max_moves)
        path = folder / f"{family}-{participants}-{seed}.json"
        path.write_text(json.dumps(problem), encoding="utf-8")
        instances.append(_instance(family, problem, path))
    return instances


def found(folder: Path) -> list[Instance]:
    """Every problem file of the folder, each a family of its own."""
    return [
        _instance(path.stem, json.loads(path.read_bytes()), path)
        for path in sorted(folder.glob("*.json"))
    ]


def _instance(family: str, problem: dict[str, object], path: Path) -> Instance:
    counts = (len(problem[key]) for key in ("participants", "groups"))  # type: ignore[arg-type]
    return Instance(family, *counts, path)
