"""Seeded chance, drawn by what it is about: the same person meets the same luck in every year.

Nobody's luck depends on how many draws came before. So two ways to give seats are compared on the
same people, who arrive, answer and leave alike wherever their paths are alike (common random
numbers).
"""

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Chance:
    """All chance of one simulated year."""

    seed: int

    def stream(self, *about: object) -> Random:
        """A stream of its own for everything that is told apart."""
        return Random("|".join(str(each) for each in (self.seed, *about)))  # noqa: S311 - no secret

    def draw(self, *about: object) -> float:
        """One number from 0 to 1."""
        return self.stream(*about).random()

    def happens(self, share: float, *about: object) -> bool:
        """Whether what happens to such a share of all happens here; a larger share adds to it."""
        return self.draw(*about) < share
