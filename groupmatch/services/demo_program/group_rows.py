"""A row of `config/demo.toml` as a group."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from groupmatch.records import (
    Admission,
    Group,
    GroupKind,
    GroupStatus,
    Program,
    Therapist,
    Topic,
)
from groupmatch.services.groups import groups
from groupmatch.services.groups.groups import Limit, MeetingTime
from groupmatch.services.hours.availability_text import clock_text, parsed

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


def open_group(
    session: Session,
    program: Program,
    kind: GroupKind,
    row: dict[str, Any],
    leaders: list[Therapist],
    today: date,
) -> Group:
    """Create the group that a row describes, in the zone of the first leader."""
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
        hour = f"{_DAYS[first.weekday]} {clock_text(first.start_minute)}"
        return f"{kind.capitalize()} hour, {hour}, {leader.last_name}"
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
