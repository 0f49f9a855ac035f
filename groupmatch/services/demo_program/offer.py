"""What the demo program offers: therapists with their licenses, and groups of every kind."""

import tomllib
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch.matching.licensure import licensed_regions
from groupmatch.records import (
    Admission,
    CompactRegion,
    Group,
    GroupKind,
    GroupStatus,
    Program,
    Therapist,
    Topic,
)
from groupmatch.resources import shipped
from groupmatch.services import groups, therapists
from groupmatch.services.availability_text import parsed
from groupmatch.services.groups import Limit, MeetingTime

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_TYPES = {
    "borderline-personality": "dbt-skills",
    "dbt-skills": "dbt-skills",
    "trauma-ptsd": "cpt",
    "substance-use": "substance-use",
    "grief-loss": "support",
    "parenting": "psychoeducation",
    "bipolar": "psychoeducation",
    "supporting-a-loved-one-with-bpd": "psychoeducation",
    "relationship-issues": "process",
    "divorce": "process",
    "narcissistic-abuse": "process",
    "self-compassion": "process",
}
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
    compacts = session.scalars(select(CompactRegion)).all()
    for use, kind, rows in (
        (offer.weekly, GroupKind.GROUP, facts["groups"]["running"]),
        (offer.tracks, GroupKind.GROUP, facts["groups"]["tracks"]),
        (offer.proposed, GroupKind.GROUP, facts["groups"]["proposed"]),
        (offer.individual, GroupKind.INDIVIDUAL, facts["groups"]["individual"]),
        (offer.family, GroupKind.FAMILY, facts["groups"]["family"]),
    ):
        for row in rows:
            leaders = [offer.therapists[name] for name in row["leaders"]]
            group = _group(session, program, kind, row, leaders, today)
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


def _group(
    session: Session,
    program: Program,
    kind: GroupKind,
    row: dict[str, Any],
    leaders: list[Therapist],
    today: date,
) -> Group:
    spans, _ = parsed(row["at"])
    meetings = [
        MeetingTime(span.weekday, span.start_minute, span.end_minute - span.start_minute)
        for span in spans
    ]
    teens, choice = row.get("teens", False), row.get("choice")
    intensive = kind != GroupKind.GROUP or len(meetings) > 1
    topic = row.get("topic", "cbt" if kind == GroupKind.INDIVIDUAL else "relationship-issues")
    smallest, largest = row.get("size", (1, 1) if kind == GroupKind.INDIVIDUAL else (1, 4))
    return groups.create_group(
        session,
        program,
        name=_name(session, kind, topic, meetings, leaders[0]),
        topic_code=topic,
        kind=GroupKind(row.get("kind", kind)),
        type_code=_type(kind, topic, intensive),
        level_code=_level(intensive, teens),
        timezone=leaders[0].timezone,
        min_size=smallest,
        max_size=largest,
        admission=_admission(row),
        status=GroupStatus.PROPOSED if choice else GroupStatus.RUNNING,
        alternative_key=choice,
        open_cost=1 if choice else 0,
        requires={**row.get("requires", {}), **({"age_band": ["adolescent"]} if teens else {})},
        attributes={"modality": leaders[0].attributes["modality"]},
        meetings=meetings,
        leaders=[leader.id for leader in leaders],
        limits=[Limit(name, value, most) for name, (value, most) in row.get("limits", {}).items()],
        entries=_entry_dates(meetings, today) if row.get("gated") else [],
        by=None,
    )


def _name(
    session: Session, kind: GroupKind, topic: str, meetings: list[MeetingTime], leader: Therapist
) -> str:
    first = meetings[0]
    part = "morning" if first.start_minute < 12 * 60 else "afternoon"
    part = "evening" if first.start_minute >= 16 * 60 else part
    about = session.get_one(Topic, topic).name
    if kind in (GroupKind.INDIVIDUAL, GroupKind.FAMILY):
        clock = f"{first.start_minute // 60:02}:{first.start_minute % 60:02}"
        return f"{kind.capitalize()} hour, {_DAYS[first.weekday]} {clock}, {leader.last_name}"
    if len(meetings) > 1:
        days = " ".join(_DAYS[meeting.weekday][:3] for meeting in meetings)
        return f"{about} intensive, {days} {part}, {leader.last_name}"
    return f"{about}, {_DAYS[first.weekday]} {part}, {leader.last_name}"


def _type(kind: GroupKind, topic: str, intensive: bool) -> str:
    if kind != GroupKind.GROUP:
        return kind.value
    return "iop-track" if intensive else _TYPES.get(topic, "skills")


def _level(intensive: bool, teens: bool) -> str:
    if intensive:
        return "iop-adult"
    return "outpatient-adolescent" if teens else "outpatient"


def _admission(row: dict[str, Any]) -> Admission:
    if row.get("gated"):
        return Admission.GATED
    return Admission.CLOSED if row.get("closed") else Admission.ROLLING


def _entry_dates(meetings: list[MeetingTime], today: date) -> list[date]:
    """A module begins every fourth week: the next one in two weeks."""
    ahead = (meetings[0].weekday - today.weekday()) % 7 + 14
    return [today + timedelta(days=ahead + 28 * module) for module in range(6)]
