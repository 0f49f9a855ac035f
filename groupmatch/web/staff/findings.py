"""What the solver found beside the match: why not, what would place the most, the price of moves.

No page waits for the solver: what is not worked out yet is shown as such, and looked for again.
"""

from datetime import date

from flask import (
    Blueprint,
    abort,
    flash,
    get_template_attribute,
    redirect,
    render_template,
    url_for,
)
from flask import request as asked
from werkzeug.wrappers import Response

from groupmatch import clock
from groupmatch.database import Json
from groupmatch.errors import Conflict
from groupmatch.language import gettext
from groupmatch.records import Finding, FindingKind, Participant, TaskKind
from groupmatch.services.care import calls
from groupmatch.services.drafts import drafts
from groupmatch.services.findings import findings
from groupmatch.services.findings.finding_pages import Names, finding_page, names_in, why_not_page
from groupmatch.services.findings.what_ifs import OF_PEOPLE, person_of
from groupmatch.web import access, transaction
from groupmatch.web.background import once_committed
from groupmatch.web.staff import roles
from groupmatch.web.staff.curve import curve
from groupmatch.web.staff.finding_tables import changes_table, moves_table
from groupmatch.web.staff.request_tables import near_table
from groupmatch.web.tables import exported
from groupmatch.web.transaction import session

blueprint = Blueprint("findings", __name__, url_prefix="/shortage")


@blueprint.get("")
@roles.coordinator
def shortage() -> str | Response:
    """The single changes that would place the most."""
    program, today = access.program(), _today()
    page = finding_page(session(), program, FindingKind.SHORTAGE)
    told = page.told("changes")
    known = [each for each in told if page.names.knows(each["change"])]
    listed = changes_table(page.names, program.timezone, today).over(known)
    return exported(listed) or render_template(
        "staff/findings/shortage.html", page=page, told=told, listed=listed, today=today
    )


@blueprint.get("/moves")
@roles.coordinator
def moves() -> str | Response:
    """How much more is placed for each settled member who moves."""
    page = finding_page(session(), access.program(), FindingKind.MOVES)
    points = page.told("points")
    listed = moves_table(page.names).over(points)
    return exported(listed) or render_template(
        "staff/findings/moves.html", page=page, points=points, curve=curve(points), listed=listed
    )


@blueprint.get("/why-not/<request_id>")
@roles.coordinator
def why_not(request_id: str) -> str | Response:
    """Why somebody got no seat, and what would give them one."""
    found, today = access.request_or_404(request_id), _today()
    page = why_not_page(session(), access.program(), found)
    near = near_table(found.participant, today).over(page.why.near if page.why else ())
    return exported(near) or render_template(
        "staff/findings/why_not.html", page=page, near=near, today=today
    )


@blueprint.post("/find/<kind>")
@roles.coordinator
def find(kind: str) -> Response:
    """Work something out about the last match, in the background of this process."""
    if kind not in findings.OF_EVERY_RUN:
        abort(404)
    run = drafts.last_run(session(), access.program())
    if run is None:
        raise Conflict("run_without_problem")
    finding = findings.begin(session(), run, FindingKind(kind), by=access.account().id)
    work_once_committed(finding)
    return redirect(back_or(url_for("findings.shortage")), code=303)


@blueprint.get("/findings/<finding_id>/progress")
@roles.coordinator
def progress(finding_id: str) -> str:
    """The live part of a page whose finding is being worked out."""
    finding = access.finding_or_404(finding_id)
    return render_template(
        "staff/findings/progress.html", finding=finding, running=findings.is_running(finding)
    )


@blueprint.post("/why-not/<request_id>/ask")
@roles.coordinator
def ask(request_id: str) -> Response:
    """Begin to ask somebody about the change that would give a seat: a task with what to ask."""
    found = access.request_or_404(request_id)
    page = why_not_page(session(), access.program(), found)
    listed = (page.why.unplaced.fixes if page.why else None) or []
    return _ask([fix["change"] for fix in listed], page.fixes.names)


@blueprint.post("/findings/<finding_id>/ask")
@roles.coordinator
def ask_of_shortage(finding_id: str) -> Response:
    """The same for a change of the shortage report."""
    finding = access.finding_or_404(finding_id)
    listed = [each["change"] for each in (finding.answer or {}).get("changes", [])]
    return _ask(listed, names_in(session(), access.program(), listed))


def work_once_committed(finding: Finding) -> None:
    """Work it out when it is there for others to see."""
    session().flush()
    once_committed(f"finding {finding.id}", findings.work, transaction.database(), finding.id)


def what_to_ask(change: Json, names: Names) -> str:
    """What the task says that is to be asked, for staff only."""
    words = get_template_attribute("staff/findings/_changes.html", "what_to_ask")
    person = names.person(change)
    return " ".join(str(words(change, names, person, _today())).split())


def back_or(default: str) -> str:
    """The page of ours that a form names as where it stands; the default where it names none."""
    page = asked.form.get("back", "")
    return page if page.startswith("/shortage") else default


def _ask(changes: list[Json], names: Names) -> Response:
    change = _chosen(changes)
    person = person_of(session(), change)
    if change["kind"] not in OF_PEOPLE or person is None or not names.knows(change):
        abort(404)
    note = what_to_ask(change, names)
    calls.open_task(session(), person, TaskKind.CALL, note=note, by=access.account().id)
    return _to_tasks(person)


def _chosen(changes: list[Json]) -> Json:
    place = asked.form.get("place", -1, type=int)
    if not 0 <= place < len(changes):
        raise Conflict("finding_changed")
    return changes[place]


def _to_tasks(person: Participant) -> Response:
    flash(
        gettext("A call to %(full_name)s is on the list. Mark it done when you have asked.")
        % {"full_name": person.full_name},
        "success",
    )
    return redirect(url_for("people.show", person_id=person.id, _anchor="tasks"), code=303)


def _today() -> date:
    return clock.today(access.program().timezone)
