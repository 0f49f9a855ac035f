"""Therapists and their licenses."""

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch import clock
from groupmatch.database import Json, new_id
from groupmatch.errors import Refused
from groupmatch.records import CompactRegion, License, Program, Therapist
from groupmatch.services.audit import audit, changes
from groupmatch.services.programs import places

EDITABLE = (
    "external_id",
    "first_name",
    "last_name",
    "email",
    "timezone",
    "max_minutes",
    "attributes",
    "active",
)
PRIVATE = ("first_name", "last_name", "email")


def add_therapist(
    session: Session,
    program: Program,
    *,
    first_name: str,
    last_name: str,
    timezone: str,
    by: str | None,
    **more: Any,
) -> Therapist:
    """Add a therapist, who may lead groups once licensed. Raises as `edit_therapist` does."""
    fields = {"first_name": first_name, "last_name": last_name, "timezone": timezone, **more}
    _refuse_unusable(fields)
    therapist = Therapist(id=new_id(), program_id=program.id, created_at=clock.now(), **fields)
    session.add(therapist)
    after = changes.facts(therapist, EDITABLE, PRIVATE)
    audit.record(session, "therapist.added", therapist, by=by, after=after)
    return therapist


def edit_therapist(session: Session, therapist: Therapist, *, by: str | None, **edits: Any) -> bool:
    """Change what is known of a therapist; False when nothing differed.

    Raises Refused `name_missing`, `unknown_zone` or `minutes_out_of_range` (weekly minutes).
    """
    _refuse_unusable(edits)
    return changes.apply(
        session,
        therapist,
        edits,
        editable=EDITABLE,
        private=PRIVATE,
        act="therapist.edited",
        by=by,
    )


def add_license(
    session: Session,
    therapist: Therapist,
    *,
    by: str | None,
    valid_from: date,
    region: str | None = None,
    compact: str | None = None,
    valid_to: date | None = None,
) -> License:
    """Write down authority in one region, or in all regions of one compact.

    Both dates are included. Raises Refused `region_or_compact`, `unknown_region`,
    `unknown_compact` or `dates_backward`.
    """
    if (region is None) == (compact is None):
        raise Refused("region_or_compact")
    if region is not None:
        places.refuse_unknown_region(region)
    if compact is not None and compact not in compacts(session):
        raise Refused("unknown_compact", compact=compact)
    if valid_to is not None and valid_to < valid_from:
        raise Refused("dates_backward", first_on=valid_from, last_on=valid_to)
    held = License(
        id=new_id(),
        therapist_id=therapist.id,
        region=region,
        compact=compact,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    therapist.licenses.append(held)
    audit.record(session, "license.added", therapist, by=by, after=_facts(held))
    return held


def end_license(session: Session, held: License, *, last_on: date, by: str | None) -> None:
    """Set the last date on which a license holds. Raises Refused `dates_backward`."""
    if last_on < held.valid_from:
        raise Refused("dates_backward", first_on=held.valid_from, last_on=last_on)
    before = _facts(held)
    held.valid_to = last_on
    after = _facts(held)
    audit.record(session, "license.ended", held.therapist, by=by, before=before, after=after)


def compacts(session: Session) -> frozenset[str]:
    """The codes of the licensing compacts in the governed table."""
    return frozenset(session.scalars(select(CompactRegion.compact).distinct()))


def _refuse_unusable(fields: dict[str, Any]) -> None:
    if not all(fields.get(name, "-").strip() for name in ("first_name", "last_name")):
        raise Refused("name_missing")
    if "timezone" in fields:
        places.refuse_unknown_zone(fields["timezone"])
    minutes = fields.get("max_minutes")
    if minutes is not None and not 0 <= minutes <= 7 * 24 * 60:
        raise Refused("minutes_out_of_range", minutes=minutes)


def _facts(held: License) -> Json:
    return {
        "region": held.region,
        "compact": held.compact,
        "valid_from": held.valid_from.isoformat(),
        "valid_to": held.valid_to.isoformat() if held.valid_to else None,
    }
