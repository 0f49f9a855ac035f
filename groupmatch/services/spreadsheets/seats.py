"""Held seats as a table: which request sits in which group."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch import clock
from groupmatch.errors import Refused
from groupmatch.records import Group, Program, Request, Seat, SeatState
from groupmatch.services.audit import changes
from groupmatch.services.offers import offering, open_offers
from groupmatch.services.seats import seats
from groupmatch.services.spreadsheets import references
from groupmatch.services.spreadsheets.cells import Choice, Day
from groupmatch.services.spreadsheets.table import Column, Table, Values


class Seats(Table):
    """The seats that are held today. They are taken as by hand: no group gets more than it has."""

    def __init__(self, session: Session, program: Program) -> None:
        self.session, self._program = session, program
        held = session.scalars(
            select(Seat).where(Seat.program_id == program.id, Seat.state != SeatState.ENDED)
        )
        self._records = {seat.request_id: seat for seat in held}
        groups = session.scalars(select(Group).where(Group.program_id == program.id))
        self._groups = {group.id: group for group in groups}
        requests = session.scalars(select(Request).where(Request.program_id == program.id))
        self._requests = {request.id: request for request in requests}
        self.stored = {
            request_id: {
                "request": request_id,
                "group": seat.group_id,
                "starts_on": seat.starts_on,
                "ends_on": seat.ends_on,
                "state": seat.state,
            }
            for request_id, seat in self._records.items()
        }
        states = {each.value: each.value for each in SeatState if each != SeatState.ENDED}
        self.columns = [
            Column(
                "request",
                references.requests(session, program),
                "Id of the request that is served",
                required=True,
                key=True,
            ),
            Column(
                "group",
                references.groups(session, program),
                "Id of the group; a move is made in the application",
                required=True,
                fixed=True,
            ),
            Column("starts_on", Day(), "First date; empty for today, or leaves it", keeps=True),
            Column("ends_on", Day(), "Last date, where one is agreed ahead"),
            Column(
                "state",
                Choice("a state", states),
                "active, offered or on_hold",
                empty=SeatState.ACTIVE,
            ),
        ]

    def tells_of(self, key: str) -> Collection[str]:
        """Who holds it."""
        return (self._records[key].participant_id,)

    def key(self, values: Values) -> str:
        """A request holds one seat."""
        return str(values["request"])

    def add(self, values: Values) -> None:
        """Take a seat, or offer it. Raises Refused where the group is full."""
        group = self._groups[values["group"]]
        seat = seats.take(
            self.session,
            self._requests[values["request"]],
            group,
            starts_on=values["starts_on"] or clock.today(group.timezone),
            state=SeatState(values["state"]),
            by=None,
            tell=False,
        )
        self._agree(seat, {"ends_on": values["ends_on"]})
        if seat.state == SeatState.OFFERED:
            offering.hold_out(self.session, self._program, seat, by=None)

    def change(self, key: str, values: Values, columns: Collection[str]) -> None:
        """Change the dates, or the state; a seat that becomes offered is offered now."""
        seat = self._records[key]
        before = seat.state
        self._agree(seat, {column: values[column] for column in columns})
        if seat.state == SeatState.OFFERED != before:
            offering.hold_out(self.session, self._program, seat, by=None)
        elif before == SeatState.OFFERED != seat.state:
            open_offers.end_with_seat(self.session, seat, by=None)

    def _agree(self, seat: Seat, edits: Values) -> None:
        today = clock.today(seat.group.timezone)
        if (last_on := edits.get("ends_on")) and last_on < today:
            raise Refused("last_day_past", today=today)
        editable = ("starts_on", "ends_on", "state")
        changes.apply(self.session, seat, edits, editable=editable, act="seat.edited", by=None)
