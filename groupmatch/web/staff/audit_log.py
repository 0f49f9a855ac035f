"""The audit log as a page to search, and as a file."""

import json
from datetime import date

from flask import Response, render_template, request

from groupmatch.language import gettext
from groupmatch.records import AuditEntry
from groupmatch.services.audit import audit_page
from groupmatch.services.audit.audit_page import HELD_BACK, AuditFilter, AuditPage, Sort
from groupmatch.services.spreadsheets.outgoing import Line
from groupmatch.web import access, outgoing
from groupmatch.web.staff.admin import blueprint
from groupmatch.web.staff.query import choice, number
from groupmatch.web.transaction import session

_COLUMNS = ("at_utc", "by", "act", "about", "about_name", "id", "from", "to", "reason")


@blueprint.get("/audit")
@access.admin
def audit() -> str:
    """What happened in the program, and who read what."""
    wanted = _wanted()
    found = audit_page.audit_page(session(), access.program(), wanted, number=number("page"))
    return render_template("staff/admin/audit.html", found=found, wanted=wanted, sorts=Sort)


@blueprint.get("/audit.csv")
@access.admin
def audit_file() -> Response:
    """The same as a file, all pages in one."""
    found = audit_page.audit_file(session(), access.program(), _wanted())
    lines = (Line(_row(entry, found), tells_of=()) for entry in found.page.rows)
    return outgoing.file_of("audit", _COLUMNS, lines)


def _wanted() -> AuditFilter:
    return AuditFilter(
        who=request.args.get("who", "").strip(),
        act=request.args.get("act", "").strip(),
        subject=request.args.get("subject", "").strip(),
        sort=choice("sort", Sort, None),
        first=_day("first"),
        last=_day("last"),
    )


def _day(name: str) -> date | None:
    """A date in the address; none where none stands there."""
    try:
        day = date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
    # Beyond these a zone's clock or the day after cannot be reckoned.
    return day if 1900 <= day.year <= 9000 else None


def _row(entry: AuditEntry, found: AuditPage) -> list[str]:
    by = found.names.get(entry.actor_id or "", gettext("the software"))
    about = found.names.get(entry.subject_id, "")
    return [
        entry.at.isoformat(),
        by,
        entry.act,
        entry.subject_kind,
        about,
        entry.subject_id,
        json.dumps(entry.before) if entry.before else "",
        json.dumps(entry.after) if entry.after else "",
        # What staff wrote in their own words may name somebody all the same.
        "" if HELD_BACK in (by, about) else entry.reason,
    ]
