"""The tables of one run: what was sought, who got no seat, and who was held back."""

from typing import Any

from groupmatch.language import gettext, later
from groupmatch.records import Unplaced
from groupmatch.services.findings.why_not import WhyNot
from groupmatch.services.runs.run_pages import Tier
from groupmatch.web.tables import Column, Table, nobody
from groupmatch.web.words import word


def goal_column() -> Column[Any]:
    """The goal of the match that a row is about, in words."""
    return Column(
        "goal",
        later("Goal"),
        lambda row: word("goal", row.name, of="staff/runs/_words.html"),
        orders=False,
    )


GOALS: Table[Tier] = Table(
    "goals",
    later("What was sought, in this order"),
    (
        goal_column(),
        Column("found", later("Found"), lambda tier: tier.value, number=True, orders=False),
        Column("bound", later("At best"), lambda tier: tier.bound, number=True, orders=False),
        Column("proof", later("Proof"), lambda tier: proof(tier.proved), orders=False),
    ),
    nobody,
    searched=False,
)
#: A query orders and pages it: the longest wait first.
UNPLACED: Table[WhyNot] = Table(
    "unplaced",
    later("People left without a seat, the longest wait first"),
    (
        Column("who", later("Who"), lambda why: why.unplaced.participant.full_name, orders=False),
        Column(
            "waits", later("Waits"), lambda why: why.unplaced.request.waiting_since, orders=False
        ),
        Column(
            "why",
            later("Why"),
            lambda why: word("summary", why, of="staff/_reasons.html"),
            orders=False,
        ),
    ),
    lambda why: (why.unplaced.participant_id,),
    searched=False,
    size=50,
)
#: The same for those whom no match looked at.
HELD_BACK: Table[Unplaced] = Table(
    "held-back",
    later("People left out of the match, the longest wait first"),
    (
        Column("who", later("Who"), lambda left: left.participant.full_name, orders=False),
        Column("waits", later("Waits"), lambda left: left.request.waiting_since, orders=False),
        Column("needs", later("Needs"), lambda left: _needs(left), orders=False),
    ),
    lambda left: (left.participant_id,),
    searched=False,
    size=50,
)


def proof(proved: bool) -> str:
    """Whether nothing better exists."""
    return gettext("Proved") if proved else gettext("Open")


def _needs(left: Unplaced) -> str:
    return gettext(" and ").join(word("gate_missing", code) for code in left.gates)
