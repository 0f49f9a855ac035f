"""The life of seats as a state machine: whatever people and nights do, in any order, all holds."""

from collections.abc import Callable

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from groupmatch.database import Database
from tests.life.coming import Coming
from tests.life.gathering import Gathering
from tests.life.nights import Nights
from tests.life.sitting import Sitting
from tests.life.town import Town


class Life(Coming, Nights, Sitting, Gathering):
    """All acts of all people, and the nights."""


def live(
    open_town: Callable[[], tuple[Database, Town]],
    close_database: Callable[[Database], None],
    *,
    runs: int,
    steps: int,
) -> None:
    """So many lives of so many steps, always the same ones; raises where an invariant breaks."""
    doors = {
        "open_town": staticmethod(open_town),
        "close_database": staticmethod(close_database),
    }
    run_state_machine_as_test(
        type("Life", (Life,), doors),
        settings=settings(
            max_examples=runs,
            stateful_step_count=steps,
            derandomize=True,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.generate, Phase.shrink),
        ),
    )
