"""The sheet on which attendance is written down, for therapists and staff alike."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from flask import flash, request

from groupmatch.language import gettext
from groupmatch.records import CAME, GroupSession, Participant, Presence
from groupmatch.services.sessions import attendance
from groupmatch.services.sessions.attendance import Expected, Mark, proposed_minutes
from groupmatch.services.sessions.session_page import SessionPage
from groupmatch.web import access
from groupmatch.web.transaction import session

#: What a name on the sheet shows of a participant.
Named = Callable[[Participant], str]


@dataclass(frozen=True)
class Line:
    """One member: what is chosen, what is written as minutes, and what is wrong with it."""

    participant_id: str
    name: str
    presence: str
    minutes: str
    problem: str = ""


def fresh(page: SessionPage, named: Named) -> list[Line]:
    """The sheet as it opens: what was written before, and everybody else present."""
    return [_fresh_line(page.meeting, each, named) for each in page.roster]


def write_down(page: SessionPage, named: Named) -> list[Line]:
    """Write down the sheet that was sent; its lines if one has a problem and nothing is written.

    `seen` among the answers is how often the sheet had been written when it was opened.
    """
    lines, marks = sent(page, named, request.form)
    if marks is None:
        return lines
    seen = request.form.get("seen", -1, type=int)
    attendance.record(session(), page.meeting, marks, seen=seen, by=access.account().id)
    flash(gettext("Saved."), "success")
    return []


def sent(
    page: SessionPage, named: Named, answers: Mapping[str, str]
) -> tuple[list[Line], list[Mark] | None]:
    """The sheet as it was sent, and what to write down: None where a line has a problem.

    Before a session, only who is excused ahead is read.
    """
    lines = fresh(page, named)
    if not page.begun:
        return lines, _excused(lines, answers)
    lines = [_read_line(line, answers, page.meeting.minutes) for line in lines]
    return lines, None if any(line.problem for line in lines) else [_mark(each) for each in lines]


def _excused(lines: Sequence[Line], answers: Mapping[str, str]) -> list[Mark]:
    return [
        Mark(line.participant_id, Presence.EXCUSED)
        for line in lines
        if answers.get(f"presence-{line.participant_id}") == Presence.EXCUSED
    ]


def _mark(line: Line) -> Mark:
    presence = Presence(line.presence)
    minutes = int(line.minutes) if line.minutes and presence in CAME else None
    return Mark(line.participant_id, presence, minutes)


def _fresh_line(meeting: GroupSession, each: Expected, named: Named) -> Line:
    person, written = each.seat.participant, each.written
    presence = written.presence if written else Presence.PRESENT
    usual = written is None or written.minutes == proposed_minutes(meeting, presence)
    minutes = "" if usual or written is None else str(written.minutes)
    return Line(person.id, named(person), presence, minutes)


def _read_line(line: Line, answers: Mapping[str, str], most: int) -> Line:
    presence = answers.get(f"presence-{line.participant_id}", "")
    minutes = answers.get(f"minutes-{line.participant_id}", "").strip()
    sent = replace(line, presence=presence, minutes=minutes)
    if presence not in set(Presence):
        return replace(sent, problem=gettext("Choose one."))
    if presence in CAME and minutes and not _in_range(minutes, most):
        return replace(
            sent,
            problem=gettext("Write minutes from 1 to {most}, or leave them empty.").format(
                most=most
            ),
        )
    return sent


def _in_range(minutes: str, most: int) -> bool:
    return minutes.isascii() and minutes.isdecimal() and 1 <= int(minutes[:9]) <= most
