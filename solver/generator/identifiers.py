"""Ids whose alphabetical order says nothing about the order in which things were made."""

from random import Random


def identifiers(rng: Random, prefix: str, count: int) -> list[str]:
    """`count` different ids, such as `p3f0a2`."""
    return [f"{prefix}{number:06x}" for number in rng.sample(range(16**6), count)]
