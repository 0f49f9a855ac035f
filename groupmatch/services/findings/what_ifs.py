"""What-ifs: changes tried on a copy of the last match, and kept for real or discarded.

Keeping carries out what lies with the program: seats, admission, openings. What lies with a person
becomes a task to ask them.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch import clock
from groupmatch.database import Json
from groupmatch.errors import Conflict, Refused
from groupmatch.records import (
    Admission,
    Finding,
    FindingKind,
    FindingState,
    Group,
    GroupStatus,
    Participant,
    Program,
    Request,
    TaskKind,
    Verdict,
)
from groupmatch.services import locks
from groupmatch.services.audit import audit
from groupmatch.services.care import calls
from groupmatch.services.drafts import drafts
from groupmatch.services.findings import findings
from groupmatch.services.groups import groups

#: Changes of a group that the program can simply make.
OF_GROUPS = ("add_seat", "admit", "open_group")
#: Changes that somebody has to be asked about.
OF_PEOPLE = ("add_availability", "drop_requirement", "move_one")
_MOST = 20


def ask(session: Session, program: Program, changes: Sequence[Json], *, by: str | None) -> Finding:
    """Ask what changes would do to the last match.

    Raises Refused `no_change` or `too_many_changes`, and Conflict `run_without_problem`.
    """
    if not changes:
        raise Refused("no_change")
    if len(changes) > _MOST:
        raise Refused("too_many_changes", most=_MOST)
    run = drafts.last_run(session, program)
    if run is None:
        raise Conflict("run_without_problem")
    return findings.begin(session, run, FindingKind.WHAT_IF, by=by, changes=changes)


def keep(session: Session, finding: Finding, notes: Mapping[int, str], *, by: str | None) -> None:
    """Make the changes for real; `notes` says, by the place of a change, what to ask somebody.

    Raises Conflict `what_if_decided`, and what editing a group raises.
    """
    locks.hold_program(session, finding.program_id)
    _refuse_decided(session, finding)
    finding.kept = [
        _edited(session, group, edits, by=by) for group, edits in _edits(session, finding)
    ]
    for place, change in enumerate(finding.changes):
        if change["kind"] in OF_PEOPLE and (person := person_of(session, change)):
            calls.open_task(session, person, TaskKind.CALL, note=notes[place], by=by)
    _decide(session, finding, Verdict.KEPT, by=by)


def discard(session: Session, finding: Finding, *, by: str | None) -> None:
    """Leave everything as it is. Raises Conflict `what_if_decided`."""
    _refuse_decided(session, finding)
    _decide(session, finding, Verdict.DISCARDED, by=by)


def undo(session: Session, finding: Finding, *, by: str | None) -> None:
    """Take back what keeping changed in groups; asking people is left to whoever asks.

    Raises Conflict `what_if_decided` unless it was kept, and `what_if_changed` when a group is
    not as it was left.
    """
    locks.hold_program(session, finding.program_id)
    locks.hold(session, finding)
    if finding.verdict != Verdict.KEPT:
        raise Conflict("what_if_decided")
    held = locks.hold_groups(session, {each["group"] for each in finding.kept})
    for each in finding.kept:
        group = held[each["group"]]
        if any(getattr(group, name) != value for name, value in each["after"].items()):
            raise Conflict("what_if_changed", group=group.name)
    for each in finding.kept:
        groups.edit_group(session, held[each["group"]], by=by, **_typed(each["before"]))
    finding.kept, finding.verdict = [], None
    audit.record(session, "what_if.undone", finding, by=by)


def person_of(session: Session, change: Json) -> Participant | None:
    """Whom a change is about, if it is about one person of a program."""
    if "participant" in change:
        return session.get(Participant, change["participant"])
    request = session.get(Request, change["request"]) if "request" in change else None
    return request.participant if request else None


def recent(session: Session, program: Program, most: int = 10) -> Sequence[Finding]:
    """What was asked last, without what was discarded."""
    query = (
        select(Finding)
        .where(
            Finding.program_id == program.id,
            Finding.kind == FindingKind.WHAT_IF,
            Finding.verdict.is_distinct_from(Verdict.DISCARDED),
        )
        .order_by(Finding.begun_at.desc(), Finding.id)
        .limit(most)
    )
    return session.scalars(query).all()


def _edits(session: Session, finding: Finding) -> list[tuple[Group, Json]]:
    """What becomes of each group, several seats at once."""
    chosen = [each for each in finding.changes if each["kind"] in OF_GROUPS]
    held = locks.hold_groups(session, {each["group"] for each in chosen})
    return [
        (group, _fields(group, [each["kind"] for each in chosen if each["group"] == group.id]))
        for group in held.values()
        if group.program_id == finding.program_id
    ]


def _fields(group: Group, kinds: Collection[str]) -> Json:
    edits: Json = {}
    if seats := Counter(kinds)["add_seat"]:
        edits["max_size"] = group.max_size + seats
    if "admit" in kinds:
        edits["admission"] = Admission.ROLLING
    if "open_group" in kinds:
        edits["status"] = GroupStatus.RUNNING
    return edits


def _edited(session: Session, group: Group, edits: Json, *, by: str | None) -> Json:
    before = {name: getattr(group, name) for name in edits}
    groups.edit_group(session, group, by=by, **edits)
    return {"group": group.id, "before": before, "after": edits}


def _typed(fields: Json) -> Json:
    """Fields of a group as its services take them, from what was kept as JSON."""
    kinds = {"admission": Admission, "status": GroupStatus}
    return {name: kinds.get(name, int)(value) for name, value in fields.items()}


def _refuse_decided(session: Session, finding: Finding) -> None:
    locks.hold(session, finding)
    if finding.verdict is not None or finding.state != FindingState.DONE:
        raise Conflict("what_if_decided")


def _decide(session: Session, finding: Finding, verdict: Verdict, *, by: str | None) -> None:
    finding.verdict, finding.decided_at, finding.decided_by_id = verdict, clock.now(), by
    audit.record(session, f"what_if.{verdict}", finding, by=by, after={"groups": finding.kept})
