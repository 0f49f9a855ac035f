"""Groups as a table, each with its meetings, leaders, limits and entry dates."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from groupmatch.records import (
    Admission,
    Group,
    GroupKind,
    GroupStatus,
    GroupType,
    LevelOfCare,
    Program,
    Topic,
)
from groupmatch.services.groups import group_parts, groups
from groupmatch.services.spreadsheets import references
from groupmatch.services.spreadsheets.cells import Choice, Day, Reference, Text, Whole, Zone
from groupmatch.services.spreadsheets.list_cells import AttributeValues, Limits, ListOf, Meetings
from groupmatch.services.spreadsheets.table import Column, Table, Values

_FIELDS = {
    "id": "external_id",
    "name": "name",
    "topic": "topic_code",
    "kind": "kind",
    "type": "type_code",
    "level_of_care": "level_code",
    "timezone": "timezone",
    "min_size": "min_size",
    "max_size": "max_size",
    "held_seats": "held_seats",
    "admission": "admission",
    "status": "status",
    "starts_on": "starts_on",
    "ends_on": "ends_on",
    "alternatives": "alternative_key",
    "open_cost": "open_cost",
    "requires": "requires",
    "attributes": "attributes",
}
_PARTS = {
    "meetings": "meetings",
    "leaders": "leaders",
    "limits": "limits",
    "entry_dates": "entries",
}
_NAMES = {**_FIELDS, **_PARTS}


class Groups(Table):
    """The groups that have not ended."""

    def __init__(self, session: Session, program: Program) -> None:
        self.session, self._program = session, program
        found = session.scalars(
            select(Group)
            .where(Group.program_id == program.id)
            .options(
                selectinload(Group.meetings),
                selectinload(Group.leaders),
                selectinload(Group.limits),
                selectinload(Group.entries),
            )
        ).all()
        lasting = [group for group in found if group.status != GroupStatus.ENDED]
        self._records = {_key(group): group for group in lasting}
        self.stored = {key: _values(key, group) for key, group in self._records.items()}
        self.over = {
            _key(group): "this group has ended here; take the row out, or give a new id"
            for group in found
            if group.status == GroupStatus.ENDED
        }
        self.columns = _columns(session, references.therapists(session, program))

    def tells_of(self, key: str) -> Collection[str]:
        """Nobody: members stand in the table of seats."""
        return ()

    def add(self, values: Values) -> None:
        """Create a group."""
        fields = {name: values[column] for column, name in _NAMES.items()}
        groups.create_group(self.session, self._program, by=None, **fields)

    def change(self, key: str, values: Values, columns: Collection[str]) -> None:
        """Change fields and parts; the members keep their seats."""
        edits = {_NAMES[column]: values[column] for column in columns}
        groups.edit_group(self.session, self._records[key], by=None, **edits)


def _columns(session: Session, therapists: Reference) -> list[Column]:
    topics = {topic.code: topic.name for topic in session.scalars(select(Topic))}
    types = {kind.code: kind.name for kind in session.scalars(select(GroupType))}
    levels = {level.code: level.name for level in session.scalars(select(LevelOfCare))}
    # An ended group is history; groups end in the application, with what becomes of the members.
    statuses = {each.value: each.value for each in GroupStatus if each != GroupStatus.ENDED}
    return [
        Column("id", Text(), "Its id in your own system", required=True, key=True),
        Column("name", Text(), "As staff know it", required=True),
        Column("topic", Choice("a topic", topics), "A code or name of a topic", required=True),
        Column(
            "kind",
            Choice("a kind of group", _codes(GroupKind)),
            "group, individual, couples, family or education",
            empty=GroupKind.GROUP,
        ),
        Column("type", Choice("a type of group", types), "A code or name of a type of group"),
        Column("level_of_care", Choice("a level of care", levels), "Of its members", required=True),
        Column("timezone", Zone(), "In which its hour is told", required=True),
        Column("meetings", Meetings(), "As Mon 18:00-19:00", required=True),
        Column("leaders", ListOf(therapists), "Ids of therapists; the first leads", required=True),
        Column("min_size", Whole(), "Fewest members", required=True),
        Column("max_size", Whole(), "Most members", required=True),
        Column("held_seats", Whole(), "Seats kept free", empty=0),
        Column(
            "admission",
            Choice("a way to join", _codes(Admission)),
            "rolling, gated (on entry dates) or closed",
            empty=Admission.ROLLING,
        ),
        Column(
            "status",
            Choice("a status", statuses),
            "proposed, running or ending",
            empty=GroupStatus.RUNNING,
        ),
        Column("starts_on", Day(), "First date, where it has not begun"),
        Column("ends_on", Day(), "Last date, where it will end"),
        Column(
            "entry_dates",
            ListOf(Day(), ordered=False),
            "When a gated group takes newcomers",
            empty=[],
        ),
        Column(
            "alternatives",
            Text(),
            "The same word for proposed groups of which at most one opens",
        ),
        Column("open_cost", Whole(most=10**6), "What opening it costs, beside 1", empty=0),
        Column(
            "requires",
            AttributeValues(),
            "What members must share, as age_band=adolescent; language=es",
            empty={},
        ),
        Column(
            "attributes", AttributeValues(), "What requests may ask for, as modality=CBT", empty={}
        ),
        Column("limits", Limits(), "As primary_condition=bpd max 2", empty=[]),
    ]


def _codes(kinds: type[GroupKind] | type[Admission]) -> Mapping[str, str]:
    return {each.value: each.value for each in kinds}


def _key(group: Group) -> str:
    return group.external_id or group.id


def _values(key: str, group: Group) -> dict[str, Any]:
    parts = group_parts.parts_of(group)
    return {
        **{column: getattr(group, field) for column, field in _FIELDS.items()},
        **{column: list(getattr(parts, part)) for column, part in _PARTS.items()},
        "id": key,
    }
