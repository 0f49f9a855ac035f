"""Who waits in the demo: most can be placed tonight, and some cannot, each for another reason."""

from datetime import timedelta

from groupmatch.records import GateKind, GroupKind, Participant
from groupmatch.services.care import gates
from groupmatch.services.demo_program.crowd import Crowd
from groupmatch.services.hours.availability import Span
from groupmatch.services.offers import offering
from groupmatch.services.participants import people
from groupmatch.services.privacy import apart
from groupmatch.services.requests.requests import RequestWish

_MON, _TUE, _WED, _THU, _FRI, _SAT = range(6)
_WEEKDAYS = range(5)


def admit(crowd: Crowd, name: str) -> Participant:
    """Let everybody wait, and return the participant of that name, whom tonight's run places."""
    first, second = (
        crowd.offer.group("anxiety-depression", "Marsh", weekday) for weekday in (_MON, _THU)
    )
    star = crowd.newcomer(regions={"NY"}, name=name, payer_code="commercial")
    crowd.can_come(star, first, second, others=0)
    crowd.ask(star, "anxiety-depression", "self-compassion", weeks=6, urgency="soon")
    _in_open_seats(crowd)
    _for_a_group_that_could_open(crowd)
    _for_a_week(crowd)
    _without_a_fit(crowd)
    _behind_a_gate(crowd)
    _keep_members_apart(crowd)
    return star


def hold_offers_out(crowd: Crowd, *, by: str) -> None:
    """Two were offered a seat by hand today, and have not answered yet."""
    for topic, leader, weekday in (("cbt", "Tanabe", _TUE), ("self-compassion", "Marsh", _TUE)):
        group = crowd.offer.group(topic, leader, weekday)
        person = crowd.newcomer(group=group)
        crowd.can_come(person, group)
        request = crowd.ask(person, topic, weeks=2)
        crowd.session.flush()
        offering.offer_seat(crowd.session, crowd.program, request, group, by=by)


def _in_open_seats(crowd: Crowd) -> None:
    """One person for every second open seat."""
    told_apart = (
        crowd.offer.group("narcissistic-abuse", "Dubois", _WED),
        crowd.offer.group("relationship-issues", "Abara", _MON),
    )
    for group in crowd.offer.weekly:
        if group in crowd.offer.ending or group in told_apart:
            continue
        for _ in range(_every_second(crowd, crowd.offer.free[group.id])):
            person = crowd.newcomer(group=group, level=group.level_code)
            crowd.can_come(person, group)
            second = crowd.rng.choice(("cbt", "self-compassion", "grief-loss"))
            topics = dict.fromkeys((group.topic_code, second))
            crowd.ask(
                person,
                *topics,
                weeks=crowd.rng.randrange(0, 9),
                level=group.level_code,
                urgency=crowd.rng.choice(("routine",) * 7 + ("soon", "step_down")),
            )


def _every_second(crowd: Crowd, seats: int) -> int:
    """Half of the seats; of an odd number, now one more and now one fewer."""
    return seats // 2 + (seats % 2 and crowd.rng.random() < 0.5)


def _for_a_group_that_could_open(crowd: Crowd) -> None:
    """Enough people for one of two trauma evenings, too few for a Pacific morning."""
    for topic, leader, days, number in (
        ("trauma-ptsd", "Raman", (_TUE, _THU), 5),
        ("anxiety-depression", "Tanabe", (_TUE, _THU), 2),
    ):
        choices = [crowd.offer.group(topic, leader, weekday) for weekday in days]
        for _ in range(number):
            person = crowd.newcomer(group=choices[0], payer_code="commercial")
            crowd.can_come(person, *choices, others=0)
            crowd.ask(person, topic, weeks=crowd.rng.randrange(1, 12))


def _for_a_week(crowd: Crowd) -> None:
    """Three wait for an intensive week with an hour alone; the third one's track is full."""
    for topic, leader, payer in (
        ("dbt-skills", "Ivers", "commercial"),
        ("trauma-ptsd", "Quist", "commercial"),
        ("substance-use", "Quist", "commercial"),
        ("anxiety-depression", "Ivers", "medicare"),
    ):
        track = next(each for each in crowd.offer.tracks if each.topic_code == topic)
        hours = [
            each
            for each in crowd.offer.individual
            if each.leaders[0].therapist_id == crowd.offer.therapists[leader].id
        ]
        regions = crowd.offer.regions[track.id] & crowd.offer.regions[hours[0].id]
        person = crowd.newcomer(regions=regions, level="iop-adult", payer_code=payer)
        crowd.can_come(person, track, *hours, others=0)
        wishes = [RequestWish([topic]), RequestWish(["cbt"], kind=GroupKind.INDIVIDUAL)]
        crowd.plan(person, wishes, weeks=2)


