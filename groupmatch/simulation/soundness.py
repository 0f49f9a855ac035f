"""Whether a seat that the software chose suits, over the dated sessions of the next weeks.

The rules of the night once more, in the plainest way, without the solver and its timeline.
"""

from collections.abc import Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from groupmatch import clock
from groupmatch.records import ApartPair, CompactRegion, Gate, GateKind, License, Seat, SeatState
from groupmatch.services.hours import availability, local_time
from groupmatch.services.hours.local_time import Sitting

_AHEAD = timedelta(weeks=6)


def unfit(session: Session, seat: Seat) -> Iterator[str]:
    """Everything that speaks against a seat that the software chose, in words."""
    person, group = seat.participant, seat.group
    if person.safety_flag_since:
        yield "safety flag"
    if group.topic_code not in {topic.topic_code for topic in seat.request.topics}:
        yield "another topic"
    if not _decided(session, seat):
        yield "a closed gate"
    if not all(_licensed(session, leader.therapist_id, seat) for leader in group.leaders):
        yield "no license"
    yield from _off_hours(session, seat)
    yield from _meets_somebody(session, seat)
    yield from _two_places(session, seat)


def _decided(session: Session, seat: Seat) -> bool:
    """Whether all holds that people must have decided; for a seat that is reserved ahead, whoever
    asked for it has decided on the level of care.
    """
    person, today = seat.participant, clock.today(seat.participant.timezone)
    gates = session.scalars(select(Gate).where(Gate.participant_id == person.id))
    holding = {gate.kind: gate for gate in gates if gate.holds(today)}
    ahead = seat.request.needed_from is not None and seat.request.needed_from > today
    level = holding.get(GateKind.LEVEL_OF_CARE)
    decided = ahead or (level is not None and level.level_code == seat.request.level_code)
    return decided and GateKind.CONSENT in holding and GateKind.LOCATION in holding


def _licensed(session: Session, therapist_id: str, seat: Seat) -> bool:
    """Whether a leader may treat the member on the day on which the seat begins."""
    region, on = seat.participant.region, seat.starts_on
    there = select(CompactRegion.compact).where(
        CompactRegion.region == region, CompactRegion.valid_from <= on
    )
    held = select(License).where(
        License.therapist_id == therapist_id,
        or_(License.region == region, License.compact.in_(there)),
        License.valid_from <= on,
        or_(License.valid_to.is_(None), License.valid_to >= on),
    )
    return session.scalars(held).first() is not None


def _off_hours(session: Session, seat: Seat) -> Iterator[str]:
    zone = ZoneInfo(seat.participant.timezone)
    spans = availability.weekly(session, seat.participant)
    # Past the horizon of the night nobody has looked: clocks may change in between.
    looked_at = clock.today(seat.group.timezone) + timedelta(
        weeks=seat.group.program.horizon_weeks - 1
    )
    last = min(seat.starts_on + _AHEAD, looked_at)
    for sitting in local_time.sittings(seat.group, seat.starts_on, last):
        start, end = (each.astimezone(zone) for each in (sitting.starts_at, sitting.ends_at))
        minutes = start.hour * 60 + start.minute, end.hour * 60 + end.minute
        if not any(
            span.weekday == start.weekday()
            and span.start_minute <= minutes[0]
            and minutes[1] <= span.end_minute
            for span in spans
        ):
            yield f"outside the hours on {start}"


def _meets_somebody(session: Session, seat: Seat) -> Iterator[str]:
    members = select(Seat.participant_id).where(
        Seat.group_id == seat.group_id, Seat.state != SeatState.ENDED
    )
    together = set(session.scalars(members))
    for pair in session.scalars(select(ApartPair).where(ApartPair.lifted_at.is_(None))):
        if seat.participant_id in (pair.first_id, pair.second_id) and together >= {
            pair.first_id,
            pair.second_id,
        }:
            yield "meets somebody"


def _two_places(session: Session, seat: Seat) -> Iterator[str]:
    others = select(Seat).where(
        Seat.participant_id == seat.participant_id,
        Seat.id != seat.id,
        Seat.state != SeatState.ENDED,
    )
    mine = _sittings(seat)
    for other in session.scalars(others):
        for theirs in _sittings(other):
            if any(_overlap(own, theirs) for own in mine):
                yield f"in two places at once on {theirs.on}"


def _sittings(seat: Seat) -> list[Sitting]:
    first = max(seat.starts_on, clock.today(seat.group.timezone))
    plan = seat.request.plan
    ends = [first + _AHEAD, seat.ends_on, plan.ends_on if plan else None]
    return local_time.sittings(seat.group, first, min(each for each in ends if each))


def _overlap(one: Sitting, other: Sitting) -> bool:
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at
