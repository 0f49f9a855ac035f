"""The tables of what the solver found: single changes, the price of moves, a what-if."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from groupmatch.database import Json
from groupmatch.language import gettext, later
from groupmatch.records import Participant
from groupmatch.services.findings.finding_pages import Names
from groupmatch.services.runs.run_pages import TIERS
from groupmatch.web.staff.run_tables import goal_column, proof
from groupmatch.web.tables import Column, Table, nobody
from groupmatch.web.words import word


@dataclass(frozen=True)
class Goal:
    """What a what-if does to one goal of the match."""

    name: str
    before: int
    after: int


def goals(answer: Json) -> list[Goal]:
    """The goals of the match before and after some changes, in their order; none without both."""
    if "before" not in answer:
        return []
    return [Goal(name, answer["before"][name], answer["after"][name]) for name in TIERS]


GOALS: Table[Goal] = Table(
    "goals",
    later("The goals of the match, before and after"),
    (
        goal_column(),
        Column("before", later("Before"), lambda goal: goal.before, number=True, orders=False),
        Column("after", later("After"), lambda goal: goal.after, number=True, orders=False),
    ),
    nobody,
    searched=False,
)


def changes_table(names: Names, zone: str, on: date) -> Table[Json]:
    """Single changes, the one that places the most first."""
    return Table(
        "changes",
        gettext("Single changes, the one that places the most first"),
        (
            Column(
                "change", gettext("Change"), lambda each: _change(each["change"], names, zone, on)
            ),
            Column(
                "places",
                gettext("Places"),
                lambda each: len(names.owners_of(each["places"])),
                number=True,
            ),
            Column("who", gettext("Who gets a seat"), lambda each: _named(names, each["places"])),
            Column("worth", gettext("Worth"), lambda each: each["gain"], number=True),
        ),
        lambda each: _ids(names.owners_of(each["places"]), names.person(each["change"])),
    )


def moves_table(names: Names) -> Table[Json]:
    """What each number of moves brings."""
    return Table(
        "moves",
        gettext("What each move brings"),
        (
            Column("moves", gettext("If so many move"), lambda point: point["moves"]),
            Column("more", gettext("Placed more"), placed_more, number=True),
            Column("who", gettext("Who would move"), lambda point: _named(names, _moving(point))),
            Column(
                "seats", gettext("Who would get a seat"), lambda point: _named(names, point["more"])
            ),
            Column("proof", gettext("Proof"), lambda point: proof(point["proved"])),
        ),
        lambda point: _ids(names.owners_of([*_moving(point), *point["more"]])),
        searched=False,
    )


def placed_more(point: Json) -> int:
    """How many more have a seat than with no move."""
    return len(point["more"]) - len(point["fewer"])


def _change(change: Json, names: Names, zone: str, on: date) -> str:
    return word("change_words", change, names, zone, on, of="staff/findings/_changes.html")


def _moving(point: Json) -> list[str]:
    return [each["request"] for each in point["moved"]]


def _named(names: Names, requests: Sequence[str]) -> str:
    return ", ".join(owner.full_name for owner in names.owners_of(requests))


def _ids(people: Sequence[Participant], other: Participant | None = None) -> set[str]:
    return {person.id for person in (*people, other) if person}
