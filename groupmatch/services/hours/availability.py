"""When people can come: their weekly hours, in their own wall time, and dates they cannot."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, select
from sqlalchemy.orm import Session

from groupmatch import clock
from groupmatch.database import new_id
from groupmatch.errors import NotFound, Refused
from groupmatch.records import (
    Availability,
    AvailabilityException,
    Fit,
    Participant,
    Program,
    Therapist,
)
from groupmatch.services.audit import audit
from groupmatch.services.hours.local_time import LocalMeeting

_DAY = 24 * 60

#: Somebody with weekly hours.
Owner = Participant | Therapist


@dataclass(frozen=True, order=True)
class Span:
    """A part of one weekday, in minutes after local midnight; 0 is Monday, the end may be 1440."""

    weekday: int
    start_minute: int
    end_minute: int
    fit: Fit = Fit.WORKS_WELL


def normalized(spans: Iterable[Span]) -> list[Span]:
    """The same hours in order, without overlaps; an hour marked both ways works well."""
    joined: list[Span] = []
    for piece in _pieces(list(spans)):
        last = joined[-1] if joined else None
        if last and (last.weekday, last.end_minute, last.fit) == (
            piece.weekday,
            piece.start_minute,
            piece.fit,
        ):
            joined[-1] = Span(last.weekday, last.start_minute, piece.end_minute, last.fit)
        else:
            joined.append(piece)
    return joined


def fit_between(spans: Iterable[Span], weekday: int, start: int, end: int) -> Fit | None:
    """How well a part of one day suits, in minutes after midnight: None where not all of it does.

    Where some of it is only possible if needed, all of it is.
    """
    inside = [
        (span.fit, min(span.end_minute, end) - max(span.start_minute, start))
        for span in spans
        if span.weekday == weekday and span.start_minute < end and start < span.end_minute
    ]
    if sum(minutes for _, minutes in inside) < end - start:
        return None
    fits = {fit for fit, _ in inside}
    return Fit.IF_NEEDED if Fit.IF_NEEDED in fits else Fit.WORKS_WELL


def fit_of(spans: Collection[Span], meeting: LocalMeeting) -> Fit | None:
    """How well a meeting on the same person's clock suits; it may go past midnight."""
    start, end = (at.hour * 60 + at.minute for at in (meeting.start, meeting.end))
    if start < end:
        return fit_between(spans, meeting.weekday, start, end)
    evening = fit_between(spans, meeting.weekday, start, _DAY)
    morning = fit_between(spans, (meeting.weekday + 1) % 7, 0, end) if end else evening
    if evening is None or morning is None:
        return None
    return Fit.IF_NEEDED if Fit.IF_NEEDED in (evening, morning) else Fit.WORKS_WELL


def without(spans: Iterable[Span], gone: Span) -> list[Span]:
    """The same hours but those of one span, however well that one suits."""
    kept = []
    for span in spans:
        if span.weekday != gone.weekday:
            kept.append(span)
            continue
        if span.start_minute < gone.start_minute:
            kept.append(replace(span, end_minute=min(span.end_minute, gone.start_minute)))
        if gone.end_minute < span.end_minute:
            kept.append(replace(span, start_minute=max(span.start_minute, gone.end_minute)))
    return kept


def overlaid(spans: Iterable[Span], written: Iterable[Span]) -> list[Span]:
    """The hours after some were written over them: what is written last holds."""
    result, over = list(spans), list(written)
    for span in over:
        result = without(result, span)
    return normalized([*result, *over])


def weekly(session: Session, owner: Owner) -> list[Span]:
    """The weekly hours of one person, in order."""
    columns = Availability.weekday, Availability.start_minute, Availability.end_minute
    query = select(*columns, Availability.fit).where(_owned(owner))
    return sorted(Span(*row) for row in session.execute(query))


def weekly_of_therapists(session: Session, program: Program) -> dict[str, list[Span]]:
    """The same for all therapists of a program, by id; whoever has none is absent."""
    query = (
        select(Availability)
        .join(Therapist, Therapist.id == Availability.therapist_id)
        .where(Therapist.program_id == program.id)
    )
    rows: dict[str, list[Availability]] = {}
    for row in session.scalars(query):
        rows.setdefault(row.therapist_id or "", []).append(row)
    return {therapist_id: _spans(found) for therapist_id, found in rows.items()}


