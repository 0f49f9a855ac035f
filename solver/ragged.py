"""Bulk steps over lists of unequal length, without a Python object per entry."""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


def integers(values: Iterable[int]) -> IntArray:
    return np.fromiter(values, dtype=np.int64)


class Ragged:
    """Lists of integers, one a key 0, 1, 2, …, stored end to end."""

    def __init__(self, lists: Sequence[Sequence[int]]) -> None:
        self.counts = integers(map(len, lists))
        self.starts = np.cumsum(self.counts) - self.counts
        self.values = integers(value for items in lists for value in items)

    def spread(self, keys: IntArray) -> tuple[IntArray, IntArray]:
        """For each value of each key's list: the position in `keys`, and the value."""
        counts = self.counts[keys]
        owner = np.repeat(np.arange(len(keys)), counts)
        first = np.cumsum(counts) - counts
        within = np.arange(len(owner)) - first[owner]
        return owner, self.values[self.starts[keys][owner] + within]


def lookup(keys: IntArray, values: IntArray, wanted: IntArray) -> IntArray:
    """The value of each wanted key (keys are unique), 0 where it has none."""
    if not len(keys):
        return np.zeros(len(wanted), dtype=np.int64)
    order = np.argsort(keys)
    place = np.minimum(np.searchsorted(keys[order], wanted), len(keys) - 1)
    found = order[place]
    return np.where(keys[found] == wanted, values[found], 0)
