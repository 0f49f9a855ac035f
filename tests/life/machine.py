"""The life of seats as a state machine: whatever people and nights do, in any order, all holds."""

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.life.answering import Answering
from tests.life.caring import Caring
from tests.life.coming import Coming
from tests.life.gathering import Gathering
from tests.life.meeting import Meeting
from tests.life.merging import Merging
from tests.life.nights import Nights
from tests.life.places import Place
from tests.life.sitting import Sitting


class Life(Coming, Nights, Answering, Sitting, Gathering, Merging, Meeting, Caring):
    """All acts of all people, and the nights."""


def live(place: Place, *, lives: int, steps: int, kind: int = 0, shrink: bool = False) -> None:
    """So many lives of so many steps; raises where an invariant breaks.

    Lives of one kind are always the same ones; other numbers give others. To look for the
    shortest life that breaks takes minutes.
    """
    machine = seed(kind)(type("Life", (Life,), {"place": place}))
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=lives,
            stateful_step_count=steps,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.generate, Phase.shrink) if shrink else (Phase.generate,),
        ),
    )
