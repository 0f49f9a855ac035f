"""The tables of people and of one person, and the chart of their measures."""

from datetime import date

from groupmatch.language import gettext, later
from groupmatch.records import OutboxMail, Participant, Seat
from groupmatch.services.care.instruments import Instrument
from groupmatch.services.care.measures import Point as Score
from groupmatch.services.care.measures import Trend
from groupmatch.services.hours.local_time import meeting_times
from groupmatch.services.participants.people_search import PersonRow
from groupmatch.web.filters import at, short_date
from groupmatch.web.plots import Plot, Point, Tick
from groupmatch.web.staff.hours import group_hours
from groupmatch.web.tables import Column, Table
from groupmatch.web.words import word

#: The list of people, which the database orders and pages.
PEOPLE: Table[PersonRow] = Table(
    "people",
    later("People"),
    (
        Column("name", later("Name"), lambda row: row.participant.full_name),
        Column("region", later("Region"), lambda row: row.participant.region),
        Column("waiting", later("Waits for"), lambda row: _waits(row)),
        Column("groups", later("Groups"), lambda row: "; ".join(row.groups), orders=False),
        Column(
            "gates",
            later("Held back by"),
            lambda row: "; ".join(word("gate", code) for code in row.gates),
            orders=False,
        ),
    ),
    lambda row: (row.participant.id,),
    main=True,
    first="name",
    searched=False,
)


def seats_table(person: Participant, zone: str, on: date) -> Table[Seat]:
    """All seats of a person; hours are those of a date's week in an IANA zone."""
    return Table(
        "seats",
        gettext("Seats of %(full_name)s") % {"full_name": person.full_name},
        (
            Column("group", gettext("Group"), lambda seat: seat.group.name),
            Column(
                "hour",
                gettext("Hour"),
                lambda seat: group_hours(seat.group, zone, on),
                lambda seat: meeting_times(seat.group, zone, on),
            ),
            Column("from", gettext("From"), lambda seat: seat.starts_on),
            Column("to", gettext("To"), lambda seat: seat.ends_on),
            Column("state", gettext("State"), lambda seat: _state(seat)),
        ),
        lambda _seat: (person.id,),
    )


def messages_table(person: Participant, zone: str) -> Table[OutboxMail]:
    """Mails to a person; instants read on the clock of an IANA zone."""
    return Table(
        "messages",
        gettext("Messages to %(full_name)s") % {"full_name": person.full_name},
        (
            Column("mail", gettext("Mail"), lambda mail: word("mail_kind", mail.template)),
            Column(
                "written",
                gettext("Written"),
                lambda mail: at(mail.created_at, zone),
                lambda mail: mail.created_at,
            ),
            Column(
                "sent",
                gettext("Sent"),
                lambda mail: at(mail.sent_at, zone) if mail.sent_at else None,
                lambda mail: mail.sent_at,
            ),
        ),
        lambda _mail: (person.id,),
    )


def scores_table(trend: Trend) -> Table[Score]:
    """The scores of one instrument over time."""
    instrument = trend.instrument
    return Table(
        instrument.code,
        instrument.name,
        (
            Column("on", gettext("Answered on"), lambda point: point.score.taken_on),
            Column("score", gettext("Score"), lambda point: point.score.total),
            Column("range", gettext("Range"), lambda point: _range(instrument, point)),
            Column("change", gettext("Change"), lambda point: point.change),
        ),
        lambda point: (point.score.participant_id,),
    )


def trend_plot(trend: Trend) -> Plot | None:
    """The scores of one instrument as a line, the published ranges as ticks; None below two."""
    scored = [each.score for each in trend.points if each.score.total is not None]
    if len(scored) < 2:
        return None
    first, last = scored[0].taken_on, scored[-1].taken_on
    days = max(1, (last - first).days)
    return Plot(
        points=[
            Point(
                (score.taken_on - first).days / days,
                score.total or 0,
                short_date(score.taken_on),
                str(score.total),
            )
            for score in scored
        ],
        ticks=[Tick(least, str(least)) for least, _ in trend.instrument.bands],
        top=trend.instrument.highest,
    )


def _waits(row: PersonRow) -> str:
    topics, since = "; ".join(row.waits_for), row.waiting_since
    if since is None:
        return topics
    return gettext("%(topics)s since %(on)s") % {"topics": topics, "on": since.isoformat()}


def _state(seat: Seat) -> str:
    state = word("seat_state", seat.state)
    return f"{state}: {word('end_reason', seat.end_reason)}" if seat.end_reason else state


def _range(instrument: Instrument, point: Score) -> str | None:
    return None if point.score.total is None else instrument.band(point.score.total)
