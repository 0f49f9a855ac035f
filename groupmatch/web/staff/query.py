"""Reads what a list is filtered and ordered by from its address."""

import enum
from typing import TypeVar

from flask import request

Code = TypeVar("Code", bound=enum.StrEnum)
Default = TypeVar("Default")


def choice(name: str, codes: type[Code], default: Default) -> Code | Default:
    """One of some codes; whatever else stands there counts as the default."""
    try:
        return codes(request.args.get(name, ""))
    except ValueError:
        return default


def number(name: str) -> int:
    """A whole number from 1 on; 1 where none stands there."""
    return max(1, request.args.get(name, 1, type=int))


def flag(name: str) -> bool:
    """Whether a filter is on."""
    return request.args.get(name) == "yes"
