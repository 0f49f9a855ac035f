"""What groupmatch refuses to do, and how it says so.

    Refused                a person asked for something that must not happen; nothing was changed
    ├── NotFound           it does not exist, or is not theirs: both answer alike
    ├── NotAllowed         their role does not include this
    ├── TooManyTries       somebody tried too often, and waits before the next try
    └── Conflict           the facts changed meanwhile, or a rule stands in the way
    BadSettings            the settings of this installation, all problems at once

A refusal carries a code and facts, never a sentence: sentences live in `templates/_refusals.html`,
where they can be reviewed and translated.
"""

from collections.abc import Mapping


class Refused(Exception):
    """A request that must not be carried out. Raising it rolls the transaction back."""

    status = 422

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts: Mapping[str, object] = facts


class NotFound(Refused):
    """The thing does not exist, or is not this person's; both look the same from outside."""

    status = 404

    def __init__(self, code: str = "not_found", **facts: object) -> None:
        super().__init__(code, **facts)


class NotAllowed(Refused):
    """The person's role does not include this act."""

    status = 403


class TooManyTries(Refused):
    """Tried too often; `minutes` says how long to wait."""

    status = 429

    def __init__(self, minutes: int) -> None:
        super().__init__("too_many_tries", minutes=minutes)


class Conflict(Refused):
    """The facts changed since the person looked, or a rule stands in the way."""

    status = 409


class BadSettings(Exception):
    """Settings that cannot be used: one sentence a problem, all of them at once."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems
