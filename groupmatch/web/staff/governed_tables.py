"""The tables of administration: staff, topics, types of groups, levels, payers, compacts, looks."""

from collections.abc import Mapping

from groupmatch.language import gettext, later
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
    later("Staff and their roles"),
    (
        Column("name", later("Name"), lambda row: row.name),
        Column("email", later("Email"), lambda row: row.account.email),
        Column(
            "roles", later("Roles"), lambda row: ", ".join(each.role.value for each in row.roles)
        ),
        Column(
            "account",
            later("Account"),
            lambda row: gettext("Signed up") if row.account.password else gettext("Invited"),
        ),
    ),
    nobody,
)
TOPICS: Table[Topic] = Table(
    "topics",
    later("Topics"),
    (
        Column("name", later("Name"), lambda row: row.name),
        Column("code", later("Code"), lambda row: row.code),
        Column(
            "part2", later("Part 2"), lambda row: gettext("Yes") if row.part2 else gettext("No")
        ),
        Column("clinician", later("Clinician"), lambda row: confirmed(row.clinician_confirmed)),
        Column("source", later("Source"), lambda row: row.source),
    ),
    nobody,
)
GROUP_TYPES: Table[GroupType] = Table(
    "group-types",
    later("Types of groups"),
    (
        Column("name", later("Name"), lambda row: row.name),
        Column(
            "size",
            later("Size"),
            lambda row: (
                gettext("%(min_size)s to %(max_size)s")
                % {"min_size": row.min_size, "max_size": row.max_size}
            ),
            lambda row: row.max_size,
            number=True,
        ),
        Column("leaders", later("Leaders"), lambda row: row.leaders, number=True),
        Column("session", later("Session"), lambda row: row.session_minutes, number=True),
        Column("newcomers", later("Newcomers"), lambda row: word("admission", row.admission)),
        Column("clinician", later("Clinician"), lambda row: confirmed(row.clinician_confirmed)),
        Column("source", later("Source"), lambda row: row.source),
    ),
    nobody,
)
LEVELS: Table[LevelOfCare] = Table(
    "levels",
    later("Levels of care"),
    (
        Column("name", later("Name"), lambda row: row.name),
        Column("fewest", later("Fewest minutes a week"), lambda row: row.min_minutes, number=True),
        Column("most", later("Most"), lambda row: row.max_minutes, number=True),
        Column("days", later("Fewest days"), lambda row: row.min_days, number=True),
        Column(
            "day", later("Most minutes a day"), lambda row: row.max_minutes_per_day, number=True
        ),
        Column("clinician", later("Clinician"), lambda row: confirmed(row.clinician_confirmed)),
        Column("source", later("Source"), lambda row: row.source),
    ),
    nobody,
)


def rules_table(code: str, name: str, levels: Mapping[str, str]) -> Table[PayerRule]:
    """What one payer allows."""
    return Table(
        f"rules-{code}",
        gettext("Rules of %(name)s") % {"name": name},
        (
            Column("level", gettext("Level of care"), lambda rule: level_name(rule, levels)),
            Column(
                "virtual",
                gettext("Virtual"),
                lambda rule: gettext("Covered") if rule.covers_virtual else gettext("Not covered"),
            ),
            Column("cap", gettext("Group cap"), lambda rule: rule.group_cap, number=True),
            Column(
                "holds", gettext("Holds"), lambda rule: holds(rule), lambda rule: rule.valid_from
            ),
            Column("source", gettext("Source"), lambda rule: rule.source),
        ),
        nobody,
    )


def compacts_table(regions: Mapping[str, str]) -> Table[CompactRegion]:
    """Where each compact is in operation."""
    return Table(
        "compacts",
        gettext("Regions by compact"),
        (
            Column("compact", gettext("Compact"), lambda row: row.compact),
            Column("region", gettext("Region"), lambda row: regions.get(row.region, row.region)),
            Column("holds", gettext("Holds"), lambda row: holds(row), lambda row: row.valid_from),
            Column("source", gettext("Source"), lambda row: row.source),
        ),
        nobody,
    )


def looks_table(zone: str) -> Table[EmergencyAccess]:
    """Emergency access to people of a program; instants on the clock of an IANA zone."""
    return Table(
        "emergency-access",
        gettext("Looks at people of this program from outside"),
        (
            Column("whom", gettext("Whom"), lambda row: row.participant.full_name),
            Column("who", gettext("Who looked"), lambda row: row.account.name or row.account.email),
            Column(
                "when",
                gettext("When"),
                lambda row: at(row.opened_at, zone),
                lambda row: row.opened_at,
            ),
            Column("why", gettext("Why"), lambda row: row.reason),
            Column(
                "reviewed",
                gettext("Looked into"),
                lambda row: at(row.reviewed_at, zone) if row.reviewed_at else None,
                lambda row: row.reviewed_at,
            ),
        ),
        lambda row: (row.participant_id,),
        main=True,
    )


def confirmed(clinician: bool) -> str:
    """Whether a clinician has confirmed a row."""
    return gettext("Confirmed") if clinician else gettext("Not confirmed")


def level_name(rule: PayerRule, levels: Mapping[str, str]) -> str:
    """For which level of care a rule holds."""
    return levels[rule.level_code] if rule.level_code else gettext("Every level")


def holds(row: PayerRule | CompactRegion) -> str:
    """From when until when a row holds."""
    return gettext("%(first)s to %(last)s") % {
        "first": row.valid_from.isoformat(),
        "last": row.valid_to.isoformat() if row.valid_to else "",
    }
