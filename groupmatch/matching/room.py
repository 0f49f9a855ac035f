"""The room that open offers need beyond the seats that stand."""

from collections import Counter
from collections.abc import Iterable

from groupmatch.records import Offer


def reserved(moves: Iterable[Offer]) -> Counter[str]:
    """Group → the seats that bundles which execute as one need beyond those that they free.

    Offers that hold a seat of their own are not meant: that seat counts like any other.
    """
    needed: dict[str | None, Counter[str]] = {}
    for offer in moves:
        of_bundle = needed.setdefault(offer.bundle_id, Counter())
        of_bundle[offer.to_group_id] += 1
        if offer.from_seat is not None:
            of_bundle[offer.from_seat.group_id] -= 1
    # Adding counters keeps what is above zero only.
    return sum(needed.values(), Counter())
