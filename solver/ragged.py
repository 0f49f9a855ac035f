"""Bulk steps over lists of unequal length, without a Python object per entry."""

from collections.abc import Iterable, Sequence
from itertools import chain

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


def integers(values: Iterable[int]) -> IntArray:
    return np.fromiter(values, dtype=np.int64)


def ranges(first: IntArray, counts: IntArray) -> tuple[IntArray, IntArray]:
    """The numbers `first`, `first + 1`, … of each range: its position, and the number."""
    owner = np.repeat(np.arange(len(counts)), counts)
    before = np.cumsum(counts) - counts
    return owner, np.arange(len(owner)) + (first - before)[owner]


class Ragged:
    """Lists of integers, one a key 0, 1, 2, …, stored end to end."""

    def __init__(self, lists: Sequence[Sequence[int]]) -> None:
        self.counts = integers(map(len, lists))
        self.starts = np.cumsum(self.counts) - self.counts
        self.values = integers(chain.from_iterable(lists))

    @classmethod
    def grouped(cls, keys: IntArray, values: IntArray, count: int) -> "Ragged":
        """The values of each key 0, 1, …, count − 1, in the order given."""
        lists = cls(())
        lists.counts = np.bincount(keys, minlength=count)
        lists.starts = np.cumsum(lists.counts) - lists.counts
        lists.values = values[np.argsort(keys, kind="stable")]
        return lists

    def spread(self, keys: IntArray) -> tuple[IntArray, IntArray]:
        """For each value of each key's list: the position in `keys`, and the value."""
        owner, place = ranges(self.starts[keys], self.counts[keys])
        return owner, self.values[place]
