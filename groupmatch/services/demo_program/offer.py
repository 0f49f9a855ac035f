"""What the demo program offers: therapists with their licenses, and groups of every kind."""

import tomllib
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch.matching.licensure import compacts_by_name, licensed_regions
from groupmatch.records import CompactRegion, Group, GroupKind, Program, Therapist
from groupmatch.resources import shipped
from groupmatch.services.demo_program.group_rows import open_group
from groupmatch.services.therapists import therapists

_LICENSED_SINCE = date(2019, 7, 1)


@dataclass
class Offer:
    """The demo's groups by kind of use, and what is to be known of them."""

    therapists: dict[str, Therapist] = field(default_factory=dict)
    weekly: list[Group] = field(default_factory=list)
    tracks: list[Group] = field(default_factory=list)
    proposed: list[Group] = field(default_factory=list)
    individual: list[Group] = field(default_factory=list)
    family: list[Group] = field(default_factory=list)
    #: Group → seats that stay open, regions where its leaders may treat people.
    free: dict[str, int] = field(default_factory=dict)
    regions: dict[str, frozenset[str]] = field(default_factory=dict)
    #: Group → days until its last date.
    ending: dict[Group, int] = field(default_factory=dict)

    def therapist(self, name: str) -> Therapist:
        """The therapist of a full name."""
        return next(each for each in self.therapists.values() if each.full_name == name)

    def group(self, topic: str, last_name: str, weekday: int) -> Group:
        """The weekly group that a therapist leads about a topic on a weekday."""
        leader = self.therapists[last_name].id
        return next(
            group
            for group in (*self.weekly, *self.proposed)
            if group.topic_code == topic
            and group.leaders[0].therapist_id == leader
            and group.meetings[0].weekday == weekday
        )


def catalog() -> dict[str, Any]:
    """The facts of `config/demo.toml`."""
    return tomllib.loads((shipped("config") / "demo.toml").read_text(encoding="utf-8"))


def open_groups(session: Session, program: Program, today: date) -> Offer:
    """Add the therapists and open all groups."""
    facts, offer = catalog(), Offer()
    for last_name, each in facts["therapists"].items():
        offer.therapists[last_name] = _therapist(session, program, last_name, each, today)
    compacts = compacts_by_name(session.scalars(select(CompactRegion)))
    for use, kind, rows in (
        (offer.weekly, GroupKind.GROUP, facts["groups"]["running"]),
        (offer.tracks, GroupKind.GROUP, facts["groups"]["tracks"]),
        (offer.proposed, GroupKind.GROUP, facts["groups"]["proposed"]),
        (offer.individual, GroupKind.INDIVIDUAL, facts["groups"]["individual"]),
        (offer.family, GroupKind.FAMILY, facts["groups"]["family"]),
    ):
        for row in rows:
            leaders = [offer.therapists[name] for name in row["leaders"]]
            group = open_group(session, program, kind, row, leaders, today)
            use.append(group)
            offer.free[group.id] = row.get("free", group.max_size)
            first, last = today + timedelta(days=1), today + timedelta(weeks=program.horizon_weeks)
            offer.regions[group.id] = licensed_regions(leaders, compacts, first, last)
            if "ends" in row:
                offer.ending[group] = row["ends"]
    session.flush()
    return offer


def _therapist(
    session: Session, program: Program, last_name: str, row: dict[str, Any], today: date
) -> Therapist:
    made = therapists.add_therapist(
        session,
        program,
        first_name=row["first"],
        last_name=last_name,
        email=f"{last_name.lower()}@lakeside.example.org",
        timezone=row["zone"],
        max_minutes=1500,
        attributes={
            "gender": [row["gender"]],
            "modality": row["modality"],
            "language": ["en", *row.get("language", [])],
        },
        by=None,
    )
    for part in row["licenses"].split("; "):
        name, _, days = part.partition(" until +")
        therapists.add_license(
            session,
            made,
            region=name if len(name) == 2 else None,
            compact=None if len(name) == 2 else name.lower(),
            valid_from=_LICENSED_SINCE,
            valid_to=today + timedelta(days=int(days)) if days else None,
            by=None,
        )
    return made
