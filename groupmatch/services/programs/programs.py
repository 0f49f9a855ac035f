"""Programs: create one, change its policies."""

import re
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch.database import new_id
from groupmatch.errors import Conflict, Refused
from groupmatch.records import Program
from groupmatch.services.audit import audit, changes
from groupmatch.services.programs import governed, places

EDITABLE = (
    "name",
    "timezone",
    "night_at",
    "horizon_weeks",
    "max_moves",
    "reserve_at_once",
    "publish_offers",
    "offer_hours",
    "night_publishes",
    "reminder_hours",
    "crisis_line",
    "phone",
)
_NIGHT = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def create_program(
    session: Session, *, name: str, timezone: str, by: str | None, **policies: Any
) -> Program:
    """Create a program, with the governed vocabulary beside it where that is not loaded yet.

    Raises Conflict `program_exists`, and Refused as `edit_program` does.
    """
    _refuse_unusable({"name": name, "timezone": timezone, **policies})
    if session.scalar(select(Program.id).where(Program.name == name)):
        raise Conflict("program_exists", name=name)
    governed.load(session)
    program = Program(id=new_id(), name=name, timezone=timezone, **policies)
    session.add(program)
    session.flush()
    audit.record(session, "program.created", program, by=by, after=changes.facts(program, EDITABLE))
    return program


def edit_program(session: Session, program: Program, *, by: str | None, **edits: Any) -> None:
    """Change fields of a program.

    Raises Refused `name_missing`, `unknown_zone`, `night_unreadable` (it is "HH:MM" of the
    program's clock), `horizon_out_of_range` (1 to 26 weeks), `moves_negative`,
    `offer_hours_out_of_range` (1 to 336 hours) or `reminder_out_of_range` (0 to 72 hours).
    """
    _refuse_unusable(edits)
    changes.apply(session, program, edits, editable=EDITABLE, act="program.edited", by=by)


def _refuse_unusable(fields: dict[str, Any]) -> None:
    if not fields.get("name", "-").strip():
        raise Refused("name_missing")
    if "timezone" in fields:
        places.refuse_unknown_zone(fields["timezone"])
    if not _NIGHT.fullmatch(fields.get("night_at", "04:15")):
        raise Refused("night_unreadable", night_at=fields["night_at"])
    if not 1 <= fields.get("horizon_weeks", 1) <= 26:
        raise Refused("horizon_out_of_range", weeks=fields["horizon_weeks"])
    if not 1 <= fields.get("offer_hours", 1) <= 336:
        raise Refused("offer_hours_out_of_range", hours=fields["offer_hours"])
    if not 0 <= fields.get("reminder_hours", 0) <= 72:
        raise Refused("reminder_out_of_range", hours=fields["reminder_hours"])
    if (fields.get("max_moves") or 0) < 0:
        raise Refused("moves_negative", moves=fields["max_moves"])
