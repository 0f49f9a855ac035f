"""A first solution: today's seats, and for one participant after the other the best schedule.

It costs well under a second and is often within a percent of the best in the first tier. What the
rules forbid is left out row by row, so that the result satisfies every one of them.
"""

from collections.abc import Callable
from contextlib import suppress

import numpy as np

from solver.clock import OutOfTime
from solver.formulation import Formulation
from solver.ragged import IntArray
from solver.schedules import Unit, best_schedule, units_by_participant
from solver.search.board import Board


def first_solution(formulation: Formulation) -> IntArray:
    """Column values that satisfy every row; participants with the fewest options come first.

    Proposed groups stay closed and members stay where they are. Once the clock stops, the others
    get nothing.
    """
    board = Board(formulation)
    with suppress(OutOfTime):
        _fill(board, _placing_order(formulation), formulation.pause)
    return board.values


def opened_solution(formulation: Formulation) -> IntArray:
    """The same with proposed groups: at first as many as may be open beside each other, the most
    wanted first. As long as some of them stay below their minimum, the emptier half of these is
    closed, and everybody is placed anew. The result may be worse than `first_solution`.
    Raises `OutOfTime`.
    """
    opened, order = _openable(formulation), _placing_order(formulation)
    while True:
        board = Board(formulation, opened)
        _fill(board, order, formulation.pause)
        lacking = board.below_minimum()
        if not lacking:
            return board.values
        opened -= set(lacking[: (len(lacking) + 1) // 2])


def _placing_order(formulation: Formulation) -> list[tuple[int, list[Unit]]]:
    """Participants and their units, those with the fewest options first."""
    units = units_by_participant(formulation.columns)
    return sorted(units.items(), key=lambda found: _freedom(found[1]))


def _fill(board: Board, order: list[tuple[int, list[Unit]]], pause: Callable[[], None]) -> None:
    for person, units in order:
        pause()
        choices = [board.choice(person, unit) for unit in units]
        for option in best_schedule(choices).options:
            board.place(option)


def _freedom(units: list[Unit]) -> float:
    """Seats a request."""
    requests = [seats for unit in units for seats in unit.seats]
    return sum(map(len, requests)) / len(requests)


def _openable(formulation: Formulation) -> set[int]:
    """Proposed groups that may be open together, were each full enough."""
    columns, board = formulation.columns, Board(formulation)
    wanted = np.bincount(columns.group[columns.new], minlength=len(columns.tables.capacity))
    groups = sorted(columns.opening.tolist(), key=lambda group: -int(wanted[group]))
    return {group for group in groups if board.open(group)}
