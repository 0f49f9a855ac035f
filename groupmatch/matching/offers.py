"""What open offers without a seat of their own keep others from, and seats that are being left.

An offer that holds a seat needs nothing of this: it counts as seated.
"""

from collections.abc import Iterator, Mapping

from groupmatch.matching.people import Wishes
from groupmatch.matching.snapshot import Snapshot
from groupmatch.matching.standing import Standing
from groupmatch.records import Participant
from solver import Problem
from solver.timeline import overlap


def spoken_for(
    problem: Problem, snapshot: Snapshot, standings: Mapping[str, Standing], wishes: Wishes
) -> set[tuple[str, str]]:
    """Seats that nobody may be given while an offer is open, or until a seat has been left: those
    in its hours for the same person, and those in its group for people whom this person must not
    meet.
    """
    of_person: dict[str, list[str]] = {}
    for name, each in standings.items():
        if not each.fixed:
            of_person.setdefault(each.request.participant_id, []).append(name)
    taken: set[tuple[str, str]] = set()
    for person, group, request in _places(snapshot):
        own = [name for name in of_person.get(person.id, ()) if name != request]
        for hour in wishes.hours_of(group, person):
            taken |= {(name, clash) for name in own for clash in _clashing(problem, hour.id)}
            taken |= {
                (name, hour.id)
                for other in _kept_apart(snapshot, person.id)
                for name in of_person.get(other, ())
            }
    return {(name, group) for name, group in taken if problem.request[name].seat != group}


def _places(snapshot: Snapshot) -> Iterator[tuple[Participant, str, str]]:
    """Participant, group and request of each."""
    for offer in snapshot.moves:
        yield offer.participant, offer.to_group_id, offer.request_id
    for seat in snapshot.leaving:
        yield seat.participant, seat.group_id, seat.request_id


def _clashing(problem: Problem, group: str) -> list[str]:
    hours = problem.group[group].meetings
    return [each.id for each in problem.groups if overlap(each.meetings, hours)]


def _kept_apart(snapshot: Snapshot, person: str) -> set[str]:
    pairs = ({pair.first_id, pair.second_id} for pair in snapshot.apart)
    return {other for pair in pairs if person in pair for other in pair - {person}}
