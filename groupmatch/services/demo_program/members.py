"""Who sits in the demo's groups: settled members, people who ask to switch, intensive weeks."""

from groupmatch.records import Group, GroupKind, Participant, SwitchKind, SwitchReason
from groupmatch.services.demo_program.crowd import Crowd
from groupmatch.services.demo_program.offer import Offer
from groupmatch.services.requests.requests import RequestWish
from groupmatch.services.switching import switches

_MON, _TUE, _WED, _THU, _FRI = range(5)
#: How many of the members sit in a second group.
_TWO_GROUPS = 0.3
#: Weeks after which anybody may ask to switch.
_MAY_ASK = 8


def seat_switchers(crowd: Crowd) -> None:
    """Five who ask to switch: two could trade places, one has asked for safety."""
    group = crowd.offer.group
    noon_texas = group("anxiety-depression", "Noor", _MON)
    noon_georgia = group("anxiety-depression", "Clarke", _THU)
    asks = (
        (noon_texas, noon_georgia, SwitchKind.TIME, SwitchReason.SCHEDULE, "My shift moved."),
        (noon_georgia, noon_texas, SwitchKind.TIME, SwitchReason.SCHEDULE, "School pick-up."),
        (
            group("relationship-issues", "Weiss", _WED),
            group("relationship-issues", "Abara", _MON),
            SwitchKind.GROUP,
            SwitchReason.FIT,
            "I never feel at ease to speak.",
        ),
        (
            group("dbt-skills", "Abara", _TUE),
            group("dbt-skills", "Mensah", _FRI),
            SwitchKind.THERAPIST,
            SwitchReason.THERAPIST,
            "I would rather work with somebody else.",
        ),
        (
            group("narcissistic-abuse", "Dubois", _WED),
            group("narcissistic-abuse", "Dubois", _WED),
            SwitchKind.GROUP,
            SwitchReason.SAFETY,
            "Somebody I know joined. Can we talk?",
        ),
    )
    for present, wanted, kind, reason, note in asks:
        both = crowd.offer.regions[present.id] & crowd.offer.regions[wanted.id]
        person = crowd.newcomer(regions=both, payer_code="commercial")
        crowd.can_come(person, wanted, others=0)
        asked = crowd.ask(person, present.topic_code, weeks=30)
        seat = crowd.seat(asked, present, least_weeks=_MAY_ASK)
        switches.request_switch(crowd.session, seat, kind=kind, reason=reason, note=note, by=None)


def fill_tracks(crowd: Crowd) -> None:
    """Fill the tracks with people on a plan; half of them have an hour alone, too, and two of them
    one with their family.
    """
    hours = {name: iter(groups) for name, groups in _by_leader(crowd.offer).items()}
    families = iter(crowd.offer.family)
    for number, track in enumerate(crowd.offer.tracks):
        leader = "Ivers" if track.timezone == "America/New_York" else "Quist"
        for member in range(crowd.missing(track)):
            alone = next(hours[leader], None) if member % 2 else None
            family = next(families, None) if number % 3 == 0 and member == 0 else None
            _seat_week(crowd, track, [hour for hour in (alone, family) if hour])


def fill_groups(crowd: Crowd) -> None:
    """Fill the weekly groups until the seats that should be open are the only ones left."""
    seated: list[Participant] = []
    for group in crowd.offer.weekly:
        for _ in range(crowd.missing(group)):
            person = _second_seat(crowd, seated, group) or _member(crowd, group)
            level = group.level_code
            seat = crowd.seat(crowd.ask(person, group.topic_code, weeks=32, level=level), group)
            crowd.had_waited(seat)
            if level == "outpatient" and person not in seated:
                seated.append(person)


def _seat_week(crowd: Crowd, track: Group, hours: list[Group]) -> None:
    groups = [track, *hours]
    regions = frozenset.intersection(*(crowd.offer.regions[each.id] for each in groups))
    family = any(each.kind == GroupKind.FAMILY for each in hours)
    person = crowd.newcomer(
        regions=regions,
        level="iop-adult",
        payer_code="commercial",
        household=f"household of {hours[-1].name}" if family else None,
    )
    crowd.can_come(person, *groups, others=0)
    wishes = [RequestWish([each.topic_code], kind=each.kind) for each in groups]
    plan = crowd.plan(person, wishes, weeks=8)
    crowd.session.flush()
    for request in plan.requests:
        crowd.seat(request, next(each for each in groups if each.kind == request.kind))


def _by_leader(offer: Offer) -> dict[str, list[Group]]:
    names = {therapist.id: name for name, therapist in offer.therapists.items()}
    found: dict[str, list[Group]] = {}
    for group in offer.individual:
        found.setdefault(names[group.leaders[0].therapist_id], []).append(group)
    return found


def _second_seat(crowd: Crowd, seated: list[Participant], group: Group) -> Participant | None:
    """Somebody who sits in one group already, made free for this one."""
    if "age_band" in group.requires or crowd.rng.random() > _TWO_GROUPS:
        return None
    fitting = [person for person in seated if crowd.could_join(person, group)]
    if not fitting:
        return None
    person = crowd.rng.choice(fitting)
    crowd.only_at(person, crowd.hours_around(group, person.timezone))
    return person


def _member(crowd: Crowd, group: Group) -> Participant:
    person = crowd.newcomer(group=group, level=group.level_code)
    crowd.can_come(person, group)
    return person
