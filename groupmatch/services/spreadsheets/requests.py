"""Open requests as a table; those with the same plan are served together or not at all."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from groupmatch.matching.policy import policy
from groupmatch.records import (
    GroupKind,
    LevelOfCare,
    Participant,
    Plan,
    Program,
    Request,
    RequestStatus,
    Topic,
)
from groupmatch.services.care import plans
from groupmatch.services.programs import governed
from groupmatch.services.requests import requests
from groupmatch.services.requests.requests import BOUNDS, RequestWish
from groupmatch.services.spreadsheets import references
from groupmatch.services.spreadsheets.cells import Choice, Day, Reference, Text, Unreadable, Whole
from groupmatch.services.spreadsheets.list_cells import AttributeValues, ListOf
from groupmatch.services.spreadsheets.table import Column, Problem, Row, Table, Values

_BOUNDS = {f"plan_{bound}": bound for bound in BOUNDS}
#: How a plan ends.
_END = ("plan_ends_on", "plan_taper_weeks")
#: What all rows of one plan must say alike.
_COMMON = ("participant", "level_of_care", *_BOUNDS, *_END)


class Requests(Table):
    """The open requests."""

    def __init__(self, session: Session, program: Program) -> None:
        self.session = session
        self._governed = governed.rows(session)
        found = session.scalars(
            select(Request)
            .where(Request.program_id == program.id)
            .options(
                selectinload(Request.topics),
                selectinload(Request.preferences),
                selectinload(Request.avoided),
            )
        ).all()
        self._records = {_key(each): each for each in found if each.status == RequestStatus.OPEN}
        self._people = {
            person.id: person
            for person in session.scalars(
                select(Participant).where(Participant.program_id == program.id)
            )
        }
        plans = session.scalars(select(Plan).where(Plan.program_id == program.id))
        self._plans = {plan.external_id or plan.id: plan for plan in plans}
        plan_keys = {plan.id: key for key, plan in self._plans.items()}
        self.stored = {
            key: _values(key, request, self._plans.get(plan_keys.get(request.plan_id or "", "")))
            for key, request in self._records.items()
        }
        self.over = {
            _key(each): "this request is closed here; take the row out, or give a new id"
            for each in found
            if each.status != RequestStatus.OPEN
        }
        self.columns = _columns(session, program)

    def tells_of(self, key: str) -> Collection[str]:
        """Who asks."""
        return (self._records[key].participant_id,)

    def add(self, values: Values) -> None:
        """Ask for a seat; the first row of a plan begins it."""
        requests.add_request(
            self.session,
            self._people[values["participant"]],
            level_code=values["level_of_care"],
            urgency=values["urgency"],
            waiting_since=values["waiting_since"],
            needed_from=values["needed_from"],
            plan=self._plan_of(values) if values["plan"] else None,
            by=None,
            **vars(_wish(values)),
        )

    def change(self, key: str, values: Values, columns: Collection[str]) -> None:
        """Change what would serve a request, or the bounds of its plan."""
        now = {**self.stored[key], **values}
        requests.edit_request(
            self.session,
            self._records[key],
            _wish(now),
            urgency=now["urgency"],
            waiting_since=now["waiting_since"],
            by=None,
        )
        requests.need_from(self.session, self._records[key], now["needed_from"], by=None)
        if now["plan"] is None:
            return
        plan = self._plans[now["plan"]]
        edits = {_BOUNDS[column]: now[column] for column in _BOUNDS.keys() & columns}
        if edits:
            requests.edit_plan(self.session, plan, by=None, **edits)
        if set(_END) & set(columns):
            self._end(plan, now)

    def conflicts(self, rows: Sequence[Row]) -> Iterator[Problem]:
        """Rows of one plan that say different things of it."""
        said: dict[str, Values] = {}
        for row in rows:
            name = row.values.get("plan")
            if not name:
                for column in (*_BOUNDS, *_END):
                    if row.values.get(column) is not None:
                        yield Problem("there is no plan in this row", row.number, column)
                continue
            first = said.setdefault(name, row.values)
            for column in _COMMON:
                if row.values.get(column) != first.get(column):
                    text = f"this differs from another row of the plan “{name}”"
                    yield Problem(text, row.number, column)

    def _plan_of(self, values: Values) -> Plan:
        name = values["plan"]
        known = self._plans.get(name)
        if known and known.participant_id != values["participant"]:
            raise Unreadable(f"the plan “{name}” is another person's; name this one differently")
        if known is None:
            self._plans[name] = requests.begin_plan(
                self.session,
                self._people[values["participant"]],
                level_code=values["level_of_care"],
                external_id=name,
                by=None,
                **{bound: values[column] for column, bound in _BOUNDS.items()},
            )
            self._end(self._plans[name], values)
        return self._plans[name]

    def _end(self, plan: Plan, values: Values) -> None:
        ends_on, taper_weeks = (values[column] for column in _END)
        plans.end_plan(self.session, plan, ends_on=ends_on, taper_weeks=taper_weeks or 0, by=None)


def _columns(session: Session, program: Program) -> list[Column]:
    topics = {topic.code: topic.name for topic in session.scalars(select(Topic))}
    levels = {level.code: level.name for level in session.scalars(select(LevelOfCare))}
    urgencies = {code: urgency.name for code, urgency in policy().urgencies.items()}
    kinds = {each.value: each.value for each in GroupKind}
    people = references.participants(session, program)
    therapists = references.therapists(session, program)
    groups = references.groups(session, program)
    return [
        Column("id", Text(), "Its id in your own system", required=True, key=True),
        Column(
            "participant",
            people,
            "Id of the person; cannot change later",
            required=True,
            fixed=True,
        ),
        Column(
            "plan",
            Text(),
            "The same word for seats that belong together; cannot change",
            fixed=True,
        ),
        Column(
            "topics",
            ListOf(Choice("a topic", topics)),
            "Codes or names of topics, first choice first",
            required=True,
        ),
        Column(
            "level_of_care",
            Choice("a level of care", levels),
            "Of the group that is sought; cannot change later",
            required=True,
            fixed=True,
        ),
        Column(
            "kind",
            Choice("a kind of group", kinds),
            "group, individual, couples, family or education",
            empty=GroupKind.GROUP,
        ),
        Column(
            "urgency",
            Choice("an urgency", urgencies),
            ", ".join(urgencies),
            empty=policy().usual.code,
        ),
        Column(
            "waiting_since",
            Day(),
            "First date of waiting; empty for today, or leaves it",
            keeps=True,
        ),
        Column("needed_from", Day(), "For a seat reserved ahead: the date from which it is needed"),
        Column(
            "requires", AttributeValues(), "What the group must offer, as modality=CBT", empty={}
        ),
        *_wishes(therapists, groups),
        *_bounds(),
    ]


def _wishes(therapists: Reference, groups: Reference) -> Iterator[Column]:
    for name, cell, means in (
        ("prefer_therapists", therapists, "Ids of therapists whom they would like"),
        ("avoid_therapists", therapists, "Ids of therapists who do not suit"),
        ("avoid_groups", groups, "Ids of groups that do not suit"),
    ):
        yield Column(name, ListOf(cell, ordered=False), means, empty=[])


def _bounds() -> Iterator[Column]:
    instead = "where the plan differs from its level of care"
    yield Column("plan_min_minutes", Whole(), f"Fewest minutes a week, {instead}")
    yield Column("plan_max_minutes", Whole(), f"Most minutes a week, {instead}")
    yield Column("plan_min_days", Whole(most=7), f"Fewest days a week, {instead}")
    yield Column("plan_max_minutes_per_day", Whole(most=1440), f"Most minutes a day, {instead}")
    yield Column("plan_ends_on", Day(), "Last date of the plan, where it is set")
    yield Column("plan_taper_weeks", Whole(), "In so many weeks before it fewer hours are enough")


def _key(request: Request) -> str:
    return request.external_id or request.id


def _wish(values: Values) -> RequestWish:
    return RequestWish(
        topics=values["topics"],
        kind=GroupKind(values["kind"]),
        requires=values["requires"],
        preferred_therapists=values["prefer_therapists"],
        avoid_groups=values["avoid_groups"],
        avoid_therapists=values["avoid_therapists"],
        external_id=values["id"],
    )


def _values(key: str, request: Request, plan: Plan | None) -> dict[str, Any]:
    wish = requests.wish_of(request)
    return {
        "id": key,
        "participant": request.participant_id,
        "plan": (plan.external_id or plan.id) if plan else None,
        "topics": list(wish.topics),
        "level_of_care": request.level_code,
        "kind": request.kind,
        "urgency": request.urgency,
        "waiting_since": request.waiting_since,
        "needed_from": request.needed_from,
        "requires": request.requires,
        "prefer_therapists": list(wish.preferred_therapists),
        "avoid_therapists": list(wish.avoid_therapists),
        "avoid_groups": list(wish.avoid_groups),
        **{column: getattr(plan, bound) if plan else None for column, bound in _BOUNDS.items()},
        "plan_ends_on": plan.ends_on if plan else None,
        "plan_taper_weeks": (plan.taper_weeks or None) if plan else None,
    }
