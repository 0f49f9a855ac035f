"""Hashes passwords as the sign-in page checks them: argon2id, over the normalized text."""

import unicodedata

from argon2 import PasswordHasher

from groupmatch.errors import Refused

#: What one guess costs: passes, KiB of memory, lanes (RFC 9106, second recommended option).
COST: dict[str, int] = {"time_cost": 3, "memory_cost": 64 * 1024, "parallelism": 4}

#: Fewest characters; NIST SP 800-63B asks for length, and for nothing else.
MIN_LENGTH = 12


def hashed(password: str) -> str:
    """The hash to store. Raises Refused `password_short`."""
    if len(password) < MIN_LENGTH:
        raise Refused("password_short", least=MIN_LENGTH)
    hasher = PasswordHasher(COST["time_cost"], COST["memory_cost"], COST["parallelism"])
    return hasher.hash(unicodedata.normalize("NFKD", password))