def _without_a_fit(crowd: Crowd) -> None:
    """Free only before dawn, where nobody is licensed, for a full group, beside a former partner,
    or beside as many people with the same condition as the group takes.
    """
    for _ in range(2):
        person = crowd.newcomer(regions={"NY", "NJ", "PA"})
        crowd.only_at(person, [Span(weekday, 5 * 60, 7 * 60) for weekday in _WEEKDAYS])
        crowd.ask(person, "cbt", "anxiety-depression", weeks=crowd.rng.randrange(3, 15))
    for region, zone in (("MT", "America/Denver"), ("HI", "Pacific/Honolulu")):
        person = crowd.newcomer(region=region, timezone=zone)
        crowd.can_come(person, others=3)
        crowd.ask(person, "cbt", weeks=4)
    full = crowd.offer.group("ocd", "Tanabe", _THU)
    for _ in range(2):
        person = crowd.newcomer(group=full)
        crowd.can_come(person, full, others=0)
        crowd.ask(person, "ocd", weeks=crowd.rng.randrange(2, 10))
    _beside_a_former_partner(crowd)
    _beyond_a_limit(crowd)


def _beside_a_former_partner(crowd: Crowd) -> None:
    group = crowd.offer.group("narcissistic-abuse", "Dubois", _WED)
    person = crowd.newcomer(group=group)
    crowd.can_come(person, group, others=0)
    crowd.ask(person, group.topic_code, weeks=5)
    member = crowd.members[group.id][-1]
    apart.keep_apart(crowd.session, person, member, kind="partner", source="intake call", by=None)


def _beyond_a_limit(crowd: Crowd) -> None:
    group = crowd.offer.group("relationship-issues", "Abara", _MON)
    member = crowd.members[group.id][0]
    person = crowd.newcomer(group=group)
    for each in (person, member):
        condition = {**each.attributes, "primary_condition": ["bpd"]}
        people.edit_participant(crowd.session, each, attributes=condition, by=None)
    crowd.can_come(person, group, others=0)
    crowd.ask(person, group.topic_code, weeks=3)


def _behind_a_gate(crowd: Crowd) -> None:
    """Two levels of care that have expired, a consent that is missing, one under Part 2 that is,
    and a safety flag on somebody who waits and on somebody who has a seat.
    """
    yesterday = crowd.today - timedelta(days=1)
    open_group = crowd.offer.group("cbt", "Tanabe", _TUE)
    waiting = [crowd.newcomer(group=open_group) for _ in range(4)]
    for person in waiting:
        crowd.can_come(person, open_group)
        crowd.ask(person, open_group.topic_code, weeks=crowd.rng.randrange(1, 6))
    for person in waiting[:2]:
        gates.clear_gate(
            crowd.session,
            person,
            GateKind.LEVEL_OF_CARE,
            level_code="outpatient",
            valid_to=yesterday,
            by=None,
        )
    gates.close_gate(crowd.session, waiting[2], GateKind.CONSENT, by=None, reason="not signed yet")
    substance = crowd.offer.group("substance-use", "Clarke", _MON)
    protected = crowd.newcomer(group=substance)
    crowd.can_come(protected, substance)
    crowd.ask(protected, substance.topic_code, weeks=2)
    gates.close_gate(
        crowd.session, protected, GateKind.PART2_CONSENT, by=None, reason="not signed yet"
    )
    seated = crowd.members[open_group.id][0]
    for person, reason in (
        (waiting[3], "Intake call: asked for a clinician to look first."),
        (seated, "Therapist asked for a review after the last session."),
    ):
        people.set_safety_flag(crowd.session, person, raised=True, by=None, reason=reason)


def _keep_members_apart(crowd: Crowd) -> None:
    """Some members of different groups, for reasons of their own; some hours not confirmed."""
    members = [group[0] for group in crowd.members.values()]
    for kind in ("household", "work", "conflict"):
        first, second = crowd.rng.sample(members, 2)
        if first is not second:
            apart.keep_apart(crowd.session, first, second, kind=kind, by=None)
    for person in crowd.rng.sample(members, 5):
        person.availability_confirmed_on = crowd.today - timedelta(days=130)
