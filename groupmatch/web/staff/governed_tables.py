"""The tables of administration: staff, topics, types of groups, levels, payers, compacts, looks."""

from collections.abc import Mapping

from groupmatch.records import (
    CompactRegion,
    EmergencyAccess,
    GroupType,
    LevelOfCare,
    PayerRule,
    Topic,
)
from groupmatch.services.accounts.staff_list import StaffRow
from groupmatch.web.filters import at
from groupmatch.web.tables import Column, Table, nobody
from groupmatch.web.words import word

STAFF: Table[StaffRow] = Table(
    "staff",
    "Staff and their roles",
    (
        Column("name", "Name", lambda row: row.name),
        Column("email", "Email", lambda row: row.account.email),
        Column("roles", "Roles", lambda row: ", ".join(each.role.value for each in row.roles)),
        Column(
            "account", "Account", lambda row: "Signed up" if row.account.password else "Invited"
        ),
    ),
    nobody,
)
TOPICS: Table[Topic] = Table(
    "topics",
    "Topics",
    (
        Column("name", "Name", lambda row: row.name),
        Column("code", "Code", lambda row: row.code),
        Column("part2", "Part 2", lambda row: "Yes" if row.part2 else "No"),
        Column("clinician", "Clinician", lambda row: confirmed(row.clinician_confirmed)),
        Column("source", "Source", lambda row: row.source),
    ),
    nobody,
)
GROUP_TYPES: Table[GroupType] = Table(
    "group-types",
    "Types of groups",
    (
        Column("name", "Name", lambda row: row.name),
        Column(
            "size",
            "Size",
            lambda row: f"{row.min_size} to {row.max_size}",
            lambda row: row.max_size,
            number=True,
        ),
        Column("leaders", "Leaders", lambda row: row.leaders, number=True),
        Column("session", "Session", lambda row: row.session_minutes, number=True),
        Column("newcomers", "Newcomers", lambda row: word("admission", row.admission)),
        Column("clinician", "Clinician", lambda row: confirmed(row.clinician_confirmed)),
        Column("source", "Source", lambda row: row.source),
    ),
    nobody,
)
LEVELS: Table[LevelOfCare] = Table(
    "levels",
    "Levels of care",
    (
        Column("name", "Name", lambda row: row.name),
        Column("fewest", "Fewest minutes a week", lambda row: row.min_minutes, number=True),
        Column("most", "Most", lambda row: row.max_minutes, number=True),
        Column("days", "Fewest days", lambda row: row.min_days, number=True),
        Column("day", "Most minutes a day", lambda row: row.max_minutes_per_day, number=True),
        Column("clinician", "Clinician", lambda row: confirmed(row.clinician_confirmed)),
        Column("source", "Source", lambda row: row.source),
    ),
    nobody,
)


def rules_table(code: str, name: str, levels: Mapping[str, str]) -> Table[PayerRule]:
    """What one payer allows."""
    return Table(
        f"rules-{code}",
        f"Rules of {name}",
        (
            Column("level", "Level of care", lambda rule: level_name(rule, levels)),
            Column(
                "virtual",
                "Virtual",
                lambda rule: "Covered" if rule.covers_virtual else "Not covered",
            ),
            Column("cap", "Group cap", lambda rule: rule.group_cap, number=True),
            Column("holds", "Holds", lambda rule: holds(rule), lambda rule: rule.valid_from),
            Column("source", "Source", lambda rule: rule.source),
        ),
        nobody,
    )


def compacts_table(regions: Mapping[str, str]) -> Table[CompactRegion]:
    """Where each compact is in operation."""
    return Table(
        "compacts",
        "Regions by compact",
        (
            Column("compact", "Compact", lambda row: row.compact),
            Column("region", "Region", lambda row: regions.get(row.region, row.region)),
            Column("holds", "Holds", lambda row: holds(row), lambda row: row.valid_from),
            Column("source", "Source", lambda row: row.source),
        ),
        nobody,
    )


def looks_table(zone: str) -> Table[EmergencyAccess]:
    """Emergency access to people of a program; instants on the clock of an IANA zone."""
    return Table(
        "emergency-access",
        "Looks at people of this program from outside",
        (
            Column("whom", "Whom", lambda row: row.participant.full_name),
            Column("who", "Who looked", lambda row: row.account.name or row.account.email),
            Column("when", "When", lambda row: at(row.opened_at, zone), lambda row: row.opened_at),
            Column("why", "Why", lambda row: row.reason),
            Column(
                "reviewed",
                "Looked into",
                lambda row: at(row.reviewed_at, zone) if row.reviewed_at else None,
                lambda row: row.reviewed_at,
            ),
        ),
        lambda row: (row.participant_id,),
        main=True,
    )


def confirmed(clinician: bool) -> str:
    """Whether a clinician has confirmed a row."""
    return "Confirmed" if clinician else "Not confirmed"


def level_name(rule: PayerRule, levels: Mapping[str, str]) -> str:
    """For which level of care a rule holds."""
    return levels[rule.level_code] if rule.level_code else "Every level"


def holds(row: PayerRule | CompactRegion) -> str:
    """From when until when a row holds."""
    return f"{row.valid_from.isoformat()} to {row.valid_to.isoformat() if row.valid_to else ''}"
