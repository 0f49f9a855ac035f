"""What a running solve tells about itself."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """A moment of a solve: what the best solution has in a tier, and the bound that none beats."""

    stage: str
    tier: str
    value: int
    bound: int
    elapsed: float
