"""The numbers of `config/sign_in.toml`, typed; the file says what each rests on."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from groupmatch.records import Account
from groupmatch.resources import shipped


@dataclass(frozen=True)
class Lasting:
    """How long a sign-in lasts."""

    idle: timedelta
    most: timedelta


@dataclass(frozen=True)
class Limit:
    """So many tries in vain within a time."""

    tries: int
    within: timedelta


@dataclass(frozen=True)
class Limits:
    """What one kind of try is held to: for one account, and for one network."""

    who: tuple[Limit, ...]
    network: tuple[Limit, ...]


@dataclass(frozen=True)
class SignInPolicy:
    """How long sign-ins last, how often somebody may try, what is written down of readers."""

    staff: Lasting
    participant: Lasting
    #: How long before the end the page says so.
    warning: timedelta
    #: By kind of try: "password", "code", "link", "emergency".
    limits: Mapping[str, Limits]
    emergency: timedelta
    #: After how long the same reader of the same record is written down again.
    viewed_again: timedelta

    def lasting(self, account: Account) -> Lasting:
        """How long a sign-in of an account lasts."""
        return self.participant if account.participant_id else self.staff

    @property
    def memory(self) -> timedelta:
        """How long a try counts for anything."""
        every = [limit for kind in self.limits.values() for limit in (*kind.who, *kind.network)]
        return max(limit.within for limit in every)


@cache
def sign_in_policy() -> SignInPolicy:
    """Read the shipped file, once."""
    numbers = tomllib.loads((shipped("config") / "sign_in.toml").read_text(encoding="utf-8"))
    return SignInPolicy(
        staff=_lasting(numbers["staff"]),
        participant=_lasting(numbers["participant"]),
        warning=timedelta(minutes=numbers["warning"]["minutes"]),
        limits={
            kind: Limits(_limits(table["who"]), _limits(table["network"]))
            for kind, table in numbers["limits"].items()
        },
        emergency=timedelta(minutes=numbers["emergency"]["minutes"]),
        viewed_again=timedelta(minutes=numbers["viewing"]["again_minutes"]),
    )


def _lasting(table: dict[str, int]) -> Lasting:
    return Lasting(
        timedelta(minutes=table["idle_minutes"]),
        timedelta(hours=table["most_hours"]),
    )


def _limits(rows: list[dict[str, Any]]) -> tuple[Limit, ...]:
    return tuple(Limit(row["tries"], timedelta(minutes=row["minutes"])) for row in rows)
