"""The only ways to load a record in a view: within the caller's reach, or not at all."""

from typing import TypeVar

from sqlalchemy import and_, or_, select

from groupmatch import clock
from groupmatch.errors import NotFound
from groupmatch.records import (
    DraftBundle,
    DraftEntry,
    Finding,
    Group,
    GroupLeader,
    GroupMerge,
    GroupSession,
    Holiday,
    MergeConsent,
    Offer,
    Participant,
    Plan,
    Request,
    Run,
    Seat,
    SwitchRequest,
    Task,
    Therapist,
    leads_from,
    leads_on,
)
from groupmatch.web import reading
from groupmatch.web.access.acting import participant_self, program, therapist_self
from groupmatch.web.transaction import session

#: What belongs to one program.
Scoped = TypeVar(
    "Scoped",
    Participant,
    Therapist,
    Group,
    GroupSession,
    GroupMerge,
    Holiday,
    MergeConsent,
    Request,
    Plan,
    Seat,
    SwitchRequest,
    Offer,
    Task,
    Run,
    DraftBundle,
    Finding,
)
#: What belongs to one participant.
Owned = TypeVar("Owned", Request, Seat, SwitchRequest, Offer)


def _in_program(record: type[Scoped], record_id: str) -> Scoped:
    found = session().get(record, record_id)
    if found is None or found.program_id != program().id:
        raise NotFound()
    reading.note(found, found.program_id)
    return found


def participant_or_404(participant_id: str) -> Participant:
    """A participant of the present program."""
    return _in_program(Participant, participant_id)


def therapist_or_404(therapist_id: str) -> Therapist:
    """A therapist of the present program."""
    return _in_program(Therapist, therapist_id)


def group_or_404(group_id: str) -> Group:
    """A group of the present program."""
    return _in_program(Group, group_id)


def session_or_404(session_id: str) -> GroupSession:
    """A dated session of the present program."""
    return _in_program(GroupSession, session_id)


def merge_or_404(merge_id: str) -> GroupMerge:
    """A merge of two groups of the present program."""
    return _in_program(GroupMerge, merge_id)


def consent_or_404(consent_id: str) -> MergeConsent:
    """A member's answer to a merge in the present program."""
    return _in_program(MergeConsent, consent_id)


def holiday_or_404(holiday_id: str) -> Holiday:
    """A holiday of the present program."""
    return _in_program(Holiday, holiday_id)


def request_or_404(request_id: str) -> Request:
    """A request of the present program."""
    return _in_program(Request, request_id)


def plan_or_404(plan_id: str) -> Plan:
    """A plan of the present program."""
    return _in_program(Plan, plan_id)


def seat_or_404(seat_id: str) -> Seat:
    """A seat of the present program."""
    return _in_program(Seat, seat_id)


def switch_or_404(switch_id: str) -> SwitchRequest:
    """A switch request of the present program."""
    return _in_program(SwitchRequest, switch_id)


def offer_or_404(offer_id: str) -> Offer:
    """An offer of the present program."""
    return _in_program(Offer, offer_id)


def task_or_404(task_id: str) -> Task:
    """A task of the present program."""
    return _in_program(Task, task_id)


def run_or_404(run_id: str) -> Run:
    """A run of the present program."""
    return _in_program(Run, run_id)


def finding_or_404(finding_id: str) -> Finding:
    """What was found about a run of the present program."""
    return _in_program(Finding, finding_id)


def bundle_or_404(bundle_id: str) -> DraftBundle:
    """A draft bundle of the present program."""
    return _in_program(DraftBundle, bundle_id)


def entry_or_404(entry_id: str) -> DraftEntry:
    """An entry of a draft of the present program."""
    found = session().get(DraftEntry, entry_id)
    if found is None:
        raise NotFound()
    bundle_or_404(found.bundle_id)
    return found


def _own(record: type[Owned], record_id: str) -> Owned:
    found = session().get(record, record_id)
    if found is None or found.participant_id != participant_self().id:
        raise NotFound()
    return found


def own_request_or_404(request_id: str) -> Request:
    """A request of the participant who is signed in."""
    return _own(Request, request_id)


def own_seat_or_404(seat_id: str) -> Seat:
    """A seat of the participant who is signed in."""
    return _own(Seat, seat_id)


def own_offer_or_404(offer_id: str) -> Offer:
    """An offer to the participant who is signed in."""
    return _own(Offer, offer_id)


def own_switch_or_404(switch_id: str) -> SwitchRequest:
    """A switch request of the participant who is signed in."""
    return _own(SwitchRequest, switch_id)


def led_session_or_404(session_id: str) -> GroupSession:
    """A session of a group that the therapist who is signed in leads or comes to lead, one that
    they led, or one where they stand in.
    """
    me = therapist_self()
    today = clock.today(me.timezone)
    led = (
        select(GroupLeader)
        .where(
            GroupLeader.group_id == GroupSession.group_id,
            GroupLeader.therapist_id == me.id,
            or_(leads_from(today), leads_on(GroupSession.on)),
        )
        .exists()
    )
    found = session().scalar(
        select(GroupSession).where(
            GroupSession.id == session_id, or_(led, GroupSession.substitute_id == me.id)
        )
    )
    if found is None:
        raise NotFound()
    reading.note(found, found.program_id)
    return found


def led_group_or_404(group_id: str) -> Group:
    """A group that the therapist who is signed in leads, alone or with others, or comes to lead."""
    me = therapist_self()
    today = clock.today(me.timezone)
    led = and_(GroupLeader.therapist_id == me.id, leads_from(today))
    found = session().scalar(select(Group).where(Group.id == group_id, Group.leaders.any(led)))
    if found is None:
        raise NotFound()
    reading.note(found, found.program_id)
    return found
