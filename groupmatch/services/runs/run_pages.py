"""Runs as staff read them: the list, and one with its proof, notices and who got no seat."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from groupmatch.database import Json
from groupmatch.records import Account, Group, Participant, Program, Request, Run, Seat, Unplaced
from groupmatch.services import paging
from groupmatch.services.audit.history import account_name
from groupmatch.services.findings.why_not import WhyNot, why_not
from groupmatch.services.paging import Page
from groupmatch.services.runs.night import Counts

#: The tiers of the match, in their order.
TIERS = ("placed", "switched", "moved", "opened", "cost")
#: People without a seat on one page.
_LEFT = 50


@dataclass(frozen=True)
class RunRow:
    """One run of the list; `by` is None for the software itself."""

    run: Run
    counts: Counts
    by: str | None


@dataclass(frozen=True)
class Tier:
    """How far a tier got, and how far it could at best."""

    name: str
    value: int
    bound: int

    @property
    def proved(self) -> bool:
        """Nothing better exists."""
        return self.value == self.bound


@dataclass(frozen=True)
class Notice:
    """Something that a person should look at."""

    code: str
    facts: Json
    participant: Participant | None
    group: Group | None


@dataclass(frozen=True)
class RunPage:
    """One run."""

    row: RunRow
    #: Empty while it runs and when it did not finish.
    tiers: tuple[Tier, ...]
    notices: tuple[Notice, ...]
    #: Left waiting although they took part, with the reasons; the longest wait first.
    unplaced: Page[WhyNot]
    #: Left out because of closed gates, in the same order.
    held_back: Page[Unplaced]

    @property
    def optimal(self) -> bool:
        """All tiers are proved."""
        return bool(self.tiers) and all(tier.proved for tier in self.tiers)


def run_rows(session: Session, program: Program, *, number: int, size: int = 30) -> Page[RunRow]:
    """One page of the runs of a program, the latest first."""
    query = select(Run).where(Run.program_id == program.id).order_by(Run.started_at.desc(), Run.id)
    page = paging.fetch(session, query, number, size)
    names = _names(session, page.rows)
    rows = tuple(
        RunRow(run, Counts.of(run), names.get(run.started_by_id or "")) for run in page.rows
    )
    return Page(rows, page.total, page.number, page.size)


def run_page(
    session: Session, run: Run, *, number: int = 1, held_number: int = 1, size: int = _LEFT
) -> RunPage:
    """Read the page of one run, with at most `size` people of either list.

    The numbers tell which page of those without a seat and of those held back is meant.
    """
    left = paging.fetch(session, _left(run, held_back=False), number, size)
    by = _names(session, [run]).get(run.started_by_id or "")
    why = why_not(session, left.rows, in_short=True)
    return RunPage(
        row=RunRow(run, Counts.of(run), by),
        tiers=_tiers(run.result or {}),
        notices=_notices(session, run),
        unplaced=Page(tuple(why), left.total, left.number, left.size),
        held_back=paging.fetch(session, _left(run, held_back=True), held_number, size),
    )


def _left(run: Run, *, held_back: bool) -> Select[Unplaced]:
    """Who got no seat: those whom a closed gate kept out, or the others."""
    gates = func.json_array_length(Unplaced.gates)
    return (
        select(Unplaced)
        .join(Request, Request.id == Unplaced.request_id)
        .where(Unplaced.run_id == run.id, gates > 0 if held_back else gates == 0)
        .options(joinedload(Unplaced.request), joinedload(Unplaced.participant))
        .order_by(Request.waiting_since, Unplaced.id)
    )


def _tiers(result: Json) -> tuple[Tier, ...]:
    objective, bounds = result.get("objective"), result.get("bounds")
    if not objective or not bounds:
        return ()
    return tuple(Tier(name, objective[name], bounds[name]) for name in TIERS)


def _notices(session: Session, run: Run) -> tuple[Notice, ...]:
    requests = _ids(run, "request")
    seats = _ids(run, "seat")
    people = {
        **_people(session, Request.id, Request.participant_id, requests),
        **_people(session, Seat.id, Seat.participant_id, seats),
    }
    named = select(Group).where(Group.id.in_(_ids(run, "group")))
    groups = {group.id: group for group in session.scalars(named)}
    return tuple(
        Notice(
            code=notice["code"],
            facts=notice,
            participant=people.get(notice.get("request") or notice.get("seat") or ""),
            group=groups.get(notice.get("group") or ""),
        )
        for notice in run.notices
    )


def _ids(run: Run, kind: str) -> set[str]:
    return {notice[kind] for notice in run.notices if kind in notice}


def _people(session: Session, key: Any, participant_id: Any, ids: set[str]) -> dict[str, Any]:
    """Participants by the id of something of theirs."""
    query = select(key, Participant).join(Participant, Participant.id == participant_id)
    return dict(session.execute(query.where(key.in_(ids))).all()) if ids else {}


def _names(session: Session, runs: Sequence[Run]) -> Mapping[str, str]:
    ids = {run.started_by_id for run in runs if run.started_by_id}
    accounts = select(Account).where(Account.id.in_(ids))
    return {account.id: account_name(account) for account in session.scalars(accounts)}