def _spans(rows: Iterable[Availability]) -> list[Span]:
    return sorted(Span(row.weekday, row.start_minute, row.end_minute, row.fit) for row in rows)


def set_weekly(session: Session, owner: Owner, spans: Iterable[Span], *, by: str | None) -> bool:
    """Replace the weekly hours of one person; returns whether the former ones were others.

    The audit log keeps the former ones.
    """
    before, after = weekly(session, owner), normalized(spans)
    if after != before:
        session.execute(delete(Availability).where(_owned(owner)))
        session.add_all(Availability(**_row(owner, span)) for span in after)
    _note(session, owner, before, after, by=by)
    return after != before


def set_first(
    session: Session, hours: Iterable[tuple[Owner, list[Span]]], *, by: str | None
) -> None:
    """Set the weekly hours of people who have none stored yet: thousands of them, at an import."""
    rows = []
    for owner, spans in hours:
        after = normalized(spans)
        rows += [_row(owner, span) for span in after]
        _note(session, owner, [], after, by=by)
    # The people themselves come first.
    session.flush()
    if rows:
        session.execute(insert(Availability), rows)


def add_exception(
    session: Session,
    owner: Owner,
    *,
    first_on: date,
    last_on: date,
    by: str | None,
    note: str = "",
) -> AvailabilityException:
    """Note dates on which a person cannot come. Raises Refused `dates_backward`."""
    if last_on < first_on:
        raise Refused("dates_backward", first_on=first_on, last_on=last_on)
    added = AvailabilityException(
        id=new_id(), **_owner(owner), first_on=first_on, last_on=last_on, note=note
    )
    session.add(added)
    audit.record(session, "availability.exception_added", owner, by=by, after=_dates(added))
    return added


def remove_exception(
    session: Session, owner: Owner, exception_id: str, *, by: str | None
) -> AvailabilityException:
    """Take dates back on which a person could not come. Raises NotFound for anybody else's."""
    exception = session.get(AvailabilityException, exception_id)
    if exception is None or owner.id not in (exception.participant_id, exception.therapist_id):
        raise NotFound()
    audit.record(session, "availability.exception_removed", owner, by=by, before=_dates(exception))
    session.flush()
    session.delete(exception)
    return exception


def _note(
    session: Session, owner: Owner, before: list[Span], after: list[Span], *, by: str | None
) -> None:
    if isinstance(owner, Participant):
        owner.availability_confirmed_on = clock.today(owner.timezone)
    audit.record(
        session,
        "availability.set",
        owner,
        by=by,
        before={"weekly": _facts(before)},
        after={"weekly": _facts(after)},
    )


def _row(owner: Owner, span: Span) -> dict[str, Any]:
    return {
        **_owner(owner),
        "weekday": span.weekday,
        "start_minute": span.start_minute,
        "end_minute": span.end_minute,
        "fit": span.fit,
    }


def _pieces(spans: list[Span]) -> Iterable[Span]:
    """Cut at every start and end, so that no two pieces overlap."""
    for weekday in range(7):
        today = [span for span in spans if span.weekday == weekday]
        cuts = sorted({minute for span in today for minute in (span.start_minute, span.end_minute)})
        for start, end in pairwise(cuts):
            fits = {
                span.fit for span in today if span.start_minute < end and start < span.end_minute
            }
            if fits:
                fit = Fit.WORKS_WELL if Fit.WORKS_WELL in fits else Fit.IF_NEEDED
                yield Span(weekday, start, end, fit)


def _owned(owner: Owner) -> ColumnElement[bool]:
    if isinstance(owner, Participant):
        return Availability.participant_id == owner.id
    return Availability.therapist_id == owner.id


def _owner(owner: Owner) -> dict[str, str]:
    return {"participant_id" if isinstance(owner, Participant) else "therapist_id": owner.id}


def _facts(spans: list[Span]) -> list[list[object]]:
    return [[span.weekday, span.start_minute, span.end_minute, span.fit] for span in spans]


def _dates(exception: AvailabilityException) -> dict[str, str]:
    return {
        "first_on": exception.first_on.isoformat(),
        "last_on": exception.last_on.isoformat(),
    }
