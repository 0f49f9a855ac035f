"""A few people whose week decides when a group meets, as a coordinator would ask around."""

from dataclasses import dataclass
from random import Random

from solver.generator.program import Participant
from solver.generator.timeline import Hours, bits

_ASKED = 12


@dataclass(frozen=True)
class Crowd:
    """The people for whom hours are sought."""

    rng: Random
    people: list[Participant]

    def best(self, choices: list[list[Hours]]) -> list[Hours]:
        """The meetings that suit the most of a few people, asked anew each time."""
        asked = self.rng.sample(self.people, min(_ASKED, len(self.people)))

        def suited(meetings: list[Hours]) -> int:
            times = bits(meetings)
            return sum(not times & ~person.free for person in asked)

        return max(choices, key=suited)
