"""Participants, requests and plans as the solver sees them."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from groupmatch.database import Attributes, Json
from groupmatch.matching.frame import Frame
from groupmatch.matching.gates import topics
from groupmatch.matching.groups import Hour
from groupmatch.matching.priority import Priority, priority
from groupmatch.matching.standing import Standing
from groupmatch.records import GroupKind, Participant, Plan, Request, SwitchKind


def participant_document(frame: Frame, person: Participant) -> Json:
    """Hours and attributes of one participant."""
    attributes: Attributes = {
        **person.attributes,
        "region": [person.region],
        "language": person.language,
        "age_band": [person.age_band],
        "household": [person.household] if person.household else [],
    }
    return {
        "id": person.id,
        "available": frame.available(person),
        "attributes": attributes,
        "day_offset_minutes": frame.timeline.day_offset(person.timezone),
    }


def priority_of(frame: Frame, standing: Standing) -> Priority:
    """What the request counts tonight."""
    return priority(
        frame.policy,
        standing.request.urgency,
        standing.since,
        frame.on,
        displaced=standing.displaced,
    )


def plan_document(frame: Frame, plan: Plan, requests: Sequence[str]) -> Json:
    """A plan with its own weekly bounds or, where it has none, those of its level of care.

    In the weeks of its taper it asks for no fewest hours and days.
    """
    level = frame.snapshot.levels[plan.level_code]
    bounds = ("min_minutes", "max_minutes", "min_days", "max_minutes_per_day")
    own = {name: getattr(plan, name) for name in bounds}
    usual = {name: getattr(level, name) for name in bounds}
    if _tapers(plan, frame.first):
        usual |= {"min_minutes": None, "min_days": None}
        own |= {"min_minutes": None, "min_days": None}
    return {
        "id": plan.id,
        "requests": list(requests),
        **{name: usual[name] if own[name] is None else own[name] for name in bounds},
    }


def _tapers(plan: Plan, on: date) -> bool:
    weeks = timedelta(weeks=plan.taper_weeks)
    return plan.ends_on is not None and plan.ends_on - weeks < on <= plan.ends_on


class Wishes:
    """Compiles requests against the hours of the run."""

    def __init__(self, frame: Frame, hours: Iterable[Hour]) -> None:
        self._frame = frame
        self._of_group: dict[str, list[Hour]] = {}
        self._of_topic: dict[str, list[Hour]] = {}
        for hour in hours:
            self._of_group.setdefault(hour.group.id, []).append(hour)
            self._of_topic.setdefault(hour.group.topic_code, []).append(hour)
        self._therapists = {
            name for copies in self._of_group.values() for name in copies[0].therapists
        }
        # Hours cost once per representative week; the other costs must keep pace with them.
        self._weeks = len(frame.timeline.weeks)

    def hours_of(self, group_id: str, person: Participant) -> list[Hour]:
        """A group, or those of its copies that a person may join."""
        return [hour for hour in self._of_group.get(group_id, ()) if hour.open_to(person)]

    def document(self, standing: Standing) -> Json:
        """One request."""
        request = standing.request
        return {
            "id": request.id,
            "participant": request.participant_id,
            "topics": self._topic_costs(standing),
            "requires": self._requires(standing),
            "priority": priority_of(self._frame, standing).total,
            "current_group": standing.seat.group_id if standing.seat else None,
            "wants_switch": standing.switch is not None,
            "displaced": standing.displaced,
            "avoid_groups": self._avoided_groups(standing),
            "avoid_therapists": self._avoided_therapists(standing),
            "group_cost": self._group_costs(standing),
        }

    def _topic_costs(self, standing: Standing) -> dict[str, int]:
        costs = self._frame.policy.costs
        allowed = topics(self._frame, standing.request)
        return {
            topic.topic_code: costs.of_topic(max(0, topic.rank - 1)) * self._weeks
            for topic in standing.request.topics
            if topic.topic_code in allowed
        }

    def _requires(self, standing: Standing) -> Attributes:
        """What the group must offer: the level of care, a kind, and a size that a payer or a
        region with a cap allows.
        """
        request = standing.request
        payer, region = request.participant.payer_code, request.participant.region
        capped = self._frame.payers.cap(payer, request.level_code) is not None
        bound = self._frame.regions.cap(region, request.level_code) is not None
        return {
            **request.requires,
            "kind": self._kinds(request),
            "level": [request.level_code],
            **({"payer": [payer]} if payer and capped else {}),
            **({"region_size": [region]} if bound else {}),
        }

    def _kinds(self, request: Request) -> list[str]:
        """Kinds of group that serve it: an hour alone only somebody who asks for one."""
        plain = request.kind == GroupKind.GROUP
        return list(self._frame.policy.kinds) if plain else [request.kind]

    def _avoided_groups(self, standing: Standing) -> list[str]:
        person = standing.request.participant
        return [
            hour.id
            for avoided in standing.request.avoided
            if avoided.group_id is not None
            for hour in self.hours_of(avoided.group_id, person)
        ]

    def _avoided_therapists(self, standing: Standing) -> list[str]:
        """Those named by the request and, where a change of therapist is asked for, the present."""
        avoided = {each.therapist_id for each in standing.request.avoided}
        if standing.seat and standing.switch and standing.switch.kind == SwitchKind.THERAPIST:
            avoided |= self._of_group[standing.seat.group_id][0].therapists
        return sorted(self._therapists.intersection(filter(None, avoided)))

    def _group_costs(self, standing: Standing) -> dict[str, int]:
        request = standing.request
        if not request.choices and not request.preferences:
            return {}
        codes = topics(self._frame, request)
        asked = [hour for code in codes for hour in self._of_topic.get(code, ())]
        costs = {hour.id: self.wish_cost(standing, hour) * self._weeks for hour in asked}
        return {name: cost for name, cost in costs.items() if cost}

    def wish_cost(self, standing: Standing, hour: Hour) -> int:
        """Points a week for a group that is not what the person ranked or hoped for."""
        return self._choice_cost(standing, hour) + self._therapist_cost(standing, hour)

    def _choice_cost(self, standing: Standing, hour: Hour) -> int:
        costs = self._frame.policy.costs
        ranks = {choice.group_id: choice.rank for choice in standing.request.choices}
        if not ranks:
            return 0
        rank = ranks.get(hour.group.id)
        return costs.not_chosen if rank is None else costs.choice_ranks[rank - 1]

    def _therapist_cost(self, standing: Standing, hour: Hour) -> int:
        liked = {each.therapist_id for each in standing.request.preferences}
        other = liked and not liked & hour.therapists
        return self._frame.policy.costs.other_therapist if other else 0
