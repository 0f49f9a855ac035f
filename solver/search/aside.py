"""Work beside the engines: they need no interpreter, so Python can do something else meanwhile."""

import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

#: More calls side by side than this two cores would not carry.
AT_ONCE = 2

Result = TypeVar("Result")


class Aside(Generic[Result]):
    """A call in a thread of its own, under way at once or from `start` on.

    Raises `MemoryError` if there is not enough for the thread.
    """

    def __init__(self, work: Callable[[], Result], *, at_once: bool = True) -> None:
        self._found: list[Result] = []
        self._error: BaseException | None = None

        def run() -> None:
            try:
                self._found.append(work())
            except BaseException as error:
                # It belongs to whoever asks for the result.
                self._error = error

        self._thread = threading.Thread(target=run, daemon=True)
        if at_once:
            self.start()

    def start(self) -> None:
        """Begin, unless it has begun."""
        if self._thread.ident is not None:
            return
        try:
            self._thread.start()
        except RuntimeError as error:
            # Python does not say it, but a thread that cannot start lacks memory for its stack.
            raise MemoryError(str(error)) from error

    @property
    def result(self) -> Result:
        """What the call returned, once it has ended; or raises what it raised."""
        self.start()
        self._thread.join()
        if self._error is not None:
            raise self._error
        return self._found[0]


def side_by_side(calls: Sequence[Callable[[], Result]]) -> list[Result]:
    """What all the calls return; the first one runs in this thread."""
    others = [Aside(call) for call in calls[1:]]
    return [call() for call in calls[:1]] + [other.result for other in others]
