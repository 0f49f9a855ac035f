"""Sets of groups as bits, 64 groups a word: one operation tells a word's groups in from out.

The groups of a topic stand side by side in words of their own, so that a request looks only at
the words of its topics.
"""

from collections.abc import Sequence
from itertools import chain

import numpy as np
import numpy.typing as npt

from solver.ragged import BoolArray, IntArray, integers, ranges
from solver.tables import NOWHERE

Words = npt.NDArray[np.uint64]

WORD = 64


class GroupSets:
    """Words for the groups of each topic, in order; a group of no topic is in no set."""

    def __init__(self, groups_of: Sequence[Sequence[int]]) -> None:
        sizes = integers(map(len, groups_of))
        self.counts = -(-sizes // WORD)
        self._first = np.cumsum(self.counts) - self.counts
        topic, rank = ranges(np.zeros_like(sizes), sizes)
        self._group = np.full(int(self.counts.sum()) * WORD, NOWHERE)
        self._group[self._first[topic] * WORD + rank] = integers(chain.from_iterable(groups_of))
        self.all = _packed(self._group[np.newaxis] != NOWHERE)[0]

    def packed(self, member: BoolArray) -> Words:
        """A set from each row, which tells for every group whether it is in."""
        inside: Words = _packed(member[:, self._group]) & self.all
        return inside

    def words(self, topic: IntArray) -> tuple[IntArray, IntArray]:
        """The words of each topic: its position, and the word."""
        return ranges(self._first[topic], self.counts[topic])

    def members(self, word: IntArray, bits: Words) -> tuple[IntArray, IntArray]:
        """The groups that each word's bits say are in: the position of the word, and the group."""
        inside = np.unpackbits(bits.view(np.uint8), bitorder="little").view(np.bool_)
        place, bit = np.divmod(np.flatnonzero(inside), WORD)
        return place, self._group[word[place] * WORD + bit]


def _packed(inside: BoolArray) -> Words:
    octets = np.packbits(inside, axis=1, bitorder="little")
    return np.ascontiguousarray(octets).view(np.uint64)
