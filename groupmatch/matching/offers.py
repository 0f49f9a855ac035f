"""What an open offer without a seat of its own keeps others from.

One that holds a seat needs nothing of this: it counts as seated.
"""

from collections.abc import Mapping

from groupmatch.matching.people import Wishes
from groupmatch.matching.snapshot import Snapshot
from groupmatch.matching.standing import Standing
from solver import Problem
from solver.timeline import overlap


def spoken_for(
    problem: Problem, snapshot: Snapshot, standings: Mapping[str, Standing], wishes: Wishes
) -> set[tuple[str, str]]:
    """Seats that nobody may be given while an offer is open: those in its hours for the same
    person, and those in its group for people whom this person must not meet.
    """
    of_person: dict[str, list[str]] = {}
    for name, each in standings.items():
        if not each.fixed:
            of_person.setdefault(each.request.participant_id, []).append(name)
    taken: set[tuple[str, str]] = set()
    for offer in snapshot.moves:
        own = [name for name in of_person.get(offer.participant_id, ()) if name != offer.request_id]
        for hour in wishes.hours_of(offer.group_id, offer.participant):
            taken |= {(name, group) for name in own for group in _clashing(problem, hour.id)}
            taken |= {
                (name, hour.id)
                for other in _kept_apart(snapshot, offer.participant_id)
                for name in of_person.get(other, ())
            }
    return {(name, group) for name, group in taken if problem.request[name].seat != group}


def _clashing(problem: Problem, group: str) -> list[str]:
    hours = problem.group[group].meetings
    return [each.id for each in problem.groups if overlap(each.meetings, hours)]


def _kept_apart(snapshot: Snapshot, person: str) -> set[str]:
    pairs = ({pair.first_id, pair.second_id} for pair in snapshot.apart)
    return {other for pair in pairs if person in pair for other in pair - {person}}
